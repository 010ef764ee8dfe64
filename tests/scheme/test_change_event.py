"""The office changes an event until it is over; an induction keeps to the day of its intake (I3, T9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.scheme import actions, queries
from ctts.scheme.models import SchemeEvent
from ctts.scheme.states import EventKind
from tests.cast import at
from tests.office import browser_of
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
    given = {"starts_at": later, "ends_at": later + timedelta(hours=1), "joining": "Room 4", "places": 12}
    changed = change(cast, talk, title="Imaging morning", **given)
    assert (changed.title, changed.starts_at, changed.joining, changed.places) == (
        "Imaging morning",
        later,
        "Room 4",
        12,
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


# --- the page ---


@pytest.fixture
def page(cast, talk):
    """Olive's browser on the day of the tests, and the address."""
    clock.set_offset(at=NOW)
    return browser_of(cast.olive), reverse("scheme:change_event", args=[talk.pk])


def shown(answer):
    form = answer.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_T9_the_page_shows_what_is_entered_and_changes_it(talk, page):
    olive, address = page
    assert f'href="{address}"' in olive.get(reverse("scheme:events")).text
    given = shown(olive.get(address))
    assert (given["title"], str(given["on"]), str(given["starts"])[:5]) == ("Imaging day", "2026-11-02", "09:00")
    assert olive.post(address, {**given, "ends": "08:00"}).status_code == 422
    assert olive.post(address, {**given, "joining": "Room 4"}).url == reverse("scheme:events")
    assert SchemeEvent.objects.get().joining == "Room 4"
    late = olive.post(address, {**given, "joining": "Room five"})
    assert late.status_code == 409 and "Room five" in late.text


def test_T9_what_the_action_refuses_stands_beside_the_field(cast, talk, page):
    olive, address = page
    with_event(cast, None, EventKind.CPD, "Imaging evening", STARTS)
    refused = olive.post(address, {**shown(olive.get(address)), "title": "Imaging evening"})
    assert refused.status_code == 422 and "Another event" in refused.context["form"].errors["title"][0]


def test_T9_an_event_that_is_over_leads_nowhere(talk, page):
    olive, address = page
    clock.set_offset(at=talk.ends_at)
    assert olive.get(address).status_code == 409
    assert address not in olive.get(reverse("scheme:events")).text


def test_I3_the_page_of_an_intake_leads_to_its_events(cast, october, page):
    olive, _ = page
    event = with_event(cast, october, EventKind.INDUCTION, "Induction", STARTS)
    intake, address = reverse("scheme:intake", args=[october.pk]), reverse("scheme:change_event", args=[event.pk])
    assert address in olive.get(intake).text
    clock.set_offset(at=event.ends_at)
    assert address not in olive.get(intake).text
