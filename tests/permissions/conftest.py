"""The world of the matrix: the whole cast signed in, and the things of both centres; made once, undone at the end."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from tests.applications.world import open_world
from tests.cast import PEOPLE, START

from .matrix import World
from .objects import MOMENTS, THINGS, URLS
from .things import Things

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def signed_in(person: User) -> Client:
    """A browser of somebody who has signed in, with the second factor where their role needs one."""
    if person.second_factor_required:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=START)
    client = Client(raise_request_exception=False)
    client.force_login(person)
    client.get(reverse("accounts:profile"))  # the first page writes when the session began
    return client


@pytest.fixture(scope="module")
def whole_world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Everybody and everything, for all tests of a module; the clock of pages shows 1 July 2026."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = open_world()
        things = Things(cast, THINGS, MOMENTS)
        people = {first: User.objects.get(pk=getattr(cast, first).pk) for first in PEOPLE}
        clients = {first: signed_in(person) for first, person in people.items()}
        yield World(clients, PEOPLE, things, URLS, settle=things.close)
        things.close()
        transaction.set_rollback(True)
