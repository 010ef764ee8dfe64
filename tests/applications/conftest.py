"""The cast, the frameworks and the open intake of October 2026, made once a module; each test undoes what it did."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from tests.applications import world
from tests.applications.world import signed_in
from tests.cast import Cast


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path: Path) -> None:
    """Each test keeps its files in an empty folder."""
    settings.STORAGE_URL = f"file://{tmp_path / 'files'}"


@pytest.fixture(scope="module")
def module_cast(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Cast]:
    """Everybody, with the scheme of 2026; the clock of pages shows 1 July 2026."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world.open_world()
        transaction.set_rollback(True)


@pytest.fixture
def cast(module_cast: Cast) -> Iterator[Cast]:
    """The world of the module, for one test."""
    with transaction.atomic():
        yield copy.deepcopy(module_cast)
        transaction.set_rollback(True)


@pytest.fixture
def browser_of(cast: Cast) -> Callable[[str], Client]:
    """`browser_of("ann")`: the browser of a member of the cast."""
    known: dict[str, Client] = {}

    def of(first: str) -> Client:
        if first not in known:
            known[first] = signed_in(getattr(cast, first))
        return known[first]

    return of
