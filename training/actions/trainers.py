"""Trainers whom the Training Supervisor allocates, with what they may do: changed and ended likewise (E3; G 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._appointed import called_off_and_told
from training.actions._practice import note
from training.actions._steps import lock_record, role_of, tell
from training.models import Appointment, TrainerRights, TrainerRightsChange, TrainingRecord
from training.rules import RIGHTS, last_first_day, rights_key
from training.states import AppointmentKind

ALREADY = "They have a part in this training already."
OTHERWISE = "What they may do was changed since you opened this page. Read it again."


@transaction.atomic
def allocate_trainer(
    *, by: User, now: datetime, record_id: int, person: User, starts_on: date, rights: Mapping[str, bool]
) -> Appointment:
    """Appoint a trainer from a day on, with what they may do: comment, be asked for DOPS, read evidence (E3, T5).

    They never sign a competency. The trainer is told. Raises NotAllowed for anybody but the current supervisor and for
    whom the scheme does not let train, TooLate when they have a part in it, Invalid without a right or for a day that
    is past, far ahead, outside the training, or not after their last one here.
    """
    record, today = lock_record(record_id), london_date(now)
    require(access.can_allocate(by, record, today))
    require(access.can_be_trainer(person, record, today))
    given = _given(rights)
    _check_first_day(record, person, starts_on, today)
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
def change_rights(
    *, by: User, now: datetime, appointment_id: int, rights: Mapping[str, bool], seen: str
) -> Appointment:
    """Give a trainer more or less to do, from now on and without a day between; what stood before is kept (E3).

    `seen` is what the page showed (its `rights_key`). Raises NotAllowed for anybody but the current supervisor,
    TooLate when the appointment has its last day, was called off, or says something else by now, Invalid without a
    right.
    """
    made = _lock(appointment_id)
    require(access.can_change_rights(by, made, london_date(now)))
    given, held = _given(rights), TrainerRights.objects.filter(appointment=made).first()
    was = {name: held is None or bool(getattr(held, name)) for name in RIGHTS}
    if given == was:
        return made
    if seen != rights_key(was):
        raise TooLate(OTHERWISE)
    TrainerRights.objects.update_or_create(appointment=made, defaults=given)
    TrainerRightsChange.objects.create(appointment=made, changed_at=now, changed_by=by, **was)
    audit(
        "training.appointment.rights_changed",
        by=by,
        at=now,
        about=made,
        within=made.record.trainee_id,
        before=was,
        after={"kind": str(made.kind), "person": made.person_id, **given},
        role=role_of(by, made.record, now),
    )
    return made


@transaction.atomic
def end_trainer(*, by: User, now: datetime, appointment_id: int) -> Appointment:
    """The supervisor ends the appointment of a trainer, today being its last day; one not begun is called off, and
    whoever knew of it is told (E3, N).

    Raises NotAllowed for anybody but the current supervisor, TooLate when it has its last day or was called off.
    """
    made, today = _lock(appointment_id), london_date(now)
    require(access.can_end_trainer(by, made, today))
    if made.starts_on > today:
        return called_off_and_told(made, by=by, now=now)
    facts: dict[str, Any] = {"kind": str(made.kind), "person": made.person_id}
    made.ends_on = today
    made.save(update_fields=["ends_on"])
    note("appointment.ended", made.record, made, by=by, now=now, **facts, ends_on=made.ends_on.isoformat())
    return made


# --- steps ---


def _lock(appointment_id: int) -> Appointment:
    """An appointment of a locked record, as it is now."""
    made = Appointment.every.select_related("person").get(pk=appointment_id)
    made.record = lock_record(made.record_id)
    made.refresh_from_db(fields=["ends_on", "called_off_at"])
    return made


def _given(rights: Mapping[str, bool]) -> dict[str, bool]:
    given = {name: bool(rights.get(name)) for name in RIGHTS}
    if not any(given.values()):
        raise Invalid("Choose at least one thing that they may do.", "comments")
    return given


def _check_first_day(record: TrainingRecord, person: User, starts_on: date, today: date) -> None:
    """A first day that is neither past nor out of reach, and after the last day of the same person here."""
    if starts_on < max(today, record.start_on):
        raise Invalid("This day is past. Give today or a day to come.", "starts_on")
    until = last_first_day(today, record.expected_end_on)
    if starts_on > until:
        words = f"Give a day until {in_words(until)}: a trainer begins soon, and within the training."
        raise Invalid(words, "starts_on")
    held = Appointment.objects.filter(record=record, person=person, kind=AppointmentKind.TRAINER)
    last = held.filter(ends_on__gte=starts_on).order_by("-ends_on").first()
    if last is not None and last.ends_on is not None:
        raise Invalid(f"They train here until {in_words(last.ends_on)}. Give a day after it.", "starts_on")
