"""The world of these tests: made once for each module, every test undoes what it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assessments.models import Portfolio, StageAttempt
from assessments.states import Stage
from tests.assessments.final_stages import world as f
from tests.assessments.final_stages.world import NOW, Final, make_final, released
from tests.worlds import Ground, built_once, made_once


@pytest.fixture(scope="module")
def module_final(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Ground]:
    """Two trainees in their second year; the clock stands at 20 December 2027."""
    with made_once(django_db_blocker, make_final, at=NOW) as ground:
        yield ground


@pytest.fixture
def final(module_final: Ground, request: pytest.FixtureRequest, files_folder: Path) -> Iterator[Final]:
    """The world of the module, for one test."""
    with module_final.lent(request, files_folder) as world:
        yield world


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path: Path) -> Path:
    """Each test keeps its files in an empty folder."""
    folder = tmp_path / "files"
    settings.STORAGE_URL = f"file://{folder}"
    return folder


@built_once
def ready(final: Final) -> Final:
    """Practical and Portfolio are passed and released: the Viva can be booked."""
    for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
        released(final.cast, final.tara, stage)
    return final


@built_once
def logged(final: Final) -> Final:
    """Tara's log of two DOPS, 77.5: the example of the scheme."""
    f.log_of_two(final.tara, final.cast.sam)
    return final


@built_once
def computable(logged: Final) -> Final:
    """The same log and a final DOPS of 70: the Practical can be sealed."""
    f.final_dops(logged.tara, logged.cast.mia)
    return logged


@built_once
def signed(final: Final) -> Final:
    """Every competency of Tara's is signed by her supervisor."""
    f.sign_everything(final.tara, final.cast.sam)
    return final


@built_once
def sealed(signed: Final) -> Portfolio:
    """Tara's portfolio of 40 pages, sealed."""
    return f.sealed_portfolio(signed.tara, signed.cast.sam)


@built_once
def portfolio(final: Final) -> StageAttempt:
    """Tara's portfolio, open to marking."""
    return f.to_mark(final)


@built_once
def viva(final: Final) -> StageAttempt:
    """Tara's viva, begun an hour ago."""
    return f.viva_to_mark(final)
