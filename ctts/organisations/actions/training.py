"""When a Training Supervisor did the Training Supervisors' course: entered, and corrected by another entry (C2)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.organisations import access
from ctts.organisations.models import SupervisorTraining


@transaction.atomic
def enter_training(
    *, by: User, now: datetime, person: User, key: UUID, attended_on: date, valid_until_on: date | None = None
) -> SupervisorTraining:
    """The office or the centre's Training Co-ordinator enters the day of the course; nothing is blocked by it (C2).

    Raises NotAllowed for anyone else and for oneself, Invalid for days that cannot be, DoneAlready for a form sent
    twice.
    """
    require(access.can_enter_training(by, person, london_date(now)))
    _require_days(attended_on, valid_until_on, london_date(now))
    with taken_means(DoneAlready("This was entered already.")):
        row = SupervisorTraining.objects.create(
            person=person, attended_on=attended_on, valid_until_on=valid_until_on, key=key, at=now, by=by
        )
    record("organisations.training.entered", by=by, at=now, about=row, after=_facts(row))
    return row


@transaction.atomic
def correct_training(
    *,
    by: User,
    now: datetime,
    training_id: int,
    key: UUID,
    attended_on: date,
    words: str,
    valid_until_on: date | None = None,
    void: bool = False,
) -> SupervisorTraining:
    """Put another entry in the place of a wrong one, or say with `void` that it was none; the old one stays (C2).

    Raises NotAllowed as above, TooLate for one that was corrected before, Invalid without a reason, DoneAlready for a
    form sent twice.
    """
    old = SupervisorTraining.objects.select_related("person").get(pk=training_id)
    if SupervisorTraining.objects.filter(key=key).exists():
        raise DoneAlready("This was entered already.")
    require(access.can_correct_training(by, old, london_date(now)))
    _require_days(attended_on, valid_until_on, london_date(now))
    if not words.strip():
        raise Invalid("Say what was wrong.", "words")
    with taken_means(TooLate(access.CORRECTED)):  # in this very moment
        row = SupervisorTraining.objects.create(
            person=old.person,
            attended_on=attended_on,
            valid_until_on=valid_until_on,
            replaces=old,
            void=void,
            words=words.strip(),
            key=key,
            at=now,
            by=by,
        )
    after, said = _facts(row), {"words": row.words}
    record("organisations.training.corrected", by=by, at=now, about=row, before=_facts(old), after=after, words=said)
    return row


def _require_days(attended_on: date, valid_until_on: date | None, today: date) -> None:
    if attended_on > today:
        raise Invalid("This day has not come yet.", "attended_on")
    if valid_until_on is not None and valid_until_on < attended_on:
        raise Invalid("It ends before the course.", "valid_until_on")


def _facts(row: SupervisorTraining) -> dict[str, object]:
    return {
        "person": row.person_id,
        "attended_on": row.attended_on.isoformat(),
        "valid_until_on": row.valid_until_on.isoformat() if row.valid_until_on else None,
        "replaces": row.replaces_id,
        "void": row.void,
    }
