"""Trainers whom the Training Supervisor allocates, with what they may do; ended by the supervisor (E3; G 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._practice import note
from training.actions._steps import lock_record, tell
from training.models import Appointment, TrainerRights
from training.states import AppointmentKind

RIGHTS = ("comments", "assesses", "sees_evidence")
ALREADY = "They have a part in this training already."


@transaction.atomic
def allocate_trainer(
    *, by: User, now: datetime, record_id: int, person: User, starts_on: date, rights: Mapping[str, bool]
) -> Appointment:
    """Appoint a trainer from a day on, with what they may do: comment, be asked for DOPS, read evidence (E3, T5).

    They never sign a competency. The trainer is told. Raises NotAllowed for anybody but the current supervisor and for
    whom the scheme does not let train, TooLate when they have a part in it, Invalid without a right or for a past day.
    """
    record, today = lock_record(record_id), london_date(now)
    require(access.can_allocate(by, record, today))
    require(access.can_be_trainer(person, record, today))
    given = {name: bool(rights.get(name)) for name in RIGHTS}
    if not any(given.values()):
        raise Invalid("Choose at least one thing that they may do.", "comments")
    if starts_on < max(today, record.start_on):
        raise Invalid("This day is past. Give today or a day to come.", "starts_on")
    with taken_means(TooLate(ALREADY)):
        made = Appointment.objects.create(
            record=record, person=person, kind=AppointmentKind.TRAINER, starts_on=starts_on, made_at=now, made_by=by
        )
    TrainerRights.objects.create(appointment=made, **given)
    facts: dict[str, Any] = {"kind": str(made.kind), "person": person.pk, **given}
    note("appointment.made", record, made, by=by, now=now, **facts)
    tell(notices.APPOINTED, record, person, about=made, now=now, key=str(made.pk), appointment=made)
    return made


@transaction.atomic
def end_trainer(*, by: User, now: datetime, appointment_id: int) -> Appointment:
    """The supervisor ends the appointment of a trainer: today is the last day, or its first (E3).

    Raises NotAllowed for anybody but the current supervisor, TooLate when it has its last day.
    """
    rows = Appointment.objects.select_related("person")
    made = rows.get(pk=appointment_id)
    made.record = lock_record(made.record_id)
    made.refresh_from_db(fields=["ends_on"])
    require(access.can_end_trainer(by, made, london_date(now)))
    made.ends_on = max(london_date(now), made.starts_on)
    made.save(update_fields=["ends_on"])
    facts: dict[str, Any] = {"kind": str(made.kind), "person": made.person_id, "ends_on": made.ends_on.isoformat()}
    note("appointment.ended", made.record, made, by=by, now=now, **facts)
    return made
