"""People around a trainee, with dates (E3). Whether a moderator may be appointed, `moderation` has asked before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from training import access
from training.actions._appointed import called_off, ended, told
from training.actions._steps import lock_record
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind


@transaction.atomic
def add_appointment(
    *,
    by: User,
    now: datetime,
    record_id: int,
    person: User,
    kind: AppointmentKind,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Appointment:
    """Appoint a person from a day on (default today), until a last day where there is one; they are told.

    Raises NotAllowed outside the office, for oneself and for a trainee (E4), TooLate when the function is held by
    somebody already, or until a day that has not come by then.
    """
    record = lock_record(record_id)
    require(access.can_appoint(by, person, record, london_date(now)))
    first_day = starts_on or london_date(now)
    with taken_means(lambda: TooLate(_held(record, kind, first_day))):
        made = Appointment.objects.create(
            record=record,
            person=person,
            kind=kind,
            starts_on=first_day,
            ends_on=ends_on,
            made_at=now,
            made_by=by,
        )
    return told(made, by=by, now=now)


@transaction.atomic
def end_appointment(*, by: User, now: datetime, appointment_id: int, last_day: date | None = None) -> Appointment:
    """End an appointment after a last day (default yesterday, so that it acts at once); one that has not begun, and
    whose last day would come before its first, is called off; the row stays (E3).

    Raises NotAllowed outside the office, Invalid for a last day before the first, TooLate when it has ended.
    """
    made = _lock(appointment_id)
    require(access.can_end_appointment(by, made.person, made.record, london_date(now)))
    if made.ends_on is not None:
        raise TooLate("This appointment has its last day already.")
    ends_on = last_day or london_date(now) - timedelta(days=1)
    if ends_on < made.starts_on and london_date(now) < made.starts_on:
        return called_off(made, by=by, now=now)
    if ends_on < made.starts_on:
        raise Invalid("The last day is before the first.", "last_day")
    return ended(made, ends_on, by=by, now=now)


@transaction.atomic
def finish_appointment(*, by: User, now: datetime, appointment_id: int) -> Appointment:
    """An adjudicator has settled what they were appointed for: today is their last day (F5). Settling, which calls
    this, tells who has to hear.

    Raises NotAllowed for anybody else and any other function, TooLate when it has ended.
    """
    made = _lock(appointment_id)
    require(access.can_finish_appointment(by, made, london_date(now)))
    return ended(made, london_date(now), by=by, now=now)


def _lock(appointment_id: int) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True).select_related("record", "person")
    return rows.get(pk=appointment_id)


def _held(record: TrainingRecord, kind: AppointmentKind, first_day: date) -> str:
    """Why nobody can begin in a function on a day, after the database refused it."""
    rows = Appointment.objects.filter(record=record, kind=kind)
    last = rows.filter(ends_on__gte=first_day).order_by("-ends_on").first()
    if last is None or last.ends_on is None or rows.filter(ends_on__isnull=True).exists():
        return f"Somebody is {kind.label} already. End that appointment first."
    return f"Somebody is {kind.label} until {in_words(last.ends_on)}; the next one begins after that day."
