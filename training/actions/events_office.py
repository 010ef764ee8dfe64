"""What the office does about an event: invites, moves it, calls it off, notes who was there (T9)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import DoneAlready, Invalid, require
from ctts.scheme import actions as scheme
from ctts.scheme.models import SchemeEvent
from training import access, notices
from training.actions._events import lock_event, move_up, note, step, tell_of_event
from training.actions._practice import fresh
from training.models import Attendance, Milestone
from training.queries.events import (
    TOLD_OF,
    attendance_digest,
    not_invited,
    people_of,
    places_taken,
    still_to_come,
    told_of_change,
)
from training.rules import milestone_of
from training.states import AttendanceState, MilestoneKind

ALWAYS = (AttendanceState.PLACED, AttendanceState.ATTENDED, AttendanceState.ABSENT)


@transaction.atomic
def invite_to_event(*, by: User, now: datetime, event_id: int) -> int:
    """Invite everybody whom an event is for and who is not invited yet; returns how many were told (T9).

    Pressed again later it invites those who came since. Raises NotAllowed outside the office, TooLate once the event
    has begun or is called off, DoneAlready when nobody is left.
    """
    event = lock_event(event_id)
    require(access.can_invite(by, event, now))
    records = list(not_invited(event))
    if not records:
        raise DoneAlready("Everybody whom this event is for is invited.")
    made = []
    for record in records:
        attendance = Attendance.objects.create(record=record, event=event, invited_at=now)
        note(attendance, "invited", by=by, now=now)
        made.append(attendance)
    tell_of_event(notices.EVENT_INVITED, made, by=by, now=now, key="invited")
    return len(made)


@transaction.atomic
def change_event(*, by: User, now: datetime, event_id: int, seen: str, **values: Any) -> SchemeEvent:
    """Change an event and tell whoever still comes or wants to what they have to know anew, with a calendar file that
    moves their entry; free places go to those who wait (T9).

    Of how to join only those with a place are told. Raises as `scheme.actions.change_event`, and Invalid for fewer
    places than are taken.
    """
    before = lock_event(event_id)
    to_tell = told_of_change(before, {name: values.get(name, "") for name in TOLD_OF})
    event = scheme.change_event(by=by, now=now, event_id=event_id, seen=seen, **values)
    if event.places is not None and event.places < (taken := places_taken(event)):
        raise Invalid(f"{taken} have a place already. Give at least {taken} places.", "places")
    if event.kind == "induction" and event.intake_id is not None:
        rows = Milestone.objects.filter(record__attendances__event=event, kind=MilestoneKind.INDUCTION)
        rows.filter(done_on__isnull=True).update(due_on=london_date(event.starts_at))
    lucky = {one.pk for one in move_up(event, now=now)}
    left = [one for one in to_tell if one.pk not in lucky]
    for attendance in left:
        attendance.event = event
    tell_of_event(notices.EVENT_CHANGED, left, by=by, now=now, was=before)
    return event


@transaction.atomic
def call_off_event(*, by: User, now: datetime, event_id: int, because: str) -> SchemeEvent:
    """Call an event off; whoever still comes or wants to is told why, with a calendar file that takes it out (T9).

    Raises as `scheme.actions.call_off_event`.
    """
    event = scheme.call_off_event(by=by, now=now, event_id=event_id, because=because)
    to_tell = list(still_to_come(event))
    for attendance in to_tell:
        attendance.event = event
    tell_of_event(notices.EVENT_CALLED_OFF, to_tell, by=by, now=now, cancelled=True)
    return event


@transaction.atomic
def note_attendance(*, by: User, now: datetime, event_id: int, present: Collection[int], seen: str) -> int:
    """Note who was there of those invited, in one press; may be mended later. Returns how many rows changed (T9, M).

    `present` are the ids of the attendances; whoever was expected and is not among them was absent, who was not
    expected stays as they were. Being at the induction or the 2nd-year workshop reaches its milestone. Raises
    NotAllowed outside the office, TooLate before it has begun, StaleText when a colleague noted something since.
    """
    event = lock_event(event_id)
    require(access.can_note_attendance(by, event, now))
    fresh(seen, attendance_digest(event))
    changed = 0
    for attendance in people_of(event).order_by("record__trainee", "pk"):
        here, was = attendance.pk in present, attendance.state
        if here and was != AttendanceState.ATTENDED:
            step(attendance, "attend", "attended", by=by, now=now)
        elif not here and was != AttendanceState.ABSENT and _is_expected(attendance):
            step(attendance, "miss", "missed", by=by, now=now)
        else:
            continue
        _reach(attendance, here=here)
        changed += 1
    return changed


def _is_expected(attendance: Attendance) -> bool:
    return attendance.state in ALWAYS or access.has_place(attendance)


def _reach(attendance: Attendance, *, here: bool) -> None:
    """Tick the milestone of being there, or take the tick back where no other event of the kind gave it (M)."""
    event = attendance.event
    kind, on = milestone_of(event.kind), london_date(event.starts_at)
    if kind is None:
        return
    rows = Milestone.objects.filter(record=attendance.record, kind=kind)
    if here:
        rows.filter(done_on__isnull=True).update(done_on=on)
        return
    others = Attendance.objects.filter(record=attendance.record, event__kind=event.kind)
    if not others.filter(state=AttendanceState.ATTENDED).exists():
        rows.filter(done_on=on).update(done_on=None)
