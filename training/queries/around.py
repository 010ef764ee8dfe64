"""Meetings of the External Moderator (T11), concerns (T8), and what the first-year gate asks of a record (Y)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
from django.db.models import F, Q, QuerySet

from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common.clock import london_date
from ctts.organisations.access import holds, on_day
from ctts.organisations.queries import nation_of, people_with
from ctts.organisations.states import Nation, Role
from ctts.scheme.queries import numbers_of
from training.models import (
    Appointment,
    Concern,
    ConcernNote,
    Meeting,
    Milestone,
    PlanItem,
    TrainingRecord,
)
from training.rules import concern_levels
from training.states import (
    AppointmentKind,
    ConcernLevel,
    ConcernState,
    MilestoneKind,
)

SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.WALES: "WLS",
    Nation.NORTHERN_IRELAND: "NIR",
}


# --- people and competencies of a record ---


def _holding(record: TrainingRecord, kind: AppointmentKind, today: date) -> QuerySet[User]:
    held = Appointment.objects.filter(on_day(today), record=record, kind=kind)
    return User.objects.filter(pk__in=held.values("person")).order_by("sort_name", "pk")


def supervisors_of(record: TrainingRecord, today: date) -> list[User]:
    """The current Training Supervisor, as a list of at most one."""
    return list(_holding(record, AppointmentKind.SUPERVISOR, today))


def moderators_of(record: TrainingRecord, today: date) -> list[User]:
    """The current External Moderator, as a list of at most one."""
    return list(_holding(record, AppointmentKind.EXTERNAL_MODERATOR, today))


def judges_of(record: TrainingRecord, today: date) -> dict[str, list[User]]:
    """The current Training Supervisor and External Moderator, each by the function, in one query."""
    kinds = (AppointmentKind.SUPERVISOR, AppointmentKind.EXTERNAL_MODERATOR)
    found: dict[str, list[User]] = {kind: [] for kind in kinds}
    rows = Appointment.objects.filter(on_day(today), record=record, kind__in=kinds).select_related("person")
    for row in rows.order_by("person__sort_name", "person"):
        found[row.kind].append(row.person)
    return found


def items_of(record: TrainingRecord) -> QuerySet[PlanItem]:
    """The competencies of a record in the order of its list."""
    return PlanItem.objects.filter(record=record).select_related("item").order_by("position")


# --- meetings ---


def meetings_of(record: TrainingRecord) -> QuerySet[Meeting]:
    """The External Moderator's meetings with a trainee, newest first (T11)."""
    return Meeting.objects.filter(record=record).select_related("written_by").order_by("-held_on", "-pk")


def first_meeting(record: TrainingRecord) -> Meeting | None:
    """The first meeting, if it was held (T11)."""
    return Meeting.objects.filter(record=record, first=True).first()


def first_meeting_milestone(record: TrainingRecord) -> Milestone | None:
    """By when the first meeting is due, and when it was held (M)."""
    return Milestone.objects.filter(record=record, kind=MilestoneKind.FIRST_MEETING).first()


def meeting_key(record_id: int, *, first: bool) -> str:
    """Under which key the text typed into the note of a meeting is kept."""
    return f"meeting:{'first' if first else 'new'}:{record_id}"


# --- concerns ---


@lru_cache(maxsize=8)
def bank_holidays_in(nation: Nation) -> holidays.HolidayBase:
    """The bank holidays of a nation: `day in bank_holidays_in(nation)` (C2). Loading them takes a while, once."""
    return holidays.country_holidays("GB", subdiv=SUBDIVISIONS[nation])


def bank_holidays(record: TrainingRecord) -> holidays.HolidayBase:
    """The bank holidays of the nation in which a trainee's centre lies: `day in bank_holidays(record)` (C2, T8)."""
    return bank_holidays_in(nation_of(record.centre))


def holders_of(record: TrainingRecord, level: str, today: date) -> list[User]:
    """Who holds a level of the ladder for a trainee on `today`, by name (T8)."""
    if level == ConcernLevel.OFFICE:
        return list(people_with(Role.OFFICE, today))
    held = Appointment.objects.filter(on_day(today), record=record, kind=level, person__is_active=True)
    return list(User.objects.filter(pk__in=held.values("person")).order_by("sort_name", "pk"))


def first_level(record: TrainingRecord, raised_by: User, level: str, today: date) -> ConcernLevel:
    """The level a new concern lies with: the given one, or the next that somebody else holds (T8).

    A trainee's concern passes over a co-ordinator who is the Training Supervisor as well: it may be about them.
    """
    ladder = list(ConcernLevel)
    not_these = {raised_by.pk}
    if raised_by.pk == record.trainee_id:
        held = Appointment.objects.filter(on_day(today), record=record, kind=AppointmentKind.SUPERVISOR)
        not_these |= set(held.values_list("person", flat=True))
    for step in ladder[ladder.index(ConcernLevel(level)) :]:
        if any(person.pk not in not_these for person in holders_of(record, step, today)):
            return step
    return ConcernLevel.OFFICE


@dataclass(frozen=True, slots=True)
class Takers:
    """Who takes a concern first that is not about patient safety, and who does not read it, by name (T8)."""

    level: ConcernLevel
    names: Sequence[str]
    not_read_by: Sequence[str]
    days: int  # working days that the level has


def takers_of(record: TrainingRecord, raised_by: User, today: date) -> Takers:
    """With whom a concern of this person would lie first; a trainee's own is never read by who supervises them (T8)."""
    level = first_level(record, raised_by, concern_levels(False)[0], today)
    names = [str(person) for person in holders_of(record, level, today) if person.pk != raised_by.pk]
    own = raised_by.pk == record.trainee_id
    supervisors = supervisors_of(record, today) if own else []
    shut_out = [str(person) for person in supervisors if not holds(person, Role.OFFICE, today)]
    shown = names if level != ConcernLevel.OFFICE else []
    return Takers(level, shown, shut_out, numbers_of(record.rules).concern_working_days)


def concerns_visible_to(user: User, today: date) -> QuerySet[Concern]:
    """Concerns a person raised, and those that lie or lay with them: the office reads what nobody before it answered
    (T8; G 3.4: any unresolved problems).

    A supervisor never reads what the trainee raised, nor a trainee what others raised about them. A patient-safety
    concern is read by the External Moderator and the office.
    """
    rows = Concern.objects.select_related("record__trainee", "record__centre", "raised_by", "closed_by")
    as_office = Q(level=ConcernLevel.OFFICE) | Q(patient_safety=True)
    as_office &= Q(pk__isnull=not holds(user, Role.OFFICE, today))
    held = Appointment.objects.filter(on_day(today), person=user)
    supervised = held.filter(kind=AppointmentKind.SUPERVISOR).values("record")
    coordinated = held.filter(kind=AppointmentKind.COORDINATOR).values("record")
    moderated = held.filter(kind=AppointmentKind.EXTERNAL_MODERATOR).values("record")
    trainees_own = Q(raised_by=F("record__trainee"), record__in=supervised)
    as_coordinator = Q(record__in=coordinated, patient_safety=False) & ~trainees_own
    as_moderator = Q(record__in=moderated) & (Q(patient_safety=True) | ~Q(level=ConcernLevel.COORDINATOR))
    return rows.filter(Q(raised_by=user) | as_coordinator | as_moderator | as_office)


def concerns_of(record: TrainingRecord, user: User, today: date) -> QuerySet[Concern]:
    """The concerns about a trainee's training that a person reads, open ones first."""
    return concerns_visible_to(user, today).filter(record=record).order_by("-state", "-raised_at", "-pk")


PASSED_ON = "training.concern.passed_on"


def ladder_of(concern: Concern) -> list[tuple[str, date]]:
    """The levels that a concern has left, each with the day until which it had time, or on which it was passed on; the
    first one first (T8)."""
    ways = ["training.concern.escalated", PASSED_ON]
    rows = AuditEvent.objects.filter(object="training.concern", object_id=concern.pk, action__in=ways).order_by("seq")
    return [
        (
            ConcernLevel(row.before["level"]).label,
            london_date(row.at) if row.action == PASSED_ON else date.fromisoformat(row.before["due_on"]),
        )
        for row in rows
    ]


def concern_notes(concern: Concern) -> list[ConcernNote]:
    """What was written on a concern that left it open, the first first (T8)."""
    rows = ConcernNote.objects.filter(concern=concern).select_related("written_by")
    return list(rows.order_by("written_at", "pk"))


def open_patient_safety_concerns(record: TrainingRecord) -> int:
    """How many patient-safety concerns of a record are open (Y2)."""
    return Concern.objects.filter(record=record, patient_safety=True, state=ConcernState.OPEN).count()
