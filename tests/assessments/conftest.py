"""The world of the tests of assessments: two records whose gates lack the confirmation of patient safety only."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction

from ctts.common import clock
from tests.assessments import gate
from tests.training import practice


@pytest.fixture(scope="module")
def module_scene(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[practice.Scene]:
    """Tara at Leeds and Tom at Bristol near the end of their first year; the clock stands at 10 March 2027."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.set_offset(at=gate.NOW)
        scene = practice.make_scene()
        for record in (scene.tara, scene.tom):
            gate.fill(record)
        yield scene
        transaction.set_rollback(True)


@pytest.fixture
def scene(module_scene: practice.Scene) -> Iterator[practice.Scene]:
    """The scene of the module, for one test."""
    with transaction.atomic():
        yield copy.deepcopy(module_scene)
        transaction.set_rollback(True)
