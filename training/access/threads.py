"""Who reads and writes messages tied to a record: by function in force; former people keep no access (T11)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, no
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from training.access.record import appointed, is_running
from training.models import Appointment, Thread, TrainingRecord
from training.states import AppointmentKind

# The functions a thread may be addressed to beside the trainee; the scheme office is no appointment.
FUNCTIONS: dict[str, AppointmentKind] = {
    "to_supervisor": AppointmentKind.SUPERVISOR,
    "to_coordinator": AppointmentKind.COORDINATOR,
    "to_moderator": AppointmentKind.EXTERNAL_MODERATOR,
}
TO_OFFICE = "to_office"


def addressed_as(user: User, record: TrainingRecord, today: date) -> set[str]:
    """As what of those whom a thread may be addressed to somebody stands around a record on `today`."""
    held = appointed(user, record, today)
    found = {name for name, kind in FUNCTIONS.items() if kind in held}
    return found | {TO_OFFICE} if holds(user, Role.OFFICE, today) else found


def visible_threads(user: User, today: date) -> Q:
    """The condition for threads a person reads: of their own record, and those addressed to a function of theirs."""
    found = Q(record__trainee=user)
    for name, kind in FUNCTIONS.items():
        held = Appointment.objects.filter(on_day(today), person=user, kind=kind)
        found |= Q(**{name: True}, record__in=held.values("record"))
    return found | Q(to_office=True) if holds(user, Role.OFFICE, today) else found


def can_begin_thread(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The trainee and those around them begin a thread, while training goes on (T11)."""
    if user.pk != record.trainee_id and not addressed_as(user, record, today):
        return no("Messages are between the trainee, the people appointed to them, and the scheme office.")
    return is_running(record)


def can_write_in(user: User, thread: Thread, today: date) -> Verdict:
    """Whoever reads a thread writes in it, while training goes on (T11)."""
    record = thread.record
    theirs = {name for name in addressed_as(user, record, today) if getattr(thread, name)}
    who = YES if user.pk == record.trainee_id or theirs else no("This thread is not addressed to you.")
    return both(who, is_running(record))
