"""What every beginning and every end of an appointment leaves: the audit, and a word to who is appointed (E3)."""

from __future__ import annotations

from datetime import date, datetime

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.notifications.actions import notify
from training import notices
from training.actions._practice import note
from training.actions._steps import holders, tell
from training.models import Appointment
from training.states import AppointmentKind


def noted(made: Appointment, *, by: User | None, now: datetime) -> Appointment:
    """An appointment that was made, once it is on the audit."""
    facts = {"kind": str(made.kind), "person": made.person_id}
    if made.ends_on is not None:
        facts["ends_on"] = made.ends_on.isoformat()
    audit("training.appointment.made", by=by, at=now, about=made, within=made.record.trainee_id, after=facts)
    return made


def told(made: Appointment, *, by: User | None, now: datetime) -> Appointment:
    """An appointment that was made, once it is on the audit and its person is told."""
    say(noted(made, by=by, now=now), now)
    return made


def say(made: Appointment, now: datetime) -> None:
    """Tell somebody that they are appointed, once."""
    record = made.record
    notify(
        notices.APPOINTED,
        to=made.person,
        key=f"training.appointed:{made.pk}",
        about=made,
        within=record.trainee_id,
        now=now,
        context={"record": record, "appointment": made},
    )


def called_off(made: Appointment, *, by: User, now: datetime) -> Appointment:
    """An appointment that never begins; the row stays."""
    made.called_off_at = now
    made.save(update_fields=["called_off_at"])
    note("appointment.called_off", made.record, made, by=by, now=now, kind=str(made.kind), person=made.person_id)
    return made


def called_off_and_told(made: Appointment, *, by: User, now: datetime) -> Appointment:
    """The same, once its person, the trainee and the Training Co-ordinators are told: they knew of it (N). Of an
    adjudicator they never do (F5)."""
    called_off(made, by=by, now=now)
    record = made.record
    knew = [made.person]
    if made.kind != AppointmentKind.ADJUDICATOR:
        knew += [record.trainee, *holders(record, now, AppointmentKind.COORDINATOR)]
    for person in {one.pk: one for one in knew}.values():
        said = {"appointment": made, "own": person.pk == made.person_id}
        tell(notices.APPOINTMENT_CALLED_OFF, record, person, about=made, now=now, key=str(made.pk), **said)
    return made


def ended(made: Appointment, last_day: date, *, by: User | None, now: datetime) -> Appointment:
    """An appointment with its last day; the row stays."""
    made.ends_on = last_day
    made.save(update_fields=["ends_on"])
    facts = {"kind": str(made.kind), "person": made.person_id, "ends_on": last_day.isoformat()}
    audit("training.appointment.ended", by=by, at=now, about=made, within=made.record.trainee_id, after=facts)
    return made
