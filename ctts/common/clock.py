"""The one place that asks what time it is.

Views read `request.now`, jobs and commands call `now()` once; everything below takes `now` (an aware UTC datetime) or
`today` (a date in Europe/London) as an argument.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from ctts.common.models import ClockOffset
from ctts.common.months import FIRST_DAY, LAST_DAY, LONDON
from ctts.common.months import london_day as london_date
from ctts.common.months import london_start as london_midnight
from ctts.common.prepared import prepared

__all__ = ["LONDON", "london_date", "london_midnight", "machine_now", "now", "set_offset", "usable_instant"]


def now() -> datetime:
    """The present instant in UTC; in demo and test moved by the one offset row, elsewhere the row is not even read."""
    present = datetime.now(UTC)
    if settings.MODE not in {"demo", "test"}:
        return present
    return present + sum(_ahead(), timedelta())


@prepared
def _ahead() -> QuerySet[ClockOffset, timedelta]:
    return ClockOffset.objects.filter(pk=1).values_list("ahead", flat=True)


def machine_now() -> datetime:
    """The machine's own time in UTC, whatever the demonstration clock shows: for "is that process alive", never for
    anything of the scheme.
    """
    return datetime.now(UTC)


def usable_instant(text: str) -> datetime:
    """The instant that somebody wrote, in UTC; raises ValueError for no time, no zone, or a year that nobody means."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as problem:
        raise ValueError(f"“{text}” is no time; write it as 2026-11-23T09:00:00+00:00.") from problem
    _require_usable(at)
    return at.astimezone(UTC)


def _require_usable(at: datetime) -> None:
    """Raises ValueError for an instant without a zone, and for one from which the rules cannot count."""
    if at.tzinfo is None:
        raise ValueError("Say the time with its zone, for example 2026-11-23T09:00:00+00:00.")
    if not FIRST_DAY <= at.date() <= LAST_DAY:
        raise ValueError(f"The time must lie in the years {FIRST_DAY.year} to {LAST_DAY.year}.")


def set_offset(*, at: datetime) -> timedelta:
    """Move the demonstration clock so that it shows `at` now; returns the new offset.

    Raises ValueError outside demo and test, and when `at` is naive or outside the years that the rules can count in.
    """
    if settings.MODE not in {"demo", "test"}:
        raise ValueError("The clock moves in a demonstration or test only.")
    _require_usable(at)
    offset = at - datetime.now(UTC)
    ClockOffset.objects.update_or_create(pk=1, defaults={"ahead": offset})
    return offset
