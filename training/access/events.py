"""Who signs up for an event of the scheme and gives a place back; who invites, and notes who was there (T9)."""

from __future__ import annotations

from datetime import datetime

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late
from ctts.organisations.access import is_office
from ctts.scheme.access import can_change_event
from ctts.scheme.models import SchemeEvent
from training.access.record import is_running, is_trainee
from training.models import Attendance
from training.states import ATTENDANCE_MOVES, AttendanceState


def has_place(attendance: Attendance) -> bool:
    """Whether somebody is expected: they have a place, or are invited to what nobody signs up for (T9)."""
    if attendance.event.sign_up_until_on is None and attendance.state == AttendanceState.INVITED:
        return True
    return attendance.state in (AttendanceState.PLACED, AttendanceState.ATTENDED)


def can_join(user: User, attendance: Attendance) -> Verdict:
    """How to join is told to the trainee who has a place, while the event stands (T9)."""
    own = is_trainee(user, attendance.record)
    if own and attendance.event.called_off_at is not None:
        return late("This event is called off.")
    return late("How to join is told to those who have a place.") if own and not has_place(attendance) else own


def can_sign_up(user: User, attendance: Attendance, now: datetime) -> Verdict:
    """The trainee signs up through the last day for it, while training goes on and the event stands (T9)."""
    event = attendance.event
    own = both(both(is_trainee(user, attendance.record), is_running(attendance.record)), _stands(event, now))
    if own and event.sign_up_until_on is None:
        return late("Nobody signs up for this event; everybody invited is expected.")
    in_time = both(own, _in_time(event, now))
    return both(in_time, can_move(attendance, ATTENDANCE_MOVES, "sign_up"))


def can_give_back(user: User, attendance: Attendance, now: datetime) -> Verdict:
    """The trainee says that they do not come: as long as people sign up, else until it begins (T9)."""
    own = both(is_trainee(user, attendance.record), _stands(attendance.event, now))
    return both(both(own, _in_time(attendance.event, now)), can_move(attendance, ATTENDANCE_MOVES, "give_back"))


def can_invite(user: User, event: SchemeEvent, now: datetime) -> Verdict:
    """The office invites whom an event is for until it begins (T9)."""
    may = can_change_event(user, event, now)
    return late("This event has begun.") if may and event.starts_at <= now else may


def can_note_attendance(user: User, event: SchemeEvent, now: datetime) -> Verdict:
    """The office notes who was there once the event has begun (T9)."""
    office = is_office(user, london_date(now))
    if office and event.called_off_at is not None:
        return late("This event is called off.")
    if office and event.starts_at > now:
        return late("Who was there is noted once the event has begun.")
    return office


def _stands(event: SchemeEvent, now: datetime) -> Verdict:
    """Whether an event is neither called off nor begun."""
    if event.called_off_at is not None:
        return late("This event is called off.")
    return late("This event has begun.") if event.starts_at <= now else YES


def _in_time(event: SchemeEvent, now: datetime) -> Verdict:
    """Whether the last day for signing up, where there is one, is not over."""
    if event.sign_up_until_on is not None and event.sign_up_until_on < london_date(now):
        last = in_words(event.sign_up_until_on)
        return late(f"The last day for this was {last}. Write to the scheme office if you cannot come.")
    return YES
