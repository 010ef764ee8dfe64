"""Events for the tests of training: entered by olive of the office, who also invites."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ctts.scheme import actions as scheme
from ctts.scheme.models import SchemeEvent
from ctts.scheme.queries import event_version
from ctts.scheme.states import EventKind
from tests.cast import Cast, at
from tests.training import practice as p
from training import actions, queries
from training.models import Attendance, TrainingRecord

STARTS = at(2026, 7, 1, 9)
UNTIL = at(2026, 6, 24).date()
AFTER = STARTS + timedelta(days=1)
LINK = "https://meet.example.org/42"


def entered(cast: Cast, kind: EventKind = EventKind.CPD, **more: Any) -> SchemeEvent:
    """An event of 1 July 2026 with a joining link."""
    given = {"kind": kind, "title": "Imaging day", "starts_at": STARTS, "ends_at": STARTS + timedelta(hours=3)}
    return scheme.add_event(by=cast.olive, now=p.NOW, **{**given, "joining": LINK, **more})


def workshop(cast: Cast, places: int | None = 1, **more: Any) -> SchemeEvent:
    """One for which people sign up."""
    return entered(cast, sign_up_until_on=UNTIL, places=places, **more)


def invited(cast: Cast, event: SchemeEvent, record: TrainingRecord) -> Attendance:
    """Everybody is invited; the attendance of one of them."""
    actions.invite_to_event(by=cast.olive, now=p.NOW, event_id=event.pk)
    return place_of(event, record)


def place_of(event: SchemeEvent, record: TrainingRecord) -> Attendance:
    """What somebody stands as at an event now."""
    return Attendance.objects.get(event=event, record=record)


def sign_up(record: TrainingRecord, event: SchemeEvent, now: Any = p.NOW) -> Attendance:
    """The trainee signs up."""
    return actions.sign_up(by=record.trainee, now=now, attendance_id=place_of(event, record).pk)


def change(cast: Cast, event: SchemeEvent, **more: Any) -> SchemeEvent:
    """Olive changes an event."""
    kept = SchemeEvent.objects.get(pk=event.pk)
    names = ("title", "starts_at", "ends_at", "place", "joining", "sign_up_until_on", "places")
    given = {**{name: getattr(kept, name) for name in names}, "seen": event_version(kept), **more}
    return actions.change_event(by=cast.olive, now=p.NOW, event_id=event.pk, **given)


def note(cast: Cast, event: SchemeEvent, *present: TrainingRecord, **more: Any) -> int:
    """Olive notes who was there the day after."""
    ids = {place_of(event, record).pk for record in present}
    given = {"by": cast.olive, "now": AFTER, "event_id": event.pk, "seen": queries.attendance_digest(event), **more}
    return actions.note_attendance(present=ids, **given)
