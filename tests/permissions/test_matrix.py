"""Every address × every persona × own and other's thing × method answers as the table says; and the nevers."""

import pytest
from django.urls import get_resolver

from tests.architecture.checks.addresses import addresses
from tests.cast import PEOPLE

from .matrix import PAGES, Question, ask, problems_of
from .nevers import NEVERS, broken
from .objects import URLS
from .table import ACTS, ALSO, GUARDS, NAMED, TABLE

ADDRESSES = {address.name: address for address in addresses(get_resolver().url_patterns) if address.ours}


def kind_of(name: str) -> str:
    """What an address is about; addresses about one kind are asked one after the other, so its moment is made once."""
    return URLS[name].kind if name in URLS else ""


@pytest.mark.parametrize("name", sorted(ADDRESSES, key=lambda name: (kind_of(name), name)))
def test_an_address_answers_as_the_table_says(whole_world, name):
    problems = problems_of(ADDRESSES[name], TABLE, whole_world)
    assert problems == [], "\n" + "\n".join(problems)


@pytest.mark.parametrize("persona", PEOPLE)
@pytest.mark.parametrize("name", ["training:record", "home:audit"])
def test_the_page_of_a_refusal_names_nobody_else(whole_world, name, persona):
    for place in whole_world.places_of(ADDRESSES[name]):
        answer = ask(Question(ADDRESSES[name], persona, "GET", place), whole_world, PAGES)
        if answer.word != "in":
            assert answer.word in {"403", "404"}
            assert "<main" in answer.text
            assert not [full for first, full in PEOPLE.items() if first != persona and full in answer.text]


@pytest.mark.parametrize("never", NEVERS, ids=lambda never: f"{never.where}: {never.why}")
def test_what_may_never_be_is_not(whole_world, never):
    assert broken(never, ADDRESSES.values(), whole_world) == []


def test_nothing_in_the_table_is_stale():
    guards = {address.view.guard for address in ADDRESSES.values()}
    assert set(GUARDS) - guards == set()
    assert (set(URLS) | set(ACTS) | set(ALSO) | set(NAMED)) - set(ADDRESSES) == set()
