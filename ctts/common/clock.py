"""The one place that asks what time it is.

Views read `request.now`, jobs and commands call `now()` once; everything below takes `now` (an aware UTC datetime) or
`today` (a date in Europe/London) as an argument.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from ctts.common.models import ClockOffset

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present instant in UTC; in demo and test moved by the one offset row, elsewhere the row is not even read."""
    present = datetime.now(UTC)
    if settings.MODE not in {"demo", "test"}:
        return present
    seconds = ClockOffset.objects.filter(pk=1).values_list("seconds", flat=True).first()
    return present + timedelta(seconds=seconds or 0)


def machine_now() -> datetime:
    """The machine's own time in UTC, whatever the demonstration clock shows: for "is that process alive", never for
    anything of the scheme.
    """
    return datetime.now(UTC)


def london_date(instant: datetime) -> date:
    """The calendar day in Europe/London on which an aware `instant` falls.

    Raises ValueError for a naive datetime: without a zone there is no day.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(LONDON).date()


def london_midnight(day: date) -> datetime:
    """The instant (UTC) at which `day` begins in Europe/London."""
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)


def set_offset(*, at: datetime) -> timedelta:
    """Move the demonstration clock so that it shows `at` now; returns the new offset.

    Raises ValueError outside demo and test, and when `at` is naive.
    """
    if settings.MODE not in {"demo", "test"}:
        raise ValueError("The clock moves in a demonstration or test only.")
    if at.tzinfo is None:
        raise ValueError("Say the time with its zone, for example 2026-11-23T09:00:00+00:00.")
    offset = at - datetime.now(UTC)
    ClockOffset.objects.update_or_create(pk=1, defaults={"seconds": round(offset.total_seconds())})
    return offset
