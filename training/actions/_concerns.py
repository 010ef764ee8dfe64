"""How a concern comes to the next level of its ladder, by itself or passed on (T8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ctts.common.clock import london_date
from ctts.scheme.queries import numbers_of
from training.models import Concern
from training.queries.around import bank_holidays, first_level
from training.rules import concern_due
from training.states import ConcernLevel


def climb(concern: Concern, above: ConcernLevel, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """A locked concern comes to `above`, or the first level over it that somebody else than whoever raised it holds,
    which has its own working days from today. Level and day, before and after, as the audit keeps them."""
    today = london_date(now)
    before = {"level": str(concern.level), "due_on": concern.due_on.isoformat()}
    concern.level = first_level(concern.record, concern.raised_by, above, today)
    concern.due_on = concern_due(today, bank_holidays(concern.record), numbers_of(concern.record.rules))
    concern.held_since_at = now
    concern.save(update_fields=["level", "due_on", "held_since_at"])
    return before, {"level": str(concern.level), "due_on": concern.due_on.isoformat()}
