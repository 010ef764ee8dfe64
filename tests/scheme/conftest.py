"""The cast, and the intake of October 2026 as the rule enters it."""

from __future__ import annotations

import pytest

from ctts.scheme import actions
from ctts.scheme.models import Intake
from tests.cast import Cast, make_cast
from tests.scheme.calendar import NOW


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody of the cast."""
    return make_cast()


@pytest.fixture
def october(cast: Cast) -> Intake:
    """The intake of October 2026."""
    actions.prefill_intakes(by=None, now=NOW)
    return Intake.objects.get(year=2026, month=10)
