"""The world of these tests: made once for each module, every test undoes what it did."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from assessments.states import Stage
from ctts.common import clock
from tests.assessments.final_stages.world import NOW, Final, make_final, released


@pytest.fixture(scope="module")
def module_final(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Final]:
    """Two trainees in their second year; the clock stands at 20 December 2027."""
    with django_db_blocker.unblock(), transaction.atomic():
        clock.set_offset(at=NOW)
        yield make_final()
        transaction.set_rollback(True)


@pytest.fixture
def final(module_final: Final) -> Iterator[Final]:
    """The world of the module, for one test."""
    with transaction.atomic():
        yield copy.deepcopy(module_final)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path: Path) -> Path:
    """Each test keeps its files in an empty folder."""
    folder = tmp_path / "files"
    settings.STORAGE_URL = f"file://{folder}"
    return folder


@pytest.fixture
def ready(final: Final) -> Final:
    """Practical and Portfolio are passed and released: the Viva can be booked."""
    for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
        released(final.cast, final.tara, stage)
    return final
