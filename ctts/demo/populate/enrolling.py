"""What enrolment gave a populated trainee (E1), who was appointed (E3), and the milestones as they stand today (M)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ctts.common.clock import london_date
from ctts.demo.populate.corpus import paragraph
from ctts.demo.populate.course import Course, at
from ctts.demo.populate.ground import Person
from ctts.demo.populate.reporting import taken
from ctts.scheme.models import HandbookAcknowledgement
from moderation.models import AppointmentCheck
from moderation.states import Standing
from training.models import (
    Appointment,
    AssociateMembership,
    Concern,
    Interruption,
    Meeting,
    Milestone,
    TrainerRights,
    TrainingRecord,
)
from training.queries.reminding import MILESTONE_ACTORS
from training.rules import MilestoneDate, milestone_step, milestones
from training.states import ATTENDED, AppointmentKind, MeetingMode, MilestoneKind, RecordState

ENROLS_AT = 6
CONCERNED, TRAINED = 0.02, 0.4
KIND = "training.milestone"  # of the reminders
MODERATOR, SUPERVISOR = str(AppointmentKind.EXTERNAL_MODERATOR.label), str(AppointmentKind.SUPERVISOR.label)


def enrol(course: Course) -> None:
    """The record with all that stands around it."""
    _record(course)
    _appoint(course, AppointmentKind.SUPERVISOR, course.supervisor, course.start_on)
    _appoint(course, AppointmentKind.COORDINATOR, course.centre.coordinator, course.start_on)
    if course.moderator and course.moderated_on <= course.yesterday:
        _appoint(course, AppointmentKind.EXTERNAL_MODERATOR, course.moderator, course.moderated_on)
    if course.centre.trainers and course.rng.random() < TRAINED:
        _train(course, course.rng.choice(course.centre.trainers))
    course.sheets.add(AssociateMembership, record_id=course.record, starts_on=course.start_on)
    course.met_on = _first_meeting(course)
    _interrupt(course)
    _read_handbook(course)
    if course.rng.random() < CONCERNED:
        _concern(course)


def _record(course: Course) -> None:
    enrolled_at = at(course.start_on, ENROLS_AT)
    intake = course.intake
    course.record = course.sheets.add(
        TrainingRecord,
        trainee_id=course.person,
        application_id=course.application,
        intake_id=intake.pk,
        scope_id=course.scope.scope_id,
        framework_id=course.scope.framework_id,
        rules_id=intake.rules.pk,
        competency_list_id=course.list_id,
        handbook_id=course.ground.handbook_id,
        centre_id=course.centre.pk,
        certificate_name=course.name,
        start_on=course.start_on,
        expected_end_on=course.end_on,
        enrolled_at=enrolled_at,
        state=str(RecordState.ACTIVE),
    )
    begins = course.start_on.isoformat()
    facts: dict[str, Any] = {"application": course.application, "rules": intake.rules.version, "start_on": begins}
    course.log("training.record.opened", enrolled_at, TrainingRecord, course.record, **facts)


def _appoint(course: Course, kind: AppointmentKind, person: Person, starts_on: date) -> None:
    moderator = kind == AppointmentKind.EXTERNAL_MODERATOR
    by = course.ground.office[0] if moderator else None
    made_at = at(starts_on, 9 if moderator else ENROLS_AT)
    pk = course.sheets.add(
        Appointment,
        record_id=course.record,
        person_id=person.pk,
        kind=str(kind),
        starts_on=starts_on,
        made_at=made_at,
        made_by_id=by.pk if by else None,
    )
    facts: dict[str, Any] = {"kind": str(kind), "person": person.pk}
    course.log("training.appointment.made", made_at, Appointment, pk, by, **facts)
    if by is not None:
        found = {"standing": str(Standing.CLEAR), "facts": {}, "checked_at": made_at, "checked_by_id": by.pk}
        course.sheets.add(AppointmentCheck, appointment_id=pk, **found)


def _train(course: Course, person: Person) -> None:
    """A trainer whom the supervisor allocated some weeks after the start, with what they may do (E3)."""
    starts_on, may = course.start_on + timedelta(days=30), {"comments": True, "assesses": True, "sees_evidence": True}
    if starts_on > course.yesterday:
        return
    kind, made_at = str(AppointmentKind.TRAINER), at(starts_on, 9)
    columns = {"record_id": course.record, "person_id": person.pk, "made_by_id": course.supervisor.pk}
    pk = course.sheets.add(Appointment, kind=kind, starts_on=starts_on, made_at=made_at, **columns)
    course.sheets.add(TrainerRights, appointment_id=pk, **may)
    facts: dict[str, Any] = {"kind": kind, "person": person.pk, **may}
    course.log("training.appointment.made", made_at, Appointment, pk, course.supervisor, SUPERVISOR, **facts)


def _first_meeting(course: Course) -> date | None:
    """The External Moderator meets the trainee about two months in, and goes through the plan (T11)."""
    held_on = course.start_on + timedelta(days=course.rng.randrange(45, 100))
    if course.moderator is None or held_on > course.yesterday:
        return None
    pk = course.sheets.add(
        Meeting,
        record_id=course.record,
        first=True,
        held_on=held_on,
        mode=str(MeetingMode.ONLINE),
        plan_reviewed=True,
        notes=paragraph(course.rng, 2),
        written_at=at(held_on, 16),
        written_by_id=course.moderator.pk,
        key=course.key(),
    )
    facts: dict[str, Any] = {"held_on": held_on.isoformat()}
    course.log("training.meeting.first_held", at(held_on, 16), Meeting, pk, course.moderator, MODERATOR, **facts)
    return held_on


def reach_milestones(course: Course) -> None:
    """Nine dated steps; those that were reached have their day. The final stages are not populated, so not reached."""
    by_time = {MilestoneKind.INDUCTION, MilestoneKind.WORKSHOP}
    passed = {MilestoneKind.FIRST_YEAR_EVIDENCE, MilestoneKind.FIRST_YEAR_DECISION} if course.passed else set()
    for step in milestones(
        course.start_on, course.pauses, induction_on=course.intake.induction_on, numbers=course.intake.numbers
    ):
        done_on = None
        if step.kind == MilestoneKind.FIRST_MEETING:
            done_on = course.met_on
        elif step.due_on <= course.yesterday and step.kind in by_time | passed:
            done_on = step.due_on
        pk = course.sheets.add(
            Milestone, record_id=course.record, kind=str(step.kind), due_on=step.due_on, done_on=done_on
        )
        if done_on is None:
            _reminded(course, pk, step)


def _reminded(course: Course, milestone: int, step: MilestoneDate) -> None:
    """The reminder of a milestone that has come, taken for the trainee and for whoever acts on it beside them (M)."""
    numbers, today = course.intake.numbers, course.ground.wanted.today
    due = milestone_step(step.due_on, today, numbers, attended=step.kind in ATTENDED)
    if due is None or step.kind == MilestoneKind.BOARD:
        return
    for person in (course.person, *_actors(course, step.kind)):
        taken(course, KIND, f"{KIND}:{milestone}:{step.due_on}:{person}:{due.name}", person, due.due_on)


def _actors(course: Course, kind: MilestoneKind) -> list[int]:
    held = {AppointmentKind.SUPERVISOR: course.supervisor}
    if course.moderator and course.moderated_on <= course.yesterday:
        held[AppointmentKind.EXTERNAL_MODERATOR] = course.moderator
    return [held[actor].pk for actor in MILESTONE_ACTORS[kind] if actor in held]


def _interrupt(course: Course) -> None:
    if course.pause is None:
        return
    first, last = course.pause
    course.sheets.add(
        Interruption,
        record_id=course.record,
        starts_on=first,
        ends_on=last,
        decided_at=at(first - timedelta(days=10), 11),
        decided_by_id=course.ground.office[0].pk,
    )


def _read_handbook(course: Course) -> None:
    if course.ground.handbook_id and course.rng.random() < 0.9:
        read_at = at(course.not_after(course.start_on + timedelta(days=2)), 12)
        course.sheets.add(
            HandbookAcknowledgement,
            handbook_id=course.ground.handbook_id,
            person_id=course.person,
            acknowledged_at=read_at,
        )


def _concern(course: Course) -> None:
    """An open concern that the trainee raised and the co-ordinator answers (T8)."""
    raised_on = course.yesterday - timedelta(days=1)
    pk = course.sheets.add(
        Concern,
        record_id=course.record,
        text=paragraph(course.rng, 1),
        raised_at=at(raised_on, 14),
        raised_by_id=course.person,
        due_on=london_date(course.ground.wanted.now) + timedelta(days=5),
        key=course.key(),
    )
    course.log("training.concern.raised", at(raised_on, 14), Concern, pk, course.trainee, "Trainee")
