"""Dates of a training record: expected end, milestones, interruptions, months without a review, working days."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from types import MappingProxyType

from ctts.common.months import (
    MONTHS_IN_YEAR,
    Month,
    add_months,
    days_after,
    first_day,
    last_day,
    month_after,
    month_of,
    plain_day,
)
from ctts.scheme.rules import DEFAULTS, SchemeNumbers, whole_number, yes_or_no
from training.states import AppointmentKind, ConcernLevel, MilestoneKind, MilestoneStatus

Pause = tuple[date, date]
"""An interruption: its first and its last day, both part of it."""

SATURDAY = 5
CHASED = (AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR)
"""Who is chased for a month without a review, in that order (T4)."""
UNSUPERVISED = date.min
"""Stands for the day on which a supervisor was reminded where nobody supervises: nobody is waited for (T4)."""
NOTHING: Mapping[Month, date] = MappingProxyType({})


def _merged(pauses: Iterable[Sequence[date]]) -> list[Pause]:
    """Pauses in order, overlapping ones as one. Raises TypeError or ValueError for what is no pair of days in order."""
    pairs: list[Pause] = []
    for pause in pauses:
        if not isinstance(pause, (tuple, list)) or len(pause) != 2:
            raise TypeError("A pause is a pair: its first and its last day.")
        first, last = plain_day(pause[0], "first day of a pause"), plain_day(pause[1], "last day of a pause")
        if last < first:
            raise ValueError(f"A pause ends on {last}, before it begins on {first}.")
        pairs.append((first, last))
    merged: list[Pause] = []
    for first, last in sorted(pairs):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def moved_by_pauses(due_on: date, start_on: date, pauses: Iterable[Sequence[date]] = ()) -> date:
    """Where a due date falls after interruptions: each of N days moves it by N days if it began by then (E5).

    A day interrupted twice counts once; days before `start_on` do not count; a pause that begins after the due date,
    already moved by earlier ones, moves nothing. Raises TypeError or ValueError for what is no pause, ValueError
    beyond the calendar.
    """
    plain_day(start_on, "start_on")
    moved = plain_day(due_on, "due_on")
    for first, last in _merged(pauses):
        first = max(first, start_on)
        if first <= moved and first <= last:
            moved = days_after(moved, (last - first).days + 1)
    return moved


def paused_days(pauses: Iterable[Sequence[date]], first: date, last: date) -> int:
    """How many days from `first` to `last`, both included, are interrupted; each day counts once (E5)."""
    overlaps = ((max(first, begin), min(last, end)) for begin, end in _merged(pauses))
    return sum((end - begin).days + 1 for begin, end in overlaps if begin <= end)


def expected_end(start_on: date, pauses: Iterable[Sequence[date]] = (), numbers: SchemeNumbers = DEFAULTS) -> date:
    """The last day of training: start + 24 months - 1 day, moved by interruptions (E2, E5; G 2.2).

    Months are added to the start and clamped to the month's end. `pauses` are (first day, last day), both inclusive;
    they may overlap and come in any order; `moved_by_pauses` says which days count. Raises TypeError for what is no
    plain date or no pair, ValueError for a pause that ends before it begins and beyond the calendar.
    """
    planned = days_after(add_months(plain_day(start_on, "start_on"), numbers.duration_months), -1)
    return moved_by_pauses(planned, start_on, pauses)


def latest_end(start_on: date, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The last day anybody may be on the scheme, interrupted or extended or not: start + 48 months - 1 day (E5)."""
    return days_after(add_months(start_on, numbers.max_months), -1)


def within_maximum(start_on: date, end_on: date, numbers: SchemeNumbers = DEFAULTS) -> bool:
    """Whether training that ends on this day keeps to the maximum time on the scheme (E5)."""
    return plain_day(start_on, "start_on") <= plain_day(end_on, "end_on") <= latest_end(start_on, numbers)


def less_than_full_time_end(end_on: date, from_on: date, percent: int, was_percent: int = 100) -> date:
    """The expected end pro rata when a trainee works `percent` of full time from `from_on` (E5, the default).

    The days left from `from_on` to `end_on`, both included, are stretched by was_percent / percent and rounded up to
    whole days; going back to full time is `percent` 100 with the former `was_percent`. Staff may set another date, and
    `within_maximum` is theirs to check. Raises ValueError when nothing is left, TypeError or ValueError for a per cent
    that is no whole number from 1 to 100.
    """
    whole_number(percent, "percent", least=1, most=100)
    whole_number(was_percent, "was_percent", least=1, most=100)
    left = (plain_day(end_on, "end_on") - plain_day(from_on, "from_on")).days + 1
    if left < 1:
        raise ValueError(f"Training has ended on {end_on}; nothing is left to stretch from {from_on}.")
    return days_after(from_on, -(-left * was_percent // percent) - 1)


def training_year(
    start_on: date, on: date, pauses: Iterable[Sequence[date]] = (), numbers: SchemeNumbers = DEFAULTS
) -> int:
    """Which year of training a day falls in, 1 for the first: years move with interruptions (E5, T11).

    By the calendar only; whether the trainee passed into year two is a fact of the record. Raises ValueError before
    the start.
    """
    if plain_day(on, "on") < plain_day(start_on, "start_on"):
        raise ValueError(f"Training starts on {start_on}; {on} is before it.")
    known = _merged(pauses)
    starts = (add_months(start_on, MONTHS_IN_YEAR * n) for n in range(1, numbers.max_months // MONTHS_IN_YEAR + 1))
    return 1 + sum(moved_by_pauses(day, start_on, known) <= on for day in starts)


SOON, LATE = "soon", "late"


@dataclass(frozen=True)
class MilestoneDate:
    """One milestone: from `opens_on` where it is a window, and due by `due_on`."""

    kind: MilestoneKind
    due_on: date
    opens_on: date | None = None


def milestones(
    start_on: date,
    pauses: Iterable[Sequence[date]] = (),
    induction_on: date | None = None,
    numbers: SchemeNumbers = DEFAULTS,
) -> tuple[MilestoneDate, ...]:
    """The dated milestones of a record, in the scheme's order (M); staff may move each.

    Offsets are months from the start, each added to the start itself, then moved by interruptions. The induction day
    is the intake's own date where it is given: an event does not move. The board is due by the expected end.
    """
    known = _merged(pauses)

    def after(months: int) -> date:
        return moved_by_pauses(add_months(start_on, months), start_on, known)

    return (
        MilestoneDate(MilestoneKind.INDUCTION, induction_on or after(numbers.induction_months_after)),
        MilestoneDate(MilestoneKind.FIRST_MEETING, after(numbers.first_meeting_month)),
        MilestoneDate(MilestoneKind.FIRST_YEAR_EVIDENCE, after(numbers.first_year_evidence_month)),
        MilestoneDate(MilestoneKind.FIRST_YEAR_DECISION, after(numbers.first_year_decision_month)),
        MilestoneDate(MilestoneKind.WORKSHOP, after(numbers.workshop_last_month), after(numbers.workshop_first_month)),
        MilestoneDate(MilestoneKind.PORTFOLIO, after(numbers.portfolio_month)),
        MilestoneDate(MilestoneKind.PRACTICAL, after(numbers.practical_month)),
        MilestoneDate(MilestoneKind.VIVA, after(numbers.viva_month)),
        MilestoneDate(MilestoneKind.BOARD, expected_end(start_on, known, numbers)),
    )


def milestone_status(
    due_on: date,
    done_on: date | None,
    today: date,
    opens_on: date | None = None,
    numbers: SchemeNumbers = DEFAULTS,
    *,
    attended: bool = False,
    held: bool = False,
) -> MilestoneStatus:
    """Done, late, due or waiting (M): due from its opening, else from four weeks before; late the day after.

    `attended`: reached by being at an event, which after its day waits for attendance to be noted (T9). `held`: nothing
    of it is left to the trainee; it waits for markers, office or board, and is neither due nor late.
    """
    if done_on is not None:
        return MilestoneStatus.DONE
    if plain_day(today, "today") > plain_day(due_on, "due_on"):
        return MilestoneStatus.WAITING if attended or held else MilestoneStatus.LATE
    opens = opens_on or days_after(due_on, -numbers.milestone_notice_days)
    return MilestoneStatus.DUE if today >= opens and not held else MilestoneStatus.WAITING


@dataclass(frozen=True)
class MilestoneStep:
    """A reminder of a milestone: before it or after it, and the day on which it is due."""

    name: str
    due_on: date


def milestone_step(
    due_on: date, today: date, numbers: SchemeNumbers = DEFAULTS, *, attended: bool = False
) -> MilestoneStep | None:
    """The reminder of a milestone that is not done: "soon" from four weeks before, "late" from the day after (M, N).

    None earlier, and once it has been late for as long as it was soon: by then it is shown, and nobody is mailed any
    more. `attended`: an event, which after its day waits for attendance to be noted (T9).
    """
    soon_on = days_after(due_on, -numbers.milestone_notice_days)
    if not soon_on <= plain_day(today, "today") <= days_after(due_on, numbers.milestone_notice_days):
        return None
    if today <= due_on:
        return MilestoneStep(SOON, soon_on)
    return None if attended else MilestoneStep(LATE, days_after(due_on, 1))


def month_gaps(
    start_on: date,
    held_on: Iterable[date],
    today: date,
    pauses: Iterable[Sequence[date]] = (),
    until: date | None = None,
    numbers: SchemeNumbers = DEFAULTS,
) -> tuple[Month, ...]:
    """The calendar months without a Supervisor Review (T4; G 3.5), oldest first.

    `held_on` are the days of the reviews that count. Asked are months that are over on `today`, from the start to
    `until` (the record's end), if they hold at least 14 days of training that were not interrupted.
    """
    held = [month_of(day) for day in held_on]
    known = _merged(pauses)
    end = min(plain_day(today, "today"), plain_day(until or today, "until"))
    gaps = []
    month = month_of(start_on)
    while last_day(month) < today and first_day(month) <= end:
        first, last = max(start_on, first_day(month)), min(end, last_day(month))
        days = (last - first).days + 1 - paused_days(known, first, last)
        if days >= numbers.review_month_days and held.count(month) < numbers.reviews_each_month:
            gaps.append(month)
        month = month_after(month)
    return tuple(gaps)


def review_chase(month: Month, today: date, numbers: SchemeNumbers = DEFAULTS) -> tuple[AppointmentKind, ...]:
    """Who is chased by `today` for a month without a review: the supervisor 7 days after its end, the co-ordinator
    too after 14 (T4)."""
    day = plain_day(today, "today")
    return tuple(kind for kind in CHASED if day >= review_chased_on(month, kind, numbers))


@dataclass(frozen=True, slots=True)
class MonthStep:
    """A reminder of a month without a review: which, on which day it came, and whether it is the second to somebody who
    supervises and co-ordinates (T4)."""

    month: Month
    due_on: date
    again: bool = False


def second_chased_on(day: date, reminded_on: date | None, apart: int) -> date | None:
    """When the co-ordinator is reminded whose own day is `day`: so many days `apart` after the supervisor was reminded,
    which was on `reminded_on`, late or after an interruption (T2, T4, T7). None while the supervisor was not; where
    nobody supervises (UNSUPERVISED) it stays with the day.
    """
    return None if reminded_on is None else max(day, days_after(reminded_on, max(apart, 0)))


def month_to_chase(
    gaps: Sequence[Month],
    kinds: Collection[str],
    today: date,
    numbers: SchemeNumbers = DEFAULTS,
    reminded: Mapping[Month, date] = NOTHING,
) -> tuple[MonthStep | None, tuple[MonthStep, ...]]:
    """Of which month without a review somebody with these functions is reminded: the step that came last by `today`,
    and the earlier ones, which it overtakes (T4, N). (None, ()) while there is none.

    `reminded` says on which day the supervisor was reminded of a month: the co-ordinator's day counts from it. Who
    supervises and co-ordinates is both, and hears twice of a month: after 7 days and a week later.
    """
    held = [kind for kind in CHASED if kind in kinds]
    apart = numbers.review_chase_coordinator_days - numbers.review_chase_supervisor_days
    days = []
    for gap, kind in product(gaps, held):
        day: date | None = review_chased_on(gap, kind, numbers)
        if kind == AppointmentKind.COORDINATOR and day is not None:
            day = second_chased_on(day, reminded.get(gap), apart)
        days += [(day, kind != held[0], gap)] if day is not None and day <= today else []
    reached = [MonthStep(gap, day, again) for day, again, gap in sorted(days)]
    return (reached[-1], tuple(reached[:-1])) if reached else (None, ())


def sign_chased_on(since: date, kind: str, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The day on which the supervisor, or the co-ordinator, is reminded of competencies that wait `since` then (T2)."""
    days = {
        AppointmentKind.SUPERVISOR: numbers.sign_chase_supervisor_days,
        AppointmentKind.COORDINATOR: numbers.sign_chase_coordinator_days,
    }
    return days_after(since, days[AppointmentKind(kind)])


def review_chased_on(month: Month, kind: AppointmentKind, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The day on which the supervisor, or the co-ordinator, is reminded of a month without a review (T4)."""
    days = {
        AppointmentKind.SUPERVISOR: numbers.review_chase_supervisor_days,
        AppointmentKind.COORDINATOR: numbers.review_chase_coordinator_days,
    }
    return days_after(last_day(month), days[kind])


def progress_reports_due(
    start_on: date, until: date, pauses: Iterable[Sequence[date]] = (), numbers: SchemeNumbers = DEFAULTS
) -> tuple[date, ...]:
    """The days by which progress reports are due, every six months from the start up to `until` (T7)."""
    known = _merged(pauses)
    offsets = range(numbers.progress_report_months, numbers.max_months + 1, numbers.progress_report_months)
    days = (moved_by_pauses(add_months(start_on, months), start_on, known) for months in offsets)
    return tuple(day for day in days if day <= plain_day(until, "until"))


def working_days_after(day: date, n: int, holidays: Container[date] = ()) -> date:
    """The `n`th working day after `day`, not counting `day` itself; with 0 it is `day` (N, T8).

    Saturdays, Sundays and `holidays` (the bank holidays of the site's nation, C2) are no working days. Raises
    TypeError for what is no plain date or whole number, ValueError for a negative one and beyond the calendar.
    """
    reached = plain_day(day)
    for _ in range(whole_number(n, "n")):
        reached = days_after(reached, 1)
        while reached.weekday() >= SATURDAY or reached in holidays:
            reached = days_after(reached, 1)
    return reached


def concern_due(since: date, holidays: Container[date] = (), numbers: SchemeNumbers = DEFAULTS) -> date:
    """The day by which a level answers a concern it was given on `since`: five working days (T8)."""
    return working_days_after(since, numbers.concern_working_days, holidays)


def concern_levels(patient_safety: bool) -> tuple[ConcernLevel, ...]:
    """Who hears of a new concern first: the co-ordinator; of a patient-safety concern the External Moderator and the
    office at once (T8; G 3.4)."""
    if yes_or_no(patient_safety, "patient_safety"):
        return ConcernLevel.EXTERNAL_MODERATOR, ConcernLevel.OFFICE
    return (ConcernLevel.COORDINATOR,)


def next_level(level: str) -> ConcernLevel | None:
    """The level a missed concern escalates to, None above the office (T8). Raises ValueError for no level."""
    ladder = list(ConcernLevel)
    above = ladder.index(ConcernLevel(level)) + 1
    return ladder[above] if above < len(ladder) else None


def report_step(
    due_on: date,
    kind: str,
    today: date,
    numbers: SchemeNumbers = DEFAULTS,
    reminded_on: date | None = None,
) -> MilestoneStep | None:
    """The reminder of a progress report that is not sent: the supervisor "soon" four weeks before and "late" from the
    day after, the co-ordinator "late" 14 days after and a week after the supervisor was told so (`reminded_on`), as for
    a missing review (T7, N; default). None earlier."""
    if kind == AppointmentKind.COORDINATOR:
        apart = numbers.review_chase_coordinator_days - numbers.review_chase_supervisor_days
        day = second_chased_on(days_after(due_on, numbers.review_chase_coordinator_days), reminded_on, apart)
        return MilestoneStep(LATE, day) if day is not None and today >= day else None
    soon_on, late_on = days_after(due_on, -numbers.milestone_notice_days), days_after(due_on, 1)
    if today >= late_on:
        return MilestoneStep(LATE, late_on)
    return MilestoneStep(SOON, soon_on) if today >= soon_on else None
