"""The one way by which a moderator is appointed: the pool and independence checked under the locks (E3, E4, F5)."""

from __future__ import annotations

from datetime import datetime

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, TooLate
from moderation import queries
from moderation.actions._steps import fresh
from moderation.models import AppointmentCheck, Moderator
from moderation.queries import Found
from moderation.states import Standing
from training.actions import add_appointment
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind


def appoint_checked(
    record: TrainingRecord,
    person: User,
    kind: AppointmentKind,
    *,
    by: User,
    now: datetime,
    seen: str,
    override_reason: str,
) -> Appointment:
    """Appoint somebody of the pool to a locked record, and keep what was found of them (E4).

    Raises StaleText when something else is found than was `seen`, TooLate for somebody who cannot be appointed, Invalid
    without the written reason that an override needs, and as `training.actions.add_appointment`.
    """
    day = queries.first_day(record, kind, london_date(now))
    list(Moderator.objects.select_for_update(no_key=True).filter(person=person))
    found = queries.found_for(kind, person, record, day)
    fresh(seen, found.digest)
    reason = _permitted(found, person, override_reason)
    made = add_appointment(by=by, now=now, record_id=record.pk, person=person, kind=kind, starts_on=day)
    check = AppointmentCheck.objects.create(
        appointment=made,
        standing=found.standing,
        facts=found.as_facts(),
        override_reason=reason,
        checked_at=now,
        checked_by=by,
    )
    facts = {"kind": str(kind), "person": person.pk, "standing": str(found.standing)}
    facts["reasons"] = [one.key for one in found.reasons]
    words = {"override": reason} if reason else None
    what = "moderation.appointment.checked"
    audit(what, by=by, at=now, about=check, within=record.trainee_id, after=facts, words=words)
    return made


def _permitted(found: Found, person: User, override_reason: str) -> str:
    """The reason to keep; empty for somebody who is clear."""
    if found.standing == Standing.CLEAR:
        return ""
    if found.standing == Standing.BLOCKED:
        why = " ".join(reason.text for reason in found.reasons if reason.blocks)
        raise TooLate(f"{person} cannot be appointed. {why}")
    if not found.independence.permits(override_reason):
        raise Invalid("Say why this appointment is right all the same; it is kept with it.", "override_reason")
    return override_reason.strip()
