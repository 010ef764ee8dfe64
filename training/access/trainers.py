"""Whom the Training Supervisor allocates as trainers, and what those may do (E3, T5, T6; G 3.5)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from applications.access import applying_now
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import on_day, workplaces_of
from training.access.record import is_in_training, is_running, is_supervisor
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

TRAINER = AppointmentKind.TRAINER


def trains(user: User, record: TrainingRecord, today: date, right: str) -> bool:
    """Whether a person is a trainer of this record on `today` with a right: `comments`, `assesses`, `sees_evidence`."""
    held = Appointment.objects.filter(on_day(today), record=record, person=user, kind=TRAINER)
    return held.filter(Q(rights__isnull=True) | Q(**{f"rights__{right}": True})).exists()


def can_allocate(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The current Training Supervisor allocates trainers while training goes on."""
    return both(is_supervisor(user, record, today), is_running(record))


def can_be_trainer(person: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether somebody may become a trainer: of the centre, no trainee or applicant, and without another part in this
    training; who moderates it stays independent (E4)."""
    if person.pk == record.trainee_id or is_in_training(person.pk) or not person.is_active:
        return no("A trainee is not appointed to a training, and nobody whose account is not active.")
    if record.centre_id not in workplaces_of(person, today):
        return no("A trainer works at the trainee's Training Centre.")
    if applying_now().filter(applicant=person).exists():
        return no("Only somebody who is neither trainee nor applicant trains others.")
    if parts_in(record, today).filter(person=person).exists():
        return late("They have a part in this training already.")
    return YES


def parts_in(record: TrainingRecord, today: date) -> QuerySet[Appointment]:
    """The parts in a training that keep their holders from being allocated as trainers; who trains here until a last
    day may be allocated anew from the day after it (E3)."""
    held = Appointment.objects.filter(record=record).exclude(ends_on__lt=today)
    return held.exclude(kind=TRAINER, ends_on__isnull=False)


def can_end_trainer(user: User, appointment: Appointment, today: date) -> Verdict:
    """The current Training Supervisor ends the appointment of a trainer, whoever made it, and calls off one that has
    not begun."""
    if appointment.kind != TRAINER:
        return no("Only the appointment of a trainer is ended by the Training Supervisor.")
    may = can_allocate(user, appointment.record, today)
    if may and appointment.called_off_at is not None:
        return late("This appointment was called off already.")
    if may and appointment.ends_on is not None:
        return late("This appointment has its last day already.")
    return may


def can_change_rights(user: User, appointment: Appointment, today: date) -> Verdict:
    """The current Training Supervisor changes what a trainer may do, as long as the appointment has no last day."""
    return can_end_trainer(user, appointment, today)
