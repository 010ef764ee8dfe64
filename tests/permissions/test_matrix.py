"""Every address × every persona × own and other's thing × method answers as the table says; and the nevers."""

import pytest
from django.urls import get_resolver

from tests.architecture.checks.addresses import addresses

from .matrix import problems_of
from .nevers import NEVERS, broken
from .objects import URLS
from .table import ACTS, ALSO, GUARDS, TABLE

OURS = {address.name: address for address in addresses(get_resolver().url_patterns) if address.ours}
# Apps whose things are not all made for the matrix yet: their addresses about a thing wait, all others are asked.
# Refusals at those addresses are tested in the app's own tests until then. An app that is whole may not stay here.
IN_THE_MAKING = {
    "training": "the things of a training record come with the journey's tests",
}
WAITING = {
    name
    for name, address in OURS.items()
    if name.split(":")[0] in IN_THE_MAKING and "<" in address.route and name not in URLS
}
ADDRESSES = {name: address for name, address in OURS.items() if name not in WAITING}


def kind_of(name: str) -> str:
    """What an address is about; addresses about one kind are asked one after the other, so its moment is made once."""
    return URLS[name].kind if name in URLS else ""


@pytest.mark.parametrize("name", sorted(ADDRESSES, key=lambda name: (kind_of(name), name)))
def test_an_address_answers_as_the_table_says(whole_world, name):
    problems = problems_of(ADDRESSES[name], TABLE, whole_world)
    assert problems == [], "\n" + "\n".join(problems)


@pytest.mark.parametrize("never", NEVERS, ids=lambda never: f"{never.where}: {never.why}")
def test_what_may_never_be_is_not(whole_world, never):
    assert broken(never, ADDRESSES.values(), whole_world) == []


def test_an_app_that_is_whole_is_not_in_the_making():
    assert {name.split(":")[0] for name in WAITING} == set(IN_THE_MAKING)


def test_nothing_in_the_table_is_stale():
    guards = {address.view.guard for address in ADDRESSES.values()}
    assert set(GUARDS) - guards == set()
    assert (set(URLS) | set(ACTS) | set(ALSO)) - set(ADDRESSES) == set()
