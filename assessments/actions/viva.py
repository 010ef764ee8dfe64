"""The Viva (F4): booked by the office, moved, called off; everybody who has to be there hears once each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from assessments import access, notices
from assessments.actions._final import begin_attempt, fresh, note
from assessments.models import Viva
from assessments.queries.viva import calendar_entry, viva_in_the_way, viva_of
from assessments.states import VIVA_MOVES, Stage
from ctts.accounts.models import User
from ctts.accounts.queries import locked_person
from ctts.common.clock import london_date
from ctts.common.ics import calendar_file
from ctts.common.moves import can_move, move_rows
from ctts.common.templatetags.formats import instant
from ctts.common.verdict import Invalid, TooLate, require
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from ctts.notifications.notices import Notice
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.actions import holders, lock_record, tell, tell_with
from training.models import TrainingRecord
from training.states import AppointmentKind

BOTH = (AppointmentKind.EXTERNAL_MODERATOR, AppointmentKind.SUPPORTING_MODERATOR)
CHANGED = "The booking was changed by somebody else since you opened this page."
MOST_EXTRA = 120
BOOKED_AHEAD = timedelta(days=366)


@transaction.atomic
def book_viva(
    *, by: User, now: datetime, record_id: int, starts_at: datetime, joining: str, extra_minutes: int = 0
) -> Viva:
    """The office books the Viva: its length by the scheme rules and the extra time that was agreed (F4, A5).

    Trainee and both moderators are told, with a calendar file. Raises NotAllowed outside the office, TooLate before the
    Portfolio is passed and released, without both moderators, or when it is booked already, Invalid for a time that is
    over or at which a moderator has another viva, a length that cannot be, or without a way to join.
    """
    record = lock_record(record_id)
    require(access.can_book_viva(by, record, viva_of(record), london_date(now)))
    _check(starts_at, joining, extra_minutes, now)
    attempt = begin_attempt(record, Stage.VIVA, by=by, now=now)
    minutes = access.numbers_for(record).viva_minutes + extra_minutes
    _require_free(record, starts_at, minutes, now)
    viva, made = Viva.objects.get_or_create(attempt=attempt, defaults={"minutes": minutes})
    viva.attempt = attempt
    sequence = viva.sequence if made else viva.sequence + 1
    _step(viva, "book", **_booking(starts_at, joining, minutes, sequence, by, now))
    note("viva.booked", attempt, by=by, now=now, about=viva, **_facts(viva))
    _tell(notices.VIVA_BOOKED, viva, by, now)
    return viva


@transaction.atomic
def move_viva(
    *,
    by: User,
    now: datetime,
    record_id: int,
    starts_at: datetime,
    joining: str,
    extra_minutes: int,
    seen: int,
) -> Viva:
    """The office moves a booked Viva to another time; the calendar file takes the place of the one before (F4).

    `seen` is the number of the booking that the page showed. Raises NotAllowed, TooLate when it is not booked or has
    begun with its markers, StaleText when somebody else moved it, Invalid as `book_viva`.
    """
    record, viva = _booked(record_id, by, now, seen)
    _check(starts_at, joining, extra_minutes, now)
    minutes = access.numbers_for(record).viva_minutes + extra_minutes
    if (viva.starts_at, viva.joining, viva.minutes) == (starts_at, joining.strip(), minutes):
        raise Invalid("It is booked so already. Change the day, the time, the link or the extra time.", "starts_on")
    _require_free(record, starts_at, minutes, now)
    _step(viva, "reschedule")
    _step(viva, "book", **_booking(starts_at, joining, minutes, viva.sequence + 1, by, now))
    note("viva.moved", viva.attempt, by=by, now=now, about=viva, **_facts(viva))
    _tell(notices.VIVA_MOVED, viva, by, now)
    return viva


@transaction.atomic
def cancel_viva(*, by: User, now: datetime, record_id: int, seen: int) -> Viva:
    """The office calls a booked Viva off; it is to be scheduled anew, and the calendar file takes the entry out (F4).

    Raises NotAllowed, TooLate, StaleText as `move_viva`.
    """
    _, viva = _booked(record_id, by, now, seen)
    was = viva.starts_at
    viva.sequence += 1
    _tell(notices.VIVA_CANCELLED, viva, by, now, cancelled=True, was=was)
    cleared: dict[str, Any] = {"starts_at": None, "joining": "", "booked_at": None, "booked_by": None}
    _step(viva, "reschedule", sequence=viva.sequence, **cleared)
    note("viva.cancelled", viva.attempt, by=by, now=now, about=viva, sequence=viva.sequence)
    return viva


@transaction.atomic
def tell_of_adjustment(*, by: None, now: datetime, viva_id: int, agreed_at: datetime) -> int:
    """Tell of an adjustment that was agreed after the booking: the Supporting Moderator, and whoever booked, who may
    have to move it (A5, F4). Returns how many were told.

    For the calendar. The External Moderator is told where the training record stands open to them.
    """
    viva = Viva.objects.select_related("attempt__record__trainee", "booked_by").get(pk=viva_id)
    record, booker = viva.attempt.record, viva.booked_by
    people = holders(record, now, AppointmentKind.SUPPORTING_MODERATOR)
    if booker is not None and holds(booker, Role.OFFICE, london_date(now)):
        people.append(booker)
    for person in people:
        context = {"viva": viva, "booked_it": person == booker}
        key = f"{viva.pk}:{agreed_at}"
        tell(notices.VIVA_ADJUSTED, record, person, about=viva, now=now, key=key, **context)
    return len(people)


# --- steps ---


def _booked(record_id: int, by: User, now: datetime, seen: int) -> tuple[TrainingRecord, Viva]:
    """A locked record and its booked Viva, which `by` may change."""
    record = lock_record(record_id)
    viva = viva_of(record)
    if viva is None:
        raise TooLate("No viva is booked.")
    require(access.can_change_viva(by, viva, now, london_date(now)))
    fresh(str(seen), str(viva.sequence), CHANGED)
    return record, viva


def _check(starts_at: datetime, joining: str, extra_minutes: int, now: datetime) -> None:
    if starts_at < now:
        raise Invalid("This time is over.", "starts_on")
    if starts_at > now + BOOKED_AHEAD:
        raise Invalid("A viva is booked for a day of the coming year.", "starts_on")
    if not joining.strip():
        raise Invalid("Give the address under which they meet.", "joining")
    if not 0 <= extra_minutes <= MOST_EXTRA:
        raise Invalid(f"Extra time is 0 to {MOST_EXTRA} minutes.", "extra_minutes")


def _require_free(record: TrainingRecord, starts_at: datetime, minutes: int, now: datetime) -> None:
    """Refuse a time at which a moderator has another viva; of two bookings at once, the later sees the earlier."""
    moderators = [locked_person(person) for person in sorted(holders(record, now, *BOTH), key=lambda one: one.pk)]
    taken = viva_in_the_way(record, moderators, starts_at, minutes, london_date(now))
    if taken is None:
        return
    other, person = taken
    when = f"{instant(other.starts_at)}, for {other.minutes} minutes"
    raise Invalid(f"{person} has the viva of {other.attempt.record.trainee} then: {when}.", "starts_time")


def _booking(starts_at: datetime, joining: str, minutes: int, sequence: int, by: User, now: datetime) -> dict[str, Any]:
    when = {"starts_at": starts_at, "minutes": minutes, "joining": joining.strip(), "sequence": sequence}
    return {**when, "booked_at": now, "booked_by": by}


def _facts(viva: Viva) -> dict[str, Any]:
    starts_at = viva.starts_at.isoformat() if viva.starts_at else ""
    return {"starts_at": starts_at, "minutes": viva.minutes, "sequence": viva.sequence}


def _step(viva: Viva, step: str, **columns: Any) -> None:
    require(can_move(viva, VIVA_MOVES, step))
    move_rows(Viva.objects.filter(pk=viva.pk), VIVA_MOVES, step, **columns)
    viva.refresh_from_db(fields=["state", *columns])


def _tell(notice: Notice, viva: Viva, by: User, now: datetime, *, cancelled: bool = False, **context: Any) -> None:
    """Tell the trainee and both moderators, each once for this booking, with the same calendar file."""
    record = viva.attempt.record
    file = store_bytes(
        content=calendar_file(calendar_entry(viva, cancelled=cancelled), now=now),
        name="viva.ics",
        media_type=MediaType.CALENDAR,
        owner=record.trainee,
        by=by,
        now=now,
        purpose="assessments.viva",
    )
    for person in [record.trainee, *holders(record, now, *BOTH)]:
        key, said = f"{viva.pk}:{viva.sequence}", {"viva": viva, **context}
        tell_with(notice, record, person, about=viva, now=now, key=key, context=said, attachment=file)
