"""The cast, the frameworks and the open intake of October 2026, made once a module; each test undoes what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from applications import actions
from applications.models import Application
from tests.applications import world
from tests.applications.world import NOW, signed_in
from tests.cast import Cast
from tests.worlds import Ground, built_once, made_once


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path: Path) -> Path:
    """Each test keeps its files in an empty folder."""
    folder = tmp_path / "files"
    settings.STORAGE_URL = f"file://{folder}"
    return folder


@pytest.fixture(scope="module")
def module_cast(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Everybody, with the scheme of 2026; the clock of pages shows 1 July 2026."""
    with made_once(django_db_blocker, world.open_world) as ground:
        yield ground


@pytest.fixture
def cast(module_cast: Ground, request: pytest.FixtureRequest, files_folder: Path) -> Iterator[Cast]:
    """The world of the module, for one test."""
    with module_cast.lent(request, files_folder) as lent:
        yield lent


@pytest.fixture
def browser_of(cast: Cast) -> Callable[[str], Client]:
    """`browser_of("ann")`: the browser of a member of the cast."""
    known: dict[str, Client] = {}

    def of(first: str) -> Client:
        if first not in known:
            known[first] = signed_in(getattr(cast, first))
        return known[first]

    return of


# --- how far Ann's application has come: each stands upon the one before ---


@built_once
def filled(cast: Cast) -> Application:
    """A draft in which nothing is missing."""
    return world.filled(cast)


@built_once
def handed_over(filled: Application) -> Application:
    """It waits for its supervisor."""
    return actions.ask_supervisor(by=filled.applicant, now=NOW, application_id=filled.pk)


@built_once
def received(handed_over: Application) -> Application:
    """It has reached the office."""
    return world.confirm(handed_over)


@built_once
def in_review(cast: Cast, received: Application) -> Application:
    """Olive reviews it."""
    return actions.claim(by=cast.olive, now=NOW, application_id=received.pk, seen_holder=None)


@built_once
def ready(cast: Cast, in_review: Application) -> Application:
    """Nothing stands against accepting it."""
    for rule in ("A3c", "A3h"):
        world.find(in_review, cast.olive, rule)
    return in_review


@built_once
def accepted(cast: Cast, ready: Application) -> Application:
    """It is accepted; its letter is owed."""
    actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)
    ready.refresh_from_db()
    return ready


@built_once
def asked(cast: Cast, in_review: Application) -> Application:
    """The office has asked about two points."""
    return world.ask(cast, in_review)
