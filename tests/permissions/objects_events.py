"""Events, the CPD log and messages of a trainee, one of each at Leeds and at Bristol, for the matrix of permissions."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from ctts.common import clock
from ctts.scheme import actions as scheme
from ctts.scheme.states import EventKind
from tests.cast import Cast
from training import actions, queries
from training.models import Attendance, CpdEntry, PlanItem, Thread
from training.states import CpdKind

from .records import record_at


def invitation_to_an_event(cast: Cast, place: str) -> Attendance:
    """A trainee is invited to a workshop for which they sign up; the workshop is that of their place alone."""
    record, starts_at = record_at(cast, place), clock.now() + timedelta(days=15)
    given = {"kind": EventKind.CPD, "title": f"Sign up at {place}", "starts_at": starts_at, "scope": record.scope}
    given |= {"ends_at": starts_at + timedelta(hours=2), "sign_up_until_on": starts_at.date(), "places": 5}
    event = scheme.add_event(by=None, now=clock.now(), **given)
    actions.invite_to_event(by=cast.oscar, now=clock.now(), event_id=event.pk)
    return Attendance.objects.get(event=event, record=record)


def event_attended(cast: Cast, place: str) -> Attendance:
    """A trainee was at a workshop of their place."""
    record = record_at(cast, place)
    times = {"starts_at": clock.now() - timedelta(days=3), "ends_at": clock.now() - timedelta(days=2)}
    given = {"kind": EventKind.CPD, "title": f"Attended at {place}", **times}
    event = scheme.add_event(by=None, now=times["starts_at"], **given)
    return Attendance.objects.create(record=record, event=event, invited_at=times["starts_at"], state="attended")


def activity(cast: Cast, place: str) -> CpdEntry:
    """A draft for the CPD log."""
    record = record_at(cast, place)
    words = {"title": f"Paper read at {place}", "activity": "Read it.", "reflection": "Of use."}
    given = {"kind": CpdKind.OWN_STUDY, "done_on": clock.now().date(), "minutes": 60, **words}
    return actions.write_cpd(by=record.trainee, now=clock.now(), record_id=record.pk, key=uuid4(), values=given)


def activity_in_the_log(cast: Cast, place: str) -> CpdEntry:
    """The same, entered into the log."""
    entry = activity(cast, place)
    given = {"entry_id": entry.pk, "seen": queries.cpd_version(entry), "declared": True}
    return actions.enter_cpd(by=entry.record.trainee, now=clock.now(), **given)


def thread_of_messages(cast: Cast, place: str) -> Thread:
    """The trainee writes to supervisor and office."""
    record = record_at(cast, place)
    words = {
        "subject": "The rota",
        "text": f"A word from {place}.",
        "to": ["to_supervisor", "to_office"],
        "asks": False,
    }
    return actions.begin_thread(by=record.trainee, now=clock.now(), record_id=record.pk, key=uuid4(), **words)


def wait_for_a_signature(cast: Cast, place: str) -> PlanItem:
    """A competency that is submitted already: its trainee waits for the signature."""
    return PlanItem.objects.filter(record=record_at(cast, place), state="submitted").select_related("record")[0]
