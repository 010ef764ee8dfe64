"""Who may do what in a training record: by appointment in force on the day, never by name (T, E, A4)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, late, no
from ctts.organisations.access import holds, is_office, on_day
from ctts.organisations.states import Role
from training.models import Appointment, TrainingRecord
from training.states import RECORD_ENDED, AppointmentKind

Kinds = frozenset[str]
MODERATORS = (AppointmentKind.EXTERNAL_MODERATOR, AppointmentKind.SUPPORTING_MODERATOR, AppointmentKind.ADJUDICATOR)


def appointed(user: User, record: TrainingRecord, today: date) -> Kinds:
    """In which functions a person stands around a record on `today`."""
    rows = Appointment.objects.filter(on_day(today), record=record, person=user)
    return frozenset(rows.values_list("kind", flat=True))


def is_running(record: TrainingRecord) -> Verdict:
    """Whether training goes on: nothing is added to a record that has ended."""
    if record.state in RECORD_ENDED:
        return late(f"The training has ended: it is “{record.get_state_display()}”.")
    return YES


def is_trainee(user: User, record: TrainingRecord) -> Verdict:
    """Whether this is the trainee's own record."""
    return YES if user.pk == record.trainee_id else no("Only the trainee can do this.")


def is_supervisor(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether `user` is the trainee's Training Supervisor on `today`; a former one is not (T2)."""
    if user.pk == record.trainee_id:
        return no("Nobody signs or assesses their own training.")
    if AppointmentKind.SUPERVISOR in appointed(user, record, today):
        return YES
    return no("Only the trainee's current Training Supervisor can do this.")


def is_external_moderator(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether `user` is the trainee's External Moderator on `today` (T11)."""
    if AppointmentKind.EXTERNAL_MODERATOR in appointed(user, record, today):
        return YES
    return no("Only the trainee's External Moderator can do this.")


def can_enrol(user: User | None, today: date) -> Verdict:
    """The office enrols, and the calendar from the enrolment date (I5)."""
    return YES if user is None else is_office(user, today)


def can_appoint(user: User, person: User, record: TrainingRecord, today: date) -> Verdict:
    """The office appoints; nobody to their own training, and nobody appoints themselves (E3)."""
    office = is_office(user, today)
    if not office:
        return office
    if user.pk == person.pk:
        return no("Nobody appoints themselves; a colleague does it.")
    if person.pk == record.trainee_id:
        return no("Nobody is appointed to their own training.")
    return is_running(record)


def visible_records(user: User, today: date) -> Q:
    """The condition for records a person sees: their own, those they stand around, their centre's, all for the office.

    An External Moderator keeps reading until the appointment ends (T11); a co-ordinator sees the centre's (T7).
    """
    if holds(user, Role.OFFICE, today):
        return Q(pk__isnull=False)
    around = Appointment.objects.filter(on_day(today), person=user).exclude(kind=AppointmentKind.SUPPORTING_MODERATOR)
    return Q(trainee=user) | Q(pk__in=around.values("record"))
