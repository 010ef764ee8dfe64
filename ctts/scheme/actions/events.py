"""Dated events of the scheme: entered, changed, called off; and the kinds that the office adds (I3, T9)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.scheme import access
from ctts.scheme.models import Intake, OwnEventKind, SchemeEvent, Scope
from ctts.scheme.queries import event_version
from ctts.scheme.states import EventKind, IntakeState

CHANGED = "A colleague changed this event since you opened the page. Open it again and compare."
DATES_MOVE = (IntakeState.PLANNED, IntakeState.OPEN)


@transaction.atomic
def add_event_kind(*, by: User, now: datetime, name: str) -> OwnEventKind:
    """Add a kind of event to those of the scheme (T9). Raises NotAllowed outside the office, Invalid for a name that
    is taken, or a retired kind's."""
    require(access.can_manage(by, london_date(now)))
    words = " ".join(name.split())
    if words.lower() in {str(label).lower() for label in EventKind.labels}:
        raise Invalid("The scheme has this kind already.", "name")
    with taken_means(Invalid("This kind is there already, offered or retired.", "name")):
        made = OwnEventKind.objects.create(name=words, added_at=now, added_by=by)
    record("scheme.event_kind.added", by=by, at=now, about=made)
    return made


@transaction.atomic
def retire_event_kind(*, by: User, now: datetime, kind_id: int) -> OwnEventKind:
    """Offer a kind that the office added no more; events of it stay as they are. Raises NotAllowed, DoneAlready."""
    require(access.can_manage(by, london_date(now)))
    kind = OwnEventKind.objects.select_for_update(no_key=True).get(pk=kind_id)
    if kind.retired_at is not None:
        raise DoneAlready("This kind is retired already.")
    kind.retired_at = now
    kind.save(update_fields=["retired_at"])
    record("scheme.event_kind.retired", by=by, at=now, about=kind)
    return kind


@transaction.atomic
def add_event(
    *,
    by: User | None,
    now: datetime,
    kind: EventKind,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    own_kind: OwnEventKind | None = None,
    place: str = "",
    joining: str = "",
    intake: Intake | None = None,
    year: int | None = None,
    scope: Scope | None = None,
    sign_up_until_on: date | None = None,
    places: int | None = None,
) -> SchemeEvent:
    """Enter a dated event with its joining details, and whom it is for (I3, T9).

    Raises NotAllowed outside the office, Invalid for an end before the start or before now, a last day for signing up
    after the event, places nobody signs up for, an event entered before, or a second induction of an intake.
    """
    require(access.can_manage(by, london_date(now)))
    _require_times(starts_at, ends_at, now)
    _require_sign_up(starts_at, sign_up_until_on, places)
    when = {"starts_at": starts_at, "ends_at": ends_at, "sign_up_until_on": sign_up_until_on}
    words = {"kind": kind, "own_kind": own_kind, "title": title, "place": place, "joining": joining}
    whom = {"intake": intake, "year": year, "scope": scope, "places": places}
    with taken_means(Invalid(f"This {own_kind or kind.label} is entered already.", "title")):
        event = SchemeEvent.objects.create(**words, **when, **whom)
    record("scheme.event.added", by=by, at=now, about=event, after={"kind": str(kind)})
    return event


@transaction.atomic
def change_event(
    *,
    by: User,
    now: datetime,
    event_id: int,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    seen: str,
    place: str = "",
    joining: str = "",
    sign_up_until_on: date | None = None,
    places: int | None = None,
) -> SchemeEvent:
    """Change an event that is not over: its words, times and places; its kind, and whom it is for, stay (T9).

    Whoever has to be told is told by the app that knows who comes. While an intake's dates move, the day of its
    induction moves with them alone (I3). `seen` is the `event_version` that the page showed. Raises NotAllowed outside
    the office, TooLate once it is over, called off or when somebody changed it since, DoneAlready for the same change
    sent twice, Invalid for an end before the start or before now, another day of an induction, signing up where nobody
    did, or what another event is already.
    """
    event = SchemeEvent.objects.select_for_update(no_key=True, of=("self",)).select_related("intake").get(pk=event_id)
    require(access.can_change_event(by, event, now))
    values = {"title": title, "starts_at": starts_at, "ends_at": ends_at, "place": place, "joining": joining}
    values |= {"sign_up_until_on": sign_up_until_on, "places": places}
    _require_seen(event, seen, values)
    _require_times(starts_at, ends_at, now)
    _require_sign_up(starts_at, sign_up_until_on, places)
    _require_same_way(event, sign_up_until_on)
    _require_induction_day(event, starts_at)
    before = _when(event)
    for name, value in values.items():
        setattr(event, name, value)
    event.sequence += 1
    with taken_means(Invalid("Another event of this kind and title is entered at this time.", "title")):
        event.save(update_fields=[*values, "sequence"])
    record("scheme.event.changed", by=by, at=now, about=event, before=before, after=_when(event))
    return event


@transaction.atomic
def call_off_event(*, by: User, now: datetime, event_id: int, because: str) -> SchemeEvent:
    """Call an event off that is not over; another may be entered in its place (T9).

    Whoever has to be told is told by the app that knows who comes. Raises NotAllowed outside the office, TooLate once
    it is over, DoneAlready when it is called off, Invalid without a reason.
    """
    event = SchemeEvent.objects.select_for_update(no_key=True).get(pk=event_id)
    if event.called_off_at is not None:
        require(access.can_manage(by, london_date(now)))
        raise DoneAlready("This event is called off already.")
    require(access.can_change_event(by, event, now))
    if not because.strip():
        raise Invalid("Say why; whoever was to come reads it.", "because")
    event.called_off_at, event.called_off_by, event.called_off_because = now, by, because.strip()
    event.sequence += 1
    event.save(update_fields=["called_off_at", "called_off_by", "called_off_because", "sequence"])
    record("scheme.event.called_off", by=by, at=now, about=event, words={"reason": because.strip()})
    return event


def _require_seen(event: SchemeEvent, seen: str, values: dict[str, object]) -> None:
    """Refuse to write over a colleague's change; the same change sent twice was carried out the first time."""
    if seen == event_version(event):
        return
    if all(getattr(event, name) == value for name, value in values.items()):
        raise DoneAlready("The event says this already.")
    raise TooLate(CHANGED)


def _require_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse what is over already: nobody could change it any more."""
    if ends_at <= starts_at:
        raise Invalid("The event ends before it starts.", "ends")
    if ends_at <= now:
        raise Invalid("This time is over. Choose one that is still to come.", "on")


def _require_sign_up(starts_at: datetime, sign_up_until_on: date | None, places: int | None) -> None:
    if places is not None and sign_up_until_on is None:
        raise Invalid("Say until when people sign up for these places.", "sign_up_until_on")
    if sign_up_until_on is not None and sign_up_until_on > london_date(starts_at):
        raise Invalid("Signing up ends on the day of the event at the latest.", "sign_up_until_on")


def _require_same_way(event: SchemeEvent, sign_up_until_on: date | None) -> None:
    """Who has a place would be another question in mid-course."""
    if (event.sign_up_until_on is None) != (sign_up_until_on is None):
        kept = "nobody signs up" if event.sign_up_until_on is None else "people sign up"
        raise Invalid(f"For this event {kept}; that stays as it was entered.", "sign_up_until_on")


def _require_induction_day(event: SchemeEvent, starts_at: datetime) -> None:
    moves = event.intake is not None and event.intake.state in DATES_MOVE and event.kind == EventKind.INDUCTION
    if moves and london_date(starts_at) != london_date(event.starts_at):
        raise Invalid(f"It moves with the Induction Day: change that among the dates of {event.intake}.", "on")


def _when(event: SchemeEvent) -> dict[str, str]:
    return {name: getattr(event, name).astimezone(UTC).isoformat() for name in ("starts_at", "ends_at")}
