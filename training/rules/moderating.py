"""What the External Moderator owes in each year of training, and by when a question is answered (T11): pure
functions, no database."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from datetime import date

from ctts.common.months import MONTHS_IN_YEAR, add_months
from ctts.scheme.rules import DEFAULTS, SchemeNumbers, whole_number, yes_or_no
from training.rules.calendar import LATE, MilestoneStep, moved_by_pauses, training_year, working_days_after

DUE = "due"


def years_reached(
    start_on: date,
    today: date,
    pauses: Iterable[Sequence[date]] = (),
    *,
    second_open: bool = False,
    numbers: SchemeNumbers = DEFAULTS,
) -> range:
    """The years of training of which a review can be written today (T11): up to the one that runs by the calendar.

    Once the second year is open, the first is over and is not reviewed any more, and the second has begun. None before
    the start.
    """
    if today < start_on:
        return range(0)
    first = 2 if yes_or_no(second_open, "second_open") else 1
    return range(first, max(first, training_year(start_on, today, pauses, numbers)) + 1)


def year_to_review(years: Iterable[int], reviewed: Collection[int]) -> int | None:
    """The first of these years without a review: there is one in each (T11). None when all are reviewed."""
    return next((year for year in years if year not in reviewed), None)


def later_review_due(start_on: date, year: int, pauses: Iterable[Sequence[date]] = ()) -> date:
    """By when a third or later year is reviewed: a month before it ends, as the first (T11, M; default).

    Raises ValueError for the first two, whose days are milestones.
    """
    months = MONTHS_IN_YEAR * whole_number(year, "year", least=3) - 1
    return moved_by_pauses(add_months(start_on, months), start_on, pauses)


def advice_due(asked_on: date, holidays: Container[date] = (), numbers: SchemeNumbers = DEFAULTS) -> date:
    """The day by which a question of `asked_on` is answered: five working days (T11, N; default)."""
    return working_days_after(asked_on, numbers.advice_working_days, holidays)


def advice_step(
    due_on: date, today: date, holidays: Container[date] = (), numbers: SchemeNumbers = DEFAULTS
) -> MilestoneStep | None:
    """The reminder of a question that is not answered: "due" from its day on, "late" once as many working days again
    have passed (T11, N). None before its day."""
    late_on = advice_due(due_on, holidays, numbers)
    if today >= late_on:
        return MilestoneStep(LATE, late_on)
    return MilestoneStep(DUE, due_on) if today >= due_on else None
