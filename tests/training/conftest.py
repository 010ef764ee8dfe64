"""The world of the tests of training: made once for each module, every test undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.training import practice
from tests.training.before import Before, make_before
from tests.training.world import NOW, World, make_world
from tests.worlds import Ground, made_once


@pytest.fixture(scope="module")
def module_world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Two trainees at two centres; the clock stands at 1 June 2026, two months into their training."""
    with made_once(django_db_blocker, make_world, at=NOW) as ground:
        yield ground


@pytest.fixture
def world(module_world: Ground, request: pytest.FixtureRequest) -> Iterator[World]:
    """The world of the module, for one test."""
    with module_world.lent(request) as world:
        yield world


@pytest.fixture(scope="module")
def module_scene(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Two records as enrolment leaves them; the clock stands at 10 June 2026."""
    with made_once(django_db_blocker, practice.make_scene, at=practice.NOW) as ground:
        yield ground


@pytest.fixture
def scene(module_scene: Ground, request: pytest.FixtureRequest) -> Iterator[practice.Scene]:
    """The scene of the module, for one test."""
    with module_scene.lent(request) as world:
        yield world


@pytest.fixture(scope="module")
def module_before(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """The evening before enrolment: two accepted applications."""
    with made_once(django_db_blocker, make_before) as ground:
        yield ground


@pytest.fixture
def before(module_before: Ground, request: pytest.FixtureRequest) -> Iterator[Before]:
    """The evening before enrolment, for one test."""
    with module_before.lent(request) as world:
        yield world
