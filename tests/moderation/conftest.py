"""The world of the tests of moderation: made once for each module, every test undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.moderation import awarding
from tests.moderation.awarding import Awarded, make_awarded
from tests.moderation.world import NOW, World, make_world
from tests.worlds import Ground, made_once


@pytest.fixture(scope="module")
def module_awarded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Two trainees with awards; the clock stands at 5 April 2028."""
    with made_once(django_db_blocker, make_awarded, at=awarding.NOW) as ground:
        yield ground


@pytest.fixture(scope="module")
def module_world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Two trainees without a moderator; the clock stands at 10 June 2026."""
    with made_once(django_db_blocker, make_world, at=NOW) as ground:
        yield ground


@pytest.fixture
def awarded(module_awarded: Ground, request: pytest.FixtureRequest) -> Iterator[Awarded]:
    """The world of the module, for one test."""
    with module_awarded.lent(request) as world:
        yield world


@pytest.fixture
def world(module_world: Ground, request: pytest.FixtureRequest) -> Iterator[World]:
    """The world of the module, for one test."""
    with module_world.lent(request) as world:
        yield world
