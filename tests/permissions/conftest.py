"""The world of the matrix: the whole cast signed in, and the things of both centres; made once, undone at the end."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from tests.cast import PEOPLE, START, make_cast

from .matrix import PLACES, World
from .objects import THINGS, URLS

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def signed_in(person: User) -> Client:
    """A browser of somebody who has signed in, with the second factor where their role needs one."""
    if person.second_factor_required:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=START)
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


@pytest.fixture(scope="module")
def whole_world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Everybody and everything, for all tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        things = {(kind, place): make(cast, place) for kind, make in THINGS.items() for place in PLACES}
        people = {first: User.objects.get(pk=getattr(cast, first).pk) for first in PEOPLE}
        clients = {first: signed_in(person) for first, person in people.items()}
        yield World(clients, PEOPLE, things, URLS)
        transaction.set_rollback(True)
