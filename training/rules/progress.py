"""How far a trainee is: shares of the agreed list, and the honest forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ctts.common.months import add_months, days_after, plain_day
from ctts.scheme.rules import DEFAULTS, SchemeNumbers, share_needed, whole_number
from training.rules.calendar import paused_days
from training.states import ItemState


@dataclass(frozen=True)
class Readiness:
    """The agreed list counted by state. `percent` is the exact share signed, None for an empty list."""

    total: int
    not_started: int
    in_progress: int
    submitted: int
    returned: int
    signed: int
    percent: Fraction | None


def readiness(states: Iterable[str]) -> Readiness:
    """Count the competencies of a list by state (T2, Y3). Raises ValueError for a state that is none."""
    counted = Counter(ItemState(state) for state in states)
    total = sum(counted.values())
    return Readiness(
        total=total,
        not_started=counted[ItemState.NOT_STARTED],
        in_progress=counted[ItemState.IN_PROGRESS],
        submitted=counted[ItemState.SUBMITTED],
        returned=counted[ItemState.RETURNED],
        signed=counted[ItemState.SIGNED],
        percent=signed_percent(counted[ItemState.SIGNED], total),
    )


def signed_percent(signed: int, total: int) -> Fraction | None:
    """The exact share of the agreed list that is signed, in per cent; None for an empty list (Y3).

    Raises TypeError for what is no whole number, ValueError for more signed than there are.
    """
    whole_number(signed, "signed", most=whole_number(total, "total"))
    return Fraction(100 * signed, total) if total else None


def is_stalled(
    moved_on: date, today: date, pauses: Iterable[Sequence[date]] = (), numbers: SchemeNumbers = DEFAULTS
) -> bool:
    """Whether a competency that was begun and is not signed has not moved for so many days of training (T2; default).

    Interrupted days do not count.
    """
    still = (plain_day(today, "today") - plain_day(moved_on, "moved_on")).days
    return still - paused_days(pauses, moved_on, today) >= numbers.stalled_days


def forecast(
    signed_on: Iterable[date],
    total: int,
    percent: int,
    *,
    start_on: date,
    today: date,
    pauses: Iterable[Sequence[date]] = (),
    numbers: SchemeNumbers = DEFAULTS,
) -> date | None:
    """The day on which `percent` of `total` competencies are signed at the pace so far (T2; screens: charts).

    Reached already: the day it was. The pace is the number signed by `today` over the days of training since
    `start_on`, interruptions left out. None when nobody can say: an empty list, or fewer than five signatures.
    Raises ValueError when more are signed than there are, or the day lies beyond the calendar.
    """
    dates = sorted(day for day in signed_on if plain_day(day, "signed_on") <= plain_day(today, "today"))
    whole_number(len(dates), "signed", most=whole_number(total, "total"))
    need, done = share_needed(total, percent), len(dates)
    if total and done >= need:
        return dates[need - 1] if need else start_on
    if done < numbers.forecast_points:
        return None
    elapsed = (today - plain_day(start_on, "start_on")).days + 1 - paused_days(pauses, start_on, today)
    if elapsed < 1:
        return None
    return days_after(today, -(-(need - done) * elapsed // done))


def needed_a_month(left: int, today: date, by_on: date) -> int | None:
    """How many of `left` competencies have to be signed in each month from `today` on, so that all are by `by_on` (T2).

    Rounded up, over the whole calendar months that are left (E2: counted from `today`, clamped to month ends); all of
    them where less than a month is left. None on that day and after it. Raises TypeError or ValueError for what is no
    number of competencies.
    """
    whole_number(left, "left")
    if plain_day(by_on, "by_on") <= plain_day(today, "today"):
        return None
    return min(left, -(-left // max(1, _whole_months(today, by_on))))


def _whole_months(start: date, end: date) -> int:
    """How many calendar months fit between two days."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
