"""Moderators are appointed to a trainee and their appointments end (E3, E4): the one door to it.

An adjudicator is appointed where markers disagree (`agreeing`), by the same steps.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import require
from moderation import access, notices
from moderation.actions._appointing import appoint_checked
from moderation.actions._steps import tell_one
from training.actions import end_appointment, lock_record
from training.models import Appointment
from training.states import AppointmentKind


@transaction.atomic
def appoint(
    *,
    by: User,
    now: datetime,
    record_id: int,
    person: User,
    kind: AppointmentKind,
    seen: str,
    override_reason: str = "",
) -> Appointment:
    """Appoint an External Moderator by scope of practice, or an independent Supporting Moderator (E3, E4); they are
    told once.

    The function is held from today, or from the day after the last day of whoever holds it still. Raises NotAllowed
    outside the office, TooLate when it is held already or the person cannot be appointed, StaleText when something
    else is found than was `seen`, Invalid without the written reason that an override needs.
    """
    record = lock_record(record_id)
    require(access.can_pick(by, record, kind, london_date(now)))
    return appoint_checked(record, person, kind, by=by, now=now, seen=seen, override_reason=override_reason)


@transaction.atomic
def end(*, by: User, now: datetime, appointment_id: int, last_day: date | None = None) -> Appointment:
    """End the appointment of a moderator after a last day, or call off one that has not begun where none is given; the
    row stays, and they are told (E3).

    Raises NotAllowed outside the office or for oneself, TooLate when it has ended, Invalid for a last day before the
    first.
    """
    record_id = Appointment.objects.values_list("record_id", flat=True).get(pk=appointment_id)
    lock_record(record_id)
    held = Appointment.objects.select_related("person", "record").get(pk=appointment_id)
    require(access.can_end(by, held, london_date(now)))
    made = end_appointment(by=by, now=now, appointment_id=appointment_id, last_day=last_day)
    context = {"appointment": made, "record": made.record}
    within, key = made.record.trainee_id, str(made.pk)
    tell_one(notices.APPOINTMENT_ENDED, made.person, about=made, key=key, now=now, within=within, context=context)
    return made
