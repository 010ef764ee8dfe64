"""The cast, the frameworks and the open intake of October 2026; browsers of people who have signed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.common import clock
from tests.applications import world
from tests.cast import START, Cast, make_cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path: Path) -> None:
    """Each test keeps its files in an empty folder."""
    settings.STORAGE_URL = f"file://{tmp_path / 'files'}"


@pytest.fixture
def cast(db) -> Cast:
    """Everybody, with the scheme of 2026; the clock of pages shows 1 July 2026."""
    world.scheme_of_2026()
    clock.set_offset(at=world.NOW)
    return make_cast()


def signed_in(person: User) -> Client:
    """A browser of somebody who has signed in, with the second factor where their role needs one."""
    person = User.objects.get(pk=person.pk)
    if person.second_factor_required and person.second_factor_at is None:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=START)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def browser_of(cast: Cast) -> Callable[[str], Client]:
    """`browser_of("ann")`: the browser of a member of the cast."""
    known: dict[str, Client] = {}

    def of(first: str) -> Client:
        if first not in known:
            known[first] = signed_in(getattr(cast, first))
        return known[first]

    return of
