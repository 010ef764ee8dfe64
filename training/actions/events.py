"""What a trainee does about an event: signs up, waits for a place, gives it back (T9)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.verdict import DoneAlready, require
from training import access, notices
from training.actions._events import lock_attendance, move_up, step, tell_of_event
from training.models import Attendance
from training.queries.events import places_taken
from training.rules import places_free
from training.states import AttendanceState

SIGNED_UP = (AttendanceState.PLACED, AttendanceState.QUEUED)


@transaction.atomic
def sign_up(*, by: User, now: datetime, attendance_id: int) -> Attendance:
    """Take a place at an event, or one on its waiting list when all are taken (T9).

    With a place the trainee is told how to join, with a calendar file. Raises NotAllowed for anybody else, TooLate
    after the last day for it, once it has begun or is called off, DoneAlready when they have signed up.
    """
    attendance = lock_attendance(attendance_id)
    if attendance.state in SIGNED_UP and attendance.record.trainee_id == by.pk:
        raise DoneAlready("You have signed up for this already.")
    require(access.can_sign_up(by, attendance, now))
    event = attendance.event
    if places_free(event.places, places_taken(event), 1):
        step(attendance, "sign_up", "signed_up", by=by, now=now, asked_at=now)
        key = now.isoformat()
        tell_of_event(notices.EVENT_PLACE, [attendance], by=by, now=now, key=key, moved_up=False)
    else:
        step(attendance, "queue", "queued", by=by, now=now, asked_at=now)
    return attendance


@transaction.atomic
def give_back(*, by: User, now: datetime, attendance_id: int) -> Attendance:
    """Say that one does not come; a place that gets free goes to whoever waits longest, who is told (T9).

    Raises NotAllowed for anybody but the trainee, TooLate after the last day for it, once it has begun or is called
    off, DoneAlready when it was said before.
    """
    attendance = lock_attendance(attendance_id)
    if attendance.state == AttendanceState.NOT_COMING and attendance.record.trainee_id == by.pk:
        raise DoneAlready("You have said already that you do not come.")
    require(access.can_give_back(by, attendance, now))
    step(attendance, "give_back", "given_back", by=by, now=now)
    move_up(attendance.event, now=now)
    return attendance
