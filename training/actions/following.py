"""Appointments follow the roles that the office gives and ends (C2, E3, quality rule 15)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import cast

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.verdict import Invalid
from ctts.organisations.models import Affiliation
from training import queries
from training.actions._appointed import called_off_and_told, ended, told
from training.actions._steps import lock_record
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

ONE_DAY = timedelta(days=1)
COORDINATOR = AppointmentKind.COORDINATOR


@transaction.atomic
def end_with_role(*, by: User, now: datetime, held: Affiliation, was: date | None) -> None:
    """A role has its last day, or is called off: what rests on it around trainees, at its centre or as a moderator, has
    the same last day, and is called off where it was to begin later (E3).

    `was` is the last day that the role had before: what ended with it goes along, unless somebody follows. Another
    Training Co-ordinator of the centre takes over from the day after. Raises Invalid for a last day in the past where
    an appointment has begun since.
    """
    last_day = cast(date, held.last_day)
    for made in queries.carried_by(held, was):
        if last_day < made.starts_on <= london_date(now):
            raise Invalid(
                f"Since {in_words(made.starts_on)} they are {made.get_kind_display()} of {made.record.trainee}. Choose "
                "that day or a later one.",
                "ends_on",
            )
        record = lock_record(made.record_id)
        if made.starts_on > last_day:
            called_off_and_told(made, by=by, now=now)
        else:
            ended(made, queries.last_day_within(made, last_day), by=by, now=now)
        if made.kind == COORDINATOR:
            _fill(record, by, now)


@transaction.atomic
def begin_with_role(*, by: User | None, now: datetime, held: Affiliation) -> None:
    """Somebody becomes Training Co-ordinator of a centre: they stand around every trainee there who has none (C2)."""
    for record in queries.to_co_ordinate(held):
        _fill(lock_record(record.pk), by, now)


@transaction.atomic
def leave_with_access(*, by: User, now: datetime, person: User) -> None:
    """A Training Co-ordinator has no access any more: another one of the centre takes over at once, if there is one.

    Otherwise the appointment waits: it is theirs again with the access, until somebody is given the role.
    """
    for made in queries.co_ordinated_by(person, london_date(now)):
        _fill(lock_record(made.record_id), by, now)


@transaction.atomic
def find_co_ordinator(*, by: None, now: datetime, record_id: int) -> bool:
    """Whether a trainee without a Training Co-ordinator got one; called by the calendar (C2)."""
    return _fill(lock_record(record_id), by, now)


def _fill(record: TrainingRecord, by: User | None, now: datetime) -> bool:
    """Appoint a Training Co-ordinator of the centre from the first day that has none with access; they are told.

    Whoever stands there without access has their last day before.
    """
    first_day = queries.without_co_ordinator_from(record, london_date(now))
    person = queries.coordinator_at(record.centre, first_day) if first_day is not None else None
    if first_day is None or person is None:
        return False
    for left in queries.in_the_place_without_access(record, first_day):
        last_day = max(left.starts_on, first_day - ONE_DAY)
        ended(left, last_day, by=by, now=now)
        first_day = last_day + ONE_DAY
    given = {"record": record, "person": person, "kind": COORDINATOR, "starts_on": first_day}
    made = Appointment.objects.create(**given, made_at=now)
    told(made, by=by, now=now)
    return True
