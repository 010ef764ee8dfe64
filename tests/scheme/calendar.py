"""The day on which the tests of the scheme stand, and events that the office enters."""

from __future__ import annotations

from datetime import datetime, timedelta

from ctts.scheme import actions
from ctts.scheme.models import Intake, SchemeEvent
from ctts.scheme.states import EventKind
from tests.cast import Cast, at

NOW = at(2026, 5, 4)


def with_event(cast: Cast, intake: Intake | None, kind: EventKind, title: str, starts_at: datetime) -> SchemeEvent:
    """An event of an intake that the office enters; it lasts six hours."""
    given = {"kind": kind, "title": title, "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=6)}
    return actions.add_event(by=cast.olive, now=NOW, intake=intake, **given)
