"""The world of the tests of assessments: two records whose gates lack the confirmation of patient safety only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assessments.models import FirstYear, Outcome
from tests.assessments import gate
from tests.training import practice
from tests.worlds import Ground, built_once, made_once


def filled_scene() -> practice.Scene:
    """Tara at Leeds and Tom at Bristol near the end of their first year."""
    scene = practice.make_scene()
    for record in (scene.tara, scene.tom):
        gate.fill(record)
    return scene


@pytest.fixture(scope="module")
def module_scene(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Both records; the clock stands at 10 March 2027."""
    with made_once(django_db_blocker, filled_scene, at=gate.NOW) as ground:
        yield ground


@pytest.fixture
def scene(module_scene: Ground, request: pytest.FixtureRequest) -> Iterator[practice.Scene]:
    """The scene of the module, for one test."""
    with module_scene.lent(request) as world:
        yield world


@built_once
def row(scene: practice.Scene) -> FirstYear:
    """Tara's first attempt, which lies with the External Moderator."""
    return gate.put(scene.tara)


@built_once
def outcome(scene: practice.Scene, row: FirstYear) -> Outcome:
    """Tara's first year is passed; its outcome waits for the office."""
    gate.decide(row)
    return gate.outcome_of(scene.tara)


@built_once
def other(scene: practice.Scene, outcome: Outcome) -> Outcome:
    """Tom's outcome waits for the office beside Tara's."""
    return gate.agreed(scene.tom)
