"""Intakes, cut-offs, accreditation in force and reminder steps: what the London calendar decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ctts.common.months import (
    Month,
    add_months,
    days_after,
    first_day,
    last_day,
    london_day,
    london_start,
    month_after,
    month_of,
    plain_day,
)
from ctts.scheme.rules.exact import whole_number
from ctts.scheme.rules.numbers import DEFAULTS, SchemeNumbers
from ctts.scheme.states import VALID_ACCREDITATION

FRIDAY = 4
ACCREDITED_STATUSES = frozenset(VALID_ACCREDITATION)


@dataclass(frozen=True)
class IntakeDates:
    """The dates of one intake by the rule (I2). Days are London days; `opens_at` and `closes_at` are UTC instants, and
    `closes_at` is the first instant that is too late."""

    year: int
    month: int
    opens_on: date
    cutoff_on: date
    enrolment_on: date
    induction_on: date
    opens_at: datetime
    closes_at: datetime


def intake_for(received_at: datetime, numbers: SchemeNumbers = DEFAULTS) -> Month:
    """The intake (year, month of enrolment) of an application received at this instant (I1; G 2.2, 3.1).

    Received 1 October to 31 March enrols in April, 1 April to 30 September in October, by the London wall clock:
    31 March 23:30 UTC is 1 April in London. Raises TypeError for what is no datetime, ValueError for a naive one.
    """
    return _intake_of_day(london_day(received_at), numbers)


def _intake_of_day(day: date, numbers: SchemeNumbers) -> Month:
    return _next_named(month_after(month_of(day), numbers.cutoff_months_before), numbers)


def _next_named(month: Month, numbers: SchemeNumbers) -> Month:
    """`month` itself if it is one of enrolment, else the next that is."""
    while month[1] not in numbers.intake_months:
        month = month_after(month)
    return month


def next_intake(year: int, month: int, numbers: SchemeNumbers = DEFAULTS) -> Month:
    """The intake after this one: where drafts roll to at the cut-off, and a deferred application goes (I5, A6).

    Raises ValueError when no intake enrols in `month`.
    """
    return _next_named(month_after(_known_intake(year, month, numbers)), numbers)


def intake_dates(year: int, month: int, numbers: SchemeNumbers = DEFAULTS) -> IntakeDates:
    """Opening, cut-off, enrolment and induction of an intake by the rule (I1, I2, I3); staff may move them later.

    The cut-off is the whole last day of its month in London; the intake opens the day after the one before closed. An
    induction day on a Saturday or Sunday is the Monday after.
    Raises TypeError or ValueError for a year or month that is none, or a month in which nobody is enrolled.
    """
    intake = _known_intake(year, month, numbers)
    cutoff_on = last_day(month_after(intake, -numbers.cutoff_months_before))
    before = _previous(intake, numbers)
    induction_month = first_day(month_after(intake, numbers.induction_months_after))
    opens_on = days_after(last_day(month_after(before, -numbers.cutoff_months_before)), 1)
    return IntakeDates(
        year=year,
        month=month,
        opens_on=opens_on,
        cutoff_on=cutoff_on,
        enrolment_on=first_day(intake).replace(day=numbers.enrolment_day),
        induction_on=_weekday_from(induction_month.replace(day=numbers.induction_day)),
        opens_at=london_start(opens_on),
        closes_at=london_start(days_after(cutoff_on, 1)),
    )


def _weekday_from(day: date) -> date:
    """The day itself from Monday to Friday, else the Monday after."""
    return days_after(day, 7 - day.weekday()) if day.weekday() > FRIDAY else day


def _known_intake(year: int, month: int, numbers: SchemeNumbers) -> Month:
    whole_number(year, "year", least=date.min.year, most=date.max.year)
    if whole_number(month, "month", least=1, most=12) not in numbers.intake_months:
        raise ValueError(f"Nobody is enrolled in month {month}; the intakes are in {numbers.intake_months}.")
    return year, month


def _previous(intake: Month, numbers: SchemeNumbers) -> Month:
    month = month_after(intake, -1)
    while month[1] not in numbers.intake_months:
        month = month_after(month, -1)
    return month


@dataclass(frozen=True)
class IntakeWindow:
    """An intake as staff keep it: its name (year, month), its opening and cut-off days, moved or not."""

    year: int
    month: int
    opens_on: date
    cutoff_on: date


def intake_among(received_at: datetime, windows: Iterable[IntakeWindow], numbers: SchemeNumbers = DEFAULTS) -> Month:
    """The intake of an application among intakes whose dates staff may have moved (I1, I2).

    The first to close of those open on the London day of receipt; where none is open, the intake by the rule or, if
    that closed early, the next that did not. Raises as `intake_for`.
    """
    day = london_day(received_at)
    known = list(windows)
    open_ones = [window for window in known if window.opens_on <= day <= window.cutoff_on]
    if open_ones:
        first = min(open_ones, key=lambda window: (window.cutoff_on, window.year, window.month))
        return first.year, first.month
    closed = {(window.year, window.month) for window in known if window.cutoff_on < day}
    intake = _intake_of_day(day, numbers)
    while intake in closed:
        intake = next_intake(*intake, numbers)
    return intake


@dataclass(frozen=True)
class Seam:
    """Where two intakes that follow each other do not meet: days on which none (`gap`) or both take applications."""

    before: IntakeWindow
    after: IntakeWindow
    first: date
    last: date
    gap: bool


def seams_of(window: IntakeWindow, others: Iterable[IntakeWindow]) -> list[Seam]:
    """The gap or overlap of an intake's window with that before and that after it, by their names (I1, I2).

    Empty where each opens the day after the other closes. `others` may hold the intake itself, which counts once.
    """
    name = (window.year, window.month)
    rows = sorted((row for row in others if (row.year, row.month) != name), key=lambda row: (row.year, row.month))
    earlier = [row for row in rows if (row.year, row.month) < name][-1:]
    later = [row for row in rows if (row.year, row.month) > name][:1]
    pairs = [*((row, window) for row in earlier), *((window, row) for row in later)]
    return [seam for before, after in pairs if (seam := _seam(before, after)) is not None]


def _seam(before: IntakeWindow, after: IntakeWindow) -> Seam | None:
    if after.opens_on > days_after(before.cutoff_on, 1):
        return Seam(before, after, days_after(before.cutoff_on, 1), days_after(after.opens_on, -1), gap=True)
    if after.opens_on <= before.cutoff_on:
        return Seam(before, after, after.opens_on, min(before.cutoff_on, after.cutoff_on), gap=False)
    return None


def reminder_step(due_on: date, today: date, steps: Iterable[int], *, months: bool = False) -> int | None:
    """The reminder that is due today before `due_on`: the smallest step reached, None when none is or the day is past.

    `steps` are days before (months before when `months`), in any order: (28, 7, 1) for a cut-off (I5), (12, 6, 3)
    months for an accreditation (C1). A job that ran late sends the latest step once, never the ones it missed (N).
    Raises TypeError for what is no day.
    """
    if plain_day(today, "today") > plain_day(due_on, "due_on"):
        return None
    reached = [step for step in steps if _steps_before(due_on, step, months) <= today]
    return min(reached, default=None)


def _steps_before(due_on: date, step: int, months: bool) -> date:
    return add_months(due_on, -step) if months else days_after(due_on, -step)


def accreditation_end(starts_on: date, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The last day of an accreditation of the usual length that starts on this day (C1)."""
    return days_after(add_months(starts_on, numbers.accreditation_years * 12), -1)


def accreditation_valid(status: str, starts_on: date | None, ends_on: date | None, on: date) -> bool:
    """Whether a centre's accreditation for a scope lets new applications in on this day (C1; G 2.1).

    Accredited, with conditions or without, from its first day through its last day. Expiry concerns new applications
    only: trainees already enrolled never ask this. An accreditation without both dates is not valid.
    """
    if status not in ACCREDITED_STATUSES or starts_on is None or ends_on is None:
        return False
    return plain_day(starts_on, "starts_on") <= plain_day(on, "on") <= plain_day(ends_on, "ends_on")
