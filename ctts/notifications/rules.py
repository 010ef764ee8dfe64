"""When a daily mail goes, and which reminder step is due (N). Plain arithmetic on London days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from ctts.common.clock import LONDON

DAILY_AT = time(7, 0)  # Europe/London
NUDGE_EVERY = timedelta(days=3)


def next_daily_mail(now: datetime) -> datetime:
    """The first 07:00 of Europe/London after `now` (aware), in UTC: when what was kept for the daily mail goes (N)."""
    here = now.astimezone(LONDON)
    day = here.date() if here.time() < DAILY_AT else here.date() + timedelta(days=1)
    return datetime.combine(day, DAILY_AT, tzinfo=LONDON).astimezone(UTC)


def may_be_nudged_from(nudged_on: date) -> date:
    """The first day on which the same person is nudged about the same duty again: once in three days (screens 1)."""
    return nudged_on + NUDGE_EVERY


def steps_reached(days_before: Iterable[int], *, due_on: date, today: date) -> list[int]:
    """The reminder steps that have come, in the order of the calendar; the last is the one to send (N).

    A step is a number of days before `due_on`; a negative one lies after it. With steps 28, 7 and 1 and five days
    left: [28, 7]. A calendar that slept through a step sends the latest only.
    """
    left = (due_on - today).days
    return sorted((step for step in days_before if step >= left), reverse=True)
