"""The page of one record: ring, milestones, the two years, what waits in it, who stands around (screens 3, 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from applications import queries as applications
from ctts.accounts.models import User
from ctts.common.clock import london_date, london_midnight
from ctts.common.months import first_day, month_after, month_of
from ctts.common.parts import Acts, Course, Light, Milestone, MilestoneState, Month, Pause, Ring
from ctts.common.prepared import prepared
from ctts.organisations.access import on_day
from ctts.scheme.models import HandbookAcknowledgement, SchemeEvent
from ctts.scheme.queries import numbers_of, upcoming_events
from ctts.scheme.rules import SchemeNumbers
from training.models import Appointment, SignOff, TrainingRecord
from training.models import Milestone as MilestoneRow
from training.queries.after import After, after_final
from training.queries.held import held_words, with_holders
from training.queries.pace import Pace, pace_of
from training.queries.records import Behind, Progress, Written, light_of, own_record, people_around, written_in
from training.rules import Readiness, milestone_status, month_gaps, readiness
from training.states import ASKED_TO_COME, ATTENDED, AppointmentKind, ItemState, MilestoneKind, MilestoneStatus

# How the timeline calls what the rule says of a milestone.
SHOWN: dict[MilestoneStatus, MilestoneState] = {
    MilestoneStatus.DONE: "done",
    MilestoneStatus.DUE: "due",
    MilestoneStatus.LATE: "late",
    MilestoneStatus.WAITING: "waiting",
}


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first page of a record shows. `handbook_read_at` is when the reader acknowledged it, if ever."""

    ring: Ring
    counts: Readiness
    pace: Pace | None
    light: Light | None
    milestones: Sequence[Milestone]
    course: Course
    people: Sequence[Appointment]
    events: Sequence[SchemeEvent]
    handbook_read_at: datetime | None
    next_milestone: Milestone | None
    after: After | None
    adjustments: Sequence[applications.Agreed]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the page of a record is computed from; four queries, however much it is."""

    items: Sequence[tuple[str, date | None, datetime | None]]
    milestones: Sequence[MilestoneRow]
    written: Written
    pauses: Sequence[tuple[date, date]]


def overview(record: TrainingRecord, reader: User, now: datetime) -> Overview:
    """The page of a record for one reader, computed from its rows on each load (screens 3)."""
    today = london_date(now)
    numbers = numbers_of(record.rules)
    rows = _rows(record, today)
    counts = readiness(state for state, _, _ in rows.items)
    milestones = [_milestone(row, today, numbers) for row in _asked_of(record, rows.milestones)]
    return Overview(
        ring=Ring(counts.signed, counts.total, numbers.first_year_percent),
        counts=counts,
        pace=_pace(record, rows, numbers, today),
        light=_light(record, rows, counts, today, numbers),
        milestones=milestones,
        course=_course(record, rows, milestones, numbers, today),
        people=_present(record, today),
        events=_events(record, now),
        handbook_read_at=_handbook_read_at(record, reader),
        next_milestone=_next(record, milestones, today),
        after=after_final(record, rows.milestones),
        adjustments=applications.agreed_adjustments(record.trainee_id),
    )


def next_date_of(trainee: User, today: date) -> Milestone | None:
    """The next milestone of a person's own training, or one that is late (M); None for whoever is not in training."""
    record = own_record(trainee)
    if record is None or record.ended_on is not None:
        return None
    rows = _milestones_of(record.pk, today, london_midnight(today))
    return _next(record, [_milestone(row, today, numbers_of(record.rules)) for row in rows], today)


def _rows(record: TrainingRecord, today: date) -> _Rows:
    return _Rows(
        items=list(record.items.order_by().values_list("state", "by_on", Subquery(_standing_signature()))),
        milestones=_milestones_of(record.pk, today, london_midnight(today)),
        written=written_in([record.pk])[record.pk],
        pauses=list(record.interruptions.values_list("starts_on", "ends_on")),
    )


@prepared
def _milestones_of(record: Any, today: Any, midnight: Any) -> QuerySet[MilestoneRow]:
    return with_holders(MilestoneRow.objects.filter(record=record).order_by("due_on", "pk"), today, midnight)


def _standing_signature() -> QuerySet[SignOff, tuple[datetime]]:
    """When a competency was signed last, with a signature that stands (T2)."""
    rows = SignOff.objects.filter(item=OuterRef("pk"), withdraws__isnull=True, withdrawn_by__isnull=True)
    return rows.order_by("-signed_at", "-pk").values_list("signed_at")[:1]


def _pace(record: TrainingRecord, rows: _Rows, numbers: SchemeNumbers, today: date) -> Pace | None:
    signed = [london_date(at) for state, _, at in rows.items if state == ItemState.SIGNED and at is not None]
    due = {MilestoneKind(row.kind): row.due_on for row in rows.milestones}
    return pace_of(record, signed, len(rows.items), due, rows.pauses, numbers, today)


def _asked_of(record: TrainingRecord, milestones: Sequence[MilestoneRow]) -> Sequence[MilestoneRow]:
    """The milestones of a record; of one that has ended those that were reached: nothing more is asked (E5)."""
    return [row for row in milestones if record.ended_on is None or row.done_on is not None]


def _milestone(row: MilestoneRow, today: date, numbers: SchemeNumbers) -> Milestone:
    """A dated milestone: done, due, late or waiting on `today` (M); and whom it waits for, where that is said."""
    attended, holder = row.kind in ATTENDED, _holder(row)
    status = milestone_status(row.due_on, row.done_on, today, numbers=numbers, attended=attended, held=bool(holder))
    was = row.done_on is None and row.due_on < today
    note = "Attendance is not noted." if attended and was else _waits(holder, row)
    return Milestone(MilestoneKind(row.kind).label, row.done_on or row.due_on, SHOWN[status], note=note, was=was)


def _holder(row: MilestoneRow) -> str | None:
    """Who has a milestone that is not reached, while nothing of it is left to the trainee (M)."""
    holder: str | None = row.holder  # type: ignore[attr-defined]  # annotated by with_holders
    return holder if row.done_on is None else None


def _waits(holder: str | None, row: MilestoneRow) -> str:
    since: date | None = row.held_since  # type: ignore[attr-defined]  # annotated by with_holders
    return f"It {held_words(holder, since)}." if holder else ""


def _light(record: TrainingRecord, rows: _Rows, counts: Readiness, today: date, numbers: SchemeNumbers) -> Light | None:
    behind = Behind()
    for row in rows.milestones:
        if row.done_on is None and row.due_on < today and row.kind not in ATTENDED:
            since: date | None = row.held_since  # type: ignore[attr-defined]  # annotated by with_holders
            behind.note(MilestoneKind(row.kind).label, _holder(row), since)
    overdue = sum(by_on is not None and by_on < today and state != ItemState.SIGNED for state, by_on, _ in rows.items)
    progress = Progress(counts.total, counts.signed, overdue)
    return light_of(record, progress, behind, rows.written, rows.pauses, today, numbers)


def _next(record: TrainingRecord, milestones: Sequence[Milestone], today: date) -> Milestone | None:
    """The first milestone that is late or to come; None once training has ended. An event that is over is neither."""
    if record.ended_on is not None:
        return None
    to_come = (row for row in milestones if row.state != "done" and row.on >= today)
    late = (row for row in milestones if row.state == "late")
    return next(late, None) or next(to_come, None)


def _course(
    record: TrainingRecord, rows: _Rows, milestones: Sequence[Milestone], numbers: SchemeNumbers, today: date
) -> Course:
    ends_on = max([_ends_on(record), *(row.on for row in milestones)])
    start = Milestone("Enrolment", record.start_on, "done" if record.start_on <= today else "waiting")
    pauses = [Pause(*days) for days in rows.pauses]
    months = _months(record, rows, numbers, today)
    return Course(record.start_on, ends_on, today, [start, *milestones], months, pauses)


def _ends_on(record: TrainingRecord) -> date:
    return record.ended_on or record.expected_end_on


def _months(record: TrainingRecord, rows: _Rows, numbers: SchemeNumbers, today: date) -> list[Month]:
    """One dot a calendar month of training: reviewed, not reviewed, or none as it asks for no review (yet).

    Not reviewed are the same months as in every other count, so an interrupted one is not among them (T4, E5).
    """
    held = {month_of(day) for day in rows.written.held}
    gaps = set(month_gaps(record.start_on, rows.written.held, today, rows.pauses, record.ended_on, numbers))
    months, month = [], month_of(record.start_on)
    while first_day(month) <= _ends_on(record):
        asked = month in gaps or month in held
        months.append(Month(first_day(month), month not in gaps if asked else None))
        month = month_after(month)
    return months


def _present(record: TrainingRecord, today: date) -> list[Appointment]:
    rows = people_around(record).filter(on_day(today))
    return list(rows.order_by("kind", "starts_on", "pk"))


def _events(record: TrainingRecord, now: datetime) -> list[SchemeEvent]:
    coming = {"attendances__record": record, "attendances__state__in": ASKED_TO_COME}
    return list(upcoming_events(now).filter(**coming))


def _handbook_read_at(record: TrainingRecord, reader: User) -> datetime | None:
    if record.handbook_id is None:
        return None
    rows = HandbookAcknowledgement.objects.filter(handbook=record.handbook_id, person=reader)
    return rows.values_list("acknowledged_at", flat=True).first()


def acts_on(record: TrainingRecord, overview: Overview, reader: User, *, waits: bool) -> Acts | None:
    """With whom the record lies, as one reader is told: a board once the Final Assessment is passed, the supervisor
    while something is submitted, the trainee while that is not all; and the reader for whom something `waits` in it
    (screens 7)."""
    if record.ended_on is not None:
        return None
    if overview.after is not None:
        return Acts("the board", then=["the scheme office, which issues the Diploma"])
    held = (row.person for row in overview.people if row.kind == AppointmentKind.SUPERVISOR)
    supervisor = next((person for person in held if person.is_active), None)
    with_supervisor = bool(overview.counts.submitted and supervisor)
    turns = [(record.trainee, "trainee", overview.counts.returned > 0 or not with_supervisor)]
    if supervisor is not None:
        turns.append((supervisor, "Training Supervisor", with_supervisor))
    now = [f"{person} ({role})" for person, role, acts in turns if acts and person != reader]
    then = [f"{person} ({role})" for person, role, acts in turns if not acts and person != reader]
    own = [acts for person, _, acts in turns if person == reader]
    if waits or any(own):
        now.insert(0, "you")
    elif own:
        then.insert(0, "you")
    return Acts(" and ".join(now), then=then)
