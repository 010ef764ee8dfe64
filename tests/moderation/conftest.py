"""The world of the tests of moderation: made once for each module, every test undoes what it did."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction

from ctts.common import clock
from tests.moderation import awarding
from tests.moderation.awarding import Awarded, make_awarded
from tests.moderation.world import NOW, World, make_world


@pytest.fixture(scope="module")
def module_awarded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Awarded]:
    """Two trainees with awards; the clock stands at 5 April 2028."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.set_offset(at=awarding.NOW)
        yield make_awarded()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Two trainees without a moderator; the clock stands at 10 June 2026."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.set_offset(at=NOW)
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def awarded(module_awarded: Awarded) -> Iterator[Awarded]:
    """The world of the module, for one test; the frame is said to be a test's, because runs commit each item."""
    frame = transaction.atomic()
    frame._from_testcase = True
    with frame:
        yield copy.deepcopy(module_awarded)
        transaction.set_rollback(True)


@pytest.fixture
def world(module_world: World) -> Iterator[World]:
    """The world of the module, for one test."""
    with transaction.atomic():
        yield copy.deepcopy(module_world)
        transaction.set_rollback(True)
