"""The page of one record: ring, milestones, the two years, what waits in it, who stands around (screens 3, 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import first_day, last_day, month_after, month_of
from ctts.common.parts import Acts, Course, Light, Milestone, Month, Pause, Ring
from ctts.organisations.access import on_day
from ctts.scheme.models import HandbookAcknowledgement, SchemeEvent
from ctts.scheme.queries import numbers_of
from training.models import Appointment, TrainingRecord
from training.queries.records import lights_of, people_around, reviews_that_count, with_progress
from training.rules import Readiness, milestone_status, readiness
from training.states import AppointmentKind, MilestoneKind, MilestoneStatus

Dates = list[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the first page of a record shows. `handbook_read_at` is when the reader acknowledged it, if ever."""

    ring: Ring
    counts: Readiness
    light: Light | None
    milestones: Sequence[Milestone]
    course: Course
    people: Sequence[Appointment]
    events: Sequence[SchemeEvent]
    handbook_read_at: datetime | None

    @property
    def next_milestones(self) -> Sequence[Milestone]:
        """The milestones that are not done: late ones, then the three to come."""
        return [row for row in self.milestones if row.state != "done"][:3]


def overview(record: TrainingRecord, reader: User, now: datetime) -> Overview:
    """The page of a record for one reader, computed from its rows on each load (screens 3)."""
    today = london_date(now)
    numbers = numbers_of(record.rules)
    counts = readiness(record.items.order_by().values_list("state", flat=True))
    milestones = milestones_of(record, today)
    counted = with_progress(TrainingRecord.objects.select_related("rules"), today).get(pk=record.pk)
    return Overview(
        ring=Ring(counts.signed, counts.total, numbers.first_year_percent),
        counts=counts,
        light=lights_of([counted], today)[record.pk],
        milestones=milestones,
        course=_course(record, milestones, today),
        people=_present(record, today),
        events=_events(record, now),
        handbook_read_at=_handbook_read_at(record, reader),
    )


def milestones_of(record: TrainingRecord, today: date) -> list[Milestone]:
    """The dated milestones of a record: done, due, late or waiting on `today` (M)."""
    numbers = numbers_of(record.rules)
    found = []
    for row in record.milestones.all():
        status = milestone_status(row.due_on, row.done_on, today, numbers=numbers)
        state = MilestoneStatus(status).value
        found.append(Milestone(MilestoneKind(row.kind).label, row.done_on or row.due_on, state))
    return found


def _course(record: TrainingRecord, milestones: Sequence[Milestone], today: date) -> Course:
    pauses = [Pause(row.starts_on, row.ends_on) for row in record.interruptions.all()]
    ends_on = max([record.expected_end_on, *(row.on for row in milestones)])
    start = Milestone("Enrolment", record.start_on, "done" if record.start_on <= today else "waiting")
    months = _months(record, today)
    return Course(record.start_on, ends_on, today, [start, *milestones], months, pauses)


def _months(record: TrainingRecord, today: date) -> list[Month]:
    """One dot a calendar month of training: reviewed, not reviewed, or not over yet (T4)."""
    held = {month_of(day) for day in reviews_that_count().filter(record=record).values_list("held_on", flat=True)}
    months, month = [], month_of(record.start_on)
    while first_day(month) <= record.expected_end_on:
        over = last_day(month) < today
        months.append(Month(first_day(month), month in held if over or month in held else None))
        month = month_after(month)
    return months


def _present(record: TrainingRecord, today: date) -> list[Appointment]:
    rows = people_around(record).filter(on_day(today))
    return list(rows.order_by("kind", "starts_on", "pk"))


def _events(record: TrainingRecord, now: datetime) -> list[SchemeEvent]:
    rows = SchemeEvent.objects.filter(attendances__record=record, ends_at__gte=now)
    return list(rows.order_by("starts_at", "pk"))


def _handbook_read_at(record: TrainingRecord, reader: User) -> datetime | None:
    if record.handbook_id is None:
        return None
    rows = HandbookAcknowledgement.objects.filter(handbook=record.handbook_id, person=reader)
    return rows.values_list("acknowledged_at", flat=True).first()


def acts_on(record: TrainingRecord, overview: Overview) -> Acts | None:
    """With whom the record lies: the supervisor while something is submitted, else the trainee (screens 7)."""
    if record.ended_on is not None:
        return None
    supervisors = [row.person for row in overview.people if row.kind == AppointmentKind.SUPERVISOR]
    if overview.counts.submitted and supervisors:
        return Acts(f"{supervisors[0]} (Training Supervisor)", then=[str(record.trainee)])
    return Acts(f"{record.trainee} (trainee)", then=[f"{supervisors[0]} (Training Supervisor)"] if supervisors else [])
