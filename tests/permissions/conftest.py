"""The world of the matrix: the whole cast signed in, and the things of both centres; made once, undone at the end."""

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.common import clock
from tests.cast import PEOPLE, START, make_cast

from .matrix import Browser, Undo, World
from .objects import MOMENTS, THINGS, TODAY, URLS
from .things import Things

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def signed_in(person: User) -> Browser:
    """A browser of somebody who has signed in, with the second factor where their role needs one."""
    person.refresh_from_db()
    if person.second_factor_required and person.second_factor_at is None:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=START)
    browser = Browser()
    browser.force_login(person)
    browser.get(reverse("accounts:profile"))  # a session's first page also writes when that was
    return browser


@pytest.fixture(scope="module")
def refusals_are_quiet() -> Iterator[None]:
    """Thousands of refusals are what is asked for; only faults are logged meanwhile."""
    log = logging.getLogger("django.request")
    level = log.level
    log.setLevel(logging.ERROR)
    yield
    log.setLevel(level)


@pytest.fixture(scope="module")
def whole_world(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, refusals_are_quiet: None
) -> Iterator[World]:
    """Everybody and everything, for all tests of a module, on one day."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.set_offset(at=TODAY)
        cast = make_cast()
        undo = Undo()
        things = Things(cast, THINGS, MOMENTS, undo)
        people = {first: User.objects.get(pk=getattr(cast, first).pk) for first in PEOPLE}
        clients = {first: signed_in(person) for first, person in people.items()}
        yield World(clients, PEOPLE, things, URLS, undo, settle=things.close)
        things.close()
        transaction.set_rollback(True)
