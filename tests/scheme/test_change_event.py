"""The office changes an event until it is over; an induction keeps to the day of its intake (I3, T9)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.scheme import actions, queries
from ctts.scheme.models import SchemeEvent
from ctts.scheme.states import EventKind
from tests.cast import at
from tests.scheme.calendar import NOW, with_event
from tests.worlds import built_once

STARTS = at(2026, 11, 2, 9)


@built_once
def talk(cast):
    """A CPD workshop of six hours."""
    return with_event(cast, None, EventKind.CPD, "Imaging day", STARTS)


def change(cast, event, now=NOW, by="olive", **more):
    given = {"title": event.title, "starts_at": event.starts_at, "ends_at": event.ends_at}
    given |= {"seen": queries.event_version(SchemeEvent.objects.get(pk=event.pk)), **more}
    return actions.change_event(by=getattr(cast, by), now=now, event_id=event.pk, **given)


# --- the action ---


def test_T9_words_times_and_places_change(cast, talk):
    later = STARTS + timedelta(days=1)
    given = {"starts_at": later, "ends_at": later + timedelta(hours=1), "joining": "Room 4", "place": "Leeds"}
    changed = change(cast, talk, title="Imaging morning", **given)
    assert (changed.title, changed.starts_at, changed.joining, changed.place) == (
        "Imaging morning",
        later,
        "Room 4",
        "Leeds",
    )
    assert (changed.sequence, changed.kind) == (1, "cpd")
    noted = AuditEvent.objects.get(action="scheme.event.changed")
    assert (noted.before["starts_at"][:10], noted.after["starts_at"][:10]) == ("2026-11-02", "2026-11-03")


def test_T9_what_cannot_be_is_refused(cast, talk):
    with_event(cast, None, EventKind.CPD, "Imaging evening", STARTS)
    with pytest.raises(Invalid, match="Another event"):
        change(cast, talk, title="Imaging evening")
    with pytest.raises(Invalid, match="before it starts"):
        change(cast, talk, ends_at=STARTS)
    with pytest.raises(TooLate, match="A colleague changed"):
        change(cast, talk, title="Imaging morning", seen="0" * 64)
    with pytest.raises(DoneAlready, match="says this already"):
        change(cast, talk, seen="0" * 64)
    over = {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW}
    with pytest.raises(Invalid, match="still to come") as refused:
        change(cast, talk, **over)
    assert refused.value.field == "on"
    with pytest.raises(Invalid, match="still to come"):
        actions.add_event(by=cast.olive, now=NOW, kind=EventKind.CPD, title="A slip of the year", **over)
    with pytest.raises(TooLate, match="is over"):
        change(cast, talk, now=talk.ends_at)
    with pytest.raises(NotAllowed):
        change(cast, talk, by="cora")


def test_I3_the_day_of_an_induction_moves_with_the_dates_of_its_intake_alone(cast, october):
    induction = with_event(cast, october, EventKind.INDUCTION, "Induction", STARTS)
    with pytest.raises(Invalid, match="dates of October 2026") as refused:
        change(cast, induction, starts_at=STARTS + timedelta(days=1), ends_at=STARTS + timedelta(days=1, hours=6))
    assert refused.value.field == "on"
    assert change(cast, induction, starts_at=STARTS + timedelta(hours=1)).starts_at == STARTS + timedelta(hours=1)
    loose = with_event(cast, None, EventKind.INDUCTION, "Induction for late comers", STARTS)
    moved = STARTS + timedelta(days=7)
    assert change(cast, loose, starts_at=moved, ends_at=moved + timedelta(hours=6)).starts_at == moved


def test_T9_who_comes_and_how_people_sign_up_stays_in_order(cast, talk):
    with pytest.raises(Invalid, match="until when people sign up") as refused:
        change(cast, talk, places=12)
    assert refused.value.field == "sign_up_until_on"
    with pytest.raises(Invalid, match="nobody signs up"):
        change(cast, talk, sign_up_until_on=date(2026, 10, 30))
    given = {"kind": EventKind.CPD, "title": "Workshop", "starts_at": STARTS, "ends_at": STARTS + timedelta(hours=1)}
    with pytest.raises(Invalid, match="on the day of the event at the latest"):
        actions.add_event(by=cast.olive, now=NOW, sign_up_until_on=date(2026, 11, 3), **given)
    signed_up_for = actions.add_event(by=cast.olive, now=NOW, sign_up_until_on=date(2026, 11, 2), places=12, **given)
    with pytest.raises(Invalid, match="people sign up"):
        change(cast, signed_up_for)
    later = change(cast, signed_up_for, sign_up_until_on=date(2026, 10, 30), places=14)
    assert (later.sign_up_until_on, later.places) == (date(2026, 10, 30), 14)


# --- called off; kinds of the office's own ---


def test_T9_an_event_is_called_off_once_with_a_reason_and_another_may_take_its_place(cast, october):
    induction = with_event(cast, october, EventKind.INDUCTION, "Induction", STARTS)
    given = {"by": cast.olive, "now": NOW, "event_id": induction.pk}
    with pytest.raises(Invalid, match="Say why"):
        actions.call_off_event(**given, because=" ")
    with pytest.raises(NotAllowed):
        actions.call_off_event(**{**given, "by": cast.cora}, because="The speaker is ill.")
    off = actions.call_off_event(**given, because=" The speaker is ill. ")
    assert (off.called_off_at, off.called_off_by, off.called_off_because) == (NOW, cast.olive, "The speaker is ill.")
    assert off.sequence == 1 and AuditEvent.objects.filter(action="scheme.event.called_off").count() == 1
    with pytest.raises(DoneAlready):
        actions.call_off_event(**given, because="Again.")
    with pytest.raises(NotAllowed):
        actions.call_off_event(**{**given, "by": cast.cora}, because="Again.")
    with pytest.raises(TooLate, match="called off"):
        change(cast, off)
    again = with_event(cast, october, EventKind.INDUCTION, "Induction", STARTS)
    assert list(queries.upcoming_events(NOW)) == [again]
    with pytest.raises(TooLate, match="is over"):
        actions.call_off_event(**{**given, "event_id": again.pk, "now": again.ends_at}, because="Late.")


def test_T9_the_office_adds_kinds_and_offers_them_no_more(cast):
    kind = actions.add_event_kind(by=cast.olive, now=NOW, name=" Journal  club ")
    assert kind.name == "Journal club" and AuditEvent.objects.filter(action="scheme.event_kind.added").exists()
    for taken in ("journal CLUB", "cpd workshop"):
        with pytest.raises(Invalid, match="already"):
            actions.add_event_kind(by=cast.olive, now=NOW, name=taken)
    given = {"kind": EventKind.OTHER, "own_kind": kind, "title": "A paper", "starts_at": STARTS}
    event = actions.add_event(by=cast.olive, now=NOW, ends_at=STARTS + timedelta(hours=1), **given)
    assert (event.kind_name, with_event(cast, None, EventKind.CPD, "CPD", STARTS).kind_name) == (
        "Journal club",
        "CPD workshop",
    )
    with pytest.raises(NotAllowed):
        actions.retire_event_kind(by=cast.cora, now=NOW, kind_id=kind.pk)
    actions.retire_event_kind(by=cast.olive, now=NOW, kind_id=kind.pk)
    assert AuditEvent.objects.filter(action="scheme.event_kind.retired").exists()
    assert (list(queries.event_kinds_for_office()), list(queries.offered_event_kinds())) == ([kind], [])
    with pytest.raises(DoneAlready):
        actions.retire_event_kind(by=cast.olive, now=NOW, kind_id=kind.pk)
    with pytest.raises(NotAllowed):
        actions.add_event_kind(by=cast.cora, now=NOW, name="Club")


def test_I3_once_an_intake_is_closed_its_induction_moves_by_itself(cast, october):
    induction = with_event(cast, october, EventKind.INDUCTION, "Induction", STARTS)
    given = {"by": cast.olive, "now": NOW, "intake_id": october.pk}
    actions.set_fee(**given, net_pence=100, vat_basis_points=0)
    actions.open_intake(**given)
    closed_at = at(2026, 10, 1, 9)
    actions.close_intake(by=None, now=closed_at, intake_id=october.pk)
    moved = STARTS + timedelta(days=7)
    assert change(cast, induction, closed_at, starts_at=moved, ends_at=moved + timedelta(hours=6)).starts_at == moved
