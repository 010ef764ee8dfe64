"""Steps shared by what trainees and the office do about events: lock, note, tell, let the waiting list move up (T9).

Whatever changes who comes to an event locks the event; a trainee's own step locks the record before it. Several
dossiers are written to in the order of their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.ics import calendar_file
from ctts.common.moves import change_state
from ctts.documents.actions import store_bytes
from ctts.documents.models import Document
from ctts.documents.states import MediaType
from ctts.notifications.notices import Notice
from ctts.scheme.models import SchemeEvent
from training import notices
from training.access import has_place
from training.actions._steps import lock_record, role_of, tell_with
from training.models import Attendance, TrainingRecord
from training.queries.events import calendar_entry, places_taken, queue_of
from training.rules import places_free
from training.states import ASKED_TO_COME, ATTENDANCE_MOVES

# The file that enters, moves or takes out one entry of a calendar.
ENTRY: dict[str, Any] = {"name": "event.ics", "media_type": MediaType.CALENDAR, "purpose": "training.event"}


def lock_event(event_id: int) -> SchemeEvent:
    """An event, locked until the transaction ends. Raises DoesNotExist without it."""
    return SchemeEvent.objects.select_for_update(no_key=True).get(pk=event_id)


def lock_attendance(attendance_id: int) -> Attendance:
    """An attendance of a locked record and a locked event, as it is now. Raises DoesNotExist without it."""
    record_id, event_id = Attendance.objects.values_list("record", "event").get(pk=attendance_id)
    record, event = lock_record(record_id), lock_event(event_id)
    attendance = Attendance.objects.get(pk=attendance_id)
    attendance.record, attendance.event = record, event
    return attendance


def step(attendance: Attendance, name: str, what: str, *, by: User | None, now: datetime, **columns: Any) -> None:
    """Take a legal step with an attendance of a locked event and put it on the audit. Raises TooLate."""
    before = {"state": str(attendance.state)}
    change_state(attendance, ATTENDANCE_MOVES, name, turns=attendance.turns + 1, **columns)
    note(attendance, what, by=by, now=now, before=before)


def note(
    attendance: Attendance, what: str, *, by: User | None, now: datetime, before: dict[str, Any] | None = None
) -> None:
    """Put something about an attendance on the audit of the trainee's dossier; None is the calendar."""
    record = attendance.record
    audit(
        f"training.event.{what}",
        by=by,
        at=now,
        about=attendance,
        within=record.trainee_id,
        before=before,
        after={"event": attendance.event_id, "state": str(attendance.state)},
        role="" if by is None else role_of(by, record, now),
    )


def entry_file(event: SchemeEvent, *, turns: int, by: User | None, now: datetime, cancelled: bool = False) -> Document:
    """The calendar file of an event for who has a place: the same name for its life, a higher sequence with each change
    of the event, and with each turn of theirs (T9)."""
    return store_bytes(
        content=calendar_file(calendar_entry(event, joins=True, turns=turns, cancelled=cancelled), now=now),
        owner=None,
        by=by,
        now=now,
        **ENTRY,
    )


def tell_of_event(
    notice: Notice,
    attendances: Iterable[Attendance],
    *,
    by: User | None,
    now: datetime,
    cancelled: bool = False,
    key: str = "",
    **context: Any,
) -> None:
    """Tell these trainees of their event as it is now, once for its `sequence` or `key`, each with a calendar file.

    Whoever has a place gets how to join; who has none yet gets no file, since nothing is certain.
    """
    files: dict[int, Document] = {}
    for attendance in attendances:
        event, record, joins = attendance.event, attendance.record, has_place(attendance)
        if joins and attendance.turns not in files:
            files[attendance.turns] = entry_file(event, turns=attendance.turns, by=by, now=now, cancelled=cancelled)
        tell_with(
            notice,
            record,
            record.trainee,
            about=attendance,
            now=now,
            key=f"{attendance.pk}:{key or event.sequence}",
            context={"event": event, "attendance": attendance, "joins": joins, **context},
            attachment=files[attendance.turns] if joins else None,
        )


def move_up(event: SchemeEvent, *, now: datetime) -> list[Attendance]:
    """Give free places to those who wait, the first first; they are told. For the calendar: nobody's own step (T9).

    The event is locked. Nothing after it has begun or was called off.
    """
    if event.called_off_at is not None or event.starts_at <= now:
        return []
    waiting = queue_of(event)
    lucky = waiting[: places_free(event.places, places_taken(event), len(waiting))] if waiting else []
    in_order = sorted(lucky, key=lambda one: (one.record.trainee_id, one.pk))
    for attendance in in_order:
        attendance.event = event
        step(attendance, "move_up", "moved_up", by=None, now=now)
    tell_of_event(notices.EVENT_PLACE, in_order, by=None, now=now, key=now.isoformat(), moved_up=True)
    return in_order


def leave_events(record: TrainingRecord, by: User | None, now: datetime) -> None:
    """Give back what somebody whose training ends would have come to; part of that step, the record is locked (T9)."""
    rows = Attendance.objects.filter(record=record, state__in=ASKED_TO_COME, event__starts_at__gt=now)
    for attendance in rows.filter(event__called_off_at__isnull=True).order_by("event", "pk"):
        found = lock_attendance(attendance.pk)
        step(found, "give_back", "given_back", by=by, now=now)
        move_up(found.event, now=now)
