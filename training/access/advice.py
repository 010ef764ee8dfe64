"""Who asks the External Moderator, who answers, and who reads it (T11)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from training.access.record import appointed, is_external_moderator, is_running, is_supervisor
from training.models import AdviceQuestion, Appointment, TrainingRecord
from training.states import AppointmentKind

READS_ADVICE = frozenset({AppointmentKind.SUPERVISOR, AppointmentKind.EXTERNAL_MODERATOR})


def can_read_advice(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Trainee, supervisor and External Moderator read the thread, and the office may (T11)."""
    if user.pk == record.trainee_id or READS_ADVICE & appointed(user, record, today) or holds(user, Role.OFFICE, today):
        return YES
    return no("Questions and advice are between the trainee, the Training Supervisor and the External Moderator.")


def visible_advice(user: User, today: date) -> Q:
    """The condition for questions that a person reads, as `can_read_advice` (T11)."""
    if holds(user, Role.OFFICE, today):
        return Q(pk__isnull=False)
    held = Appointment.objects.filter(on_day(today), person=user, kind__in=list(READS_ADVICE))
    return Q(record__trainee=user) | Q(record__in=held.values("record"))


def can_ask_advice(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The trainee or the current Training Supervisor asks, while training goes on and somebody is there (T11)."""
    if user.pk != record.trainee_id and not is_supervisor(user, record, today):
        return no("The trainee or the current Training Supervisor asks the External Moderator.")
    may = is_running(record)
    held = Appointment.objects.filter(on_day(today), record=record, kind=AppointmentKind.EXTERNAL_MODERATOR)
    if may and not held.exists():
        return late("No External Moderator is appointed at present. The scheme office appoints one.")
    return may


def can_answer_advice(user: User, question: AdviceQuestion, today: date) -> Verdict:
    """The External Moderator of today answers, or adds to an answer, whoever was there when it was asked (T11)."""
    return both(is_external_moderator(user, question.record, today), is_running(question.record))
