"""The world of the tests of moderation: made once for each module, every test undoes what it did."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction

from ctts.common import clock
from tests.moderation.world import NOW, World, make_world


@pytest.fixture(scope="module")
def module_world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Two trainees without a moderator; the clock stands at 10 June 2026."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.set_offset(at=NOW)
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(module_world: World) -> Iterator[World]:
    """The world of the module, for one test."""
    with transaction.atomic():
        yield copy.deepcopy(module_world)
        transaction.set_rollback(True)
