"""The pages of events: the office's list and one event with its steps, the trainee's, and what they cost (T9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.common import clock
from ctts.scheme.models import OwnEventKind, SchemeEvent
from ctts.scheme.states import EventKind
from tests.training import events as e
from tests.training import practice as p
from tests.training.pages import address, press, sent, words
from training.models import Attendance
from training.states import AttendanceState
from training.views._shown_events import linked


@pytest.fixture
def olive(scene):
    """Olive's browser."""
    return p.client_of(scene.cast.olive)


@pytest.fixture
def tara(scene):
    """Tara's browser."""
    return p.client_of(scene.cast.tara)


def at_day(now):
    clock.set_offset(at=now)


# --- the office ---

NEW = {"kind": "cpd", "title": "Imaging day", "on": "2026-07-01", "starts": "10:00", "ends": "13:00", "joining": e.LINK}


def test_T9_the_office_enters_an_event_and_invites_after_seeing_the_mail(scene, olive):
    given = {**NEW, "scope": scene.tara.scope_id, "year": "1", "sign_up_until_on": "2026-06-24", "places": "1"}
    added = olive.post(address("event_add"), given)
    event = SchemeEvent.objects.get()
    assert (added.status_code, added.url) == (303, address("office_event", event.pk))
    assert (event.year, event.scope, event.places, event.sign_up_until_on) == (1, scene.tara.scope, 1, e.UNTIL)
    page = words(olive.get(added.url))
    assert "Invite 1 trainee" in page and "Nobody is invited yet" in page and "first year" in page
    asked = words(olive.get(address("event_invite", event.pk)))
    assert "Invitation: Imaging day" in asked and "Sign up by 24 June 2026" in asked and e.LINK not in asked
    assert olive.post(address("event_invite", event.pk)).url == added.url
    assert olive.post(address("event_invite", event.pk)).status_code == 409
    assert "Tara" in words(olive.get(added.url))
    assert "0 of 1" in words(olive.get(address("office_events")))


def test_T9_the_mail_of_inviting_to_what_all_are_expected_at_says_how_to_join(scene, olive):
    asked = words(olive.get(address("event_invite", e.entered(scene.cast).pk)))
    assert e.LINK in asked and "All of them are expected" in asked


def test_T9_before_a_change_goes_out_the_page_shows_whom_it_tells_and_the_mail(scene, olive):
    event = e.workshop(scene.cast)
    url = address("event_change", event.pk)
    assert press(olive, url, title="Imaging").url == address("office_event", event.pk)  # nobody is invited: no mail
    e.invited(scene.cast, event, scene.tara)
    shown = olive.post(url, sent(olive.get(url).context["form"]) | {"on": "2026-07-02"})
    assert shown.status_code == 200 and SchemeEvent.objects.get().starts_at == e.STARTS
    text = words(shown)
    assert "2 trainees" in text and "Changed: Imaging" in text and "2 July 2026" in text
    form = shown.context["confirm"].form
    hidden = {name: form[name].value() for name in form.fields}
    assert hidden["told"] and olive.post(url, {k: v for k, v in hidden.items() if v is not None}).status_code == 303
    assert SchemeEvent.objects.get().starts_at == e.STARTS + timedelta(days=1)
    assert "training.event_changed" in p.told(scene.cast.tara)
    assert olive.post(url, {**NEW, "ends": "09:00", "seen": "x"}).status_code == 422


def test_T9_an_event_is_called_off_after_the_mail_was_seen(scene, olive, tara):
    event = e.entered(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    url = address("event_call_off", event.pk)
    assert "Called off: Imaging day" in words(olive.get(url)) and "(your reason)" in words(olive.get(url))
    assert olive.post(url, {"because": ""}).status_code == 422
    assert olive.post(url, {"because": "Snow."}).url == address("office_event", event.pk)
    assert olive.post(url, {"because": "Snow."}).status_code == 409
    page = words(olive.get(address("office_event", event.pk)))
    assert "Snow." in page and "Call it off" not in page
    assert "Called off" in words(olive.get(address("office_events")))
    assert olive.get(address("event_change", event.pk)).status_code == 409
    page = words(tara.get(address("event", pk)))
    assert "Snow." in page and e.LINK not in page
    assert "METHOD:CANCEL" in words(tara.get(address("event_calendar", pk)))


def test_T9_who_was_there_is_noted_in_one_press(scene, olive):
    event = e.entered(scene.cast)
    e.invited(scene.cast, event, scene.tara)
    url = address("event_attendance", event.pk)
    assert olive.get(url).status_code == 409
    at_day(e.AFTER)
    form = olive.get(url).context["form"]
    here = e.place_of(event, scene.tara).pk
    assert sorted(form["present"].value()) == sorted(Attendance.objects.values_list("pk", flat=True))
    stale = form["seen"].value()
    assert olive.post(url, {"present": [here, 0], "seen": stale}).status_code == 422
    assert olive.post(url, {"present": [here], "seen": stale}).url == address("office_event", event.pk)
    assert e.place_of(event, scene.tom).state == AttendanceState.ABSENT
    assert olive.post(url, {"present": [here], "seen": stale}).status_code == 409
    assert "Nobody was invited" in words(olive.get(address("event_attendance", past(scene).pk)))


def past(scene):
    """An event of yesterday to which nobody was invited."""
    event = e.entered(scene.cast, title="Yesterday")
    over = {"starts_at": p.NOW - timedelta(days=1), "ends_at": p.NOW - timedelta(hours=20)}
    SchemeEvent.objects.filter(pk=event.pk).update(**over)
    return event


def test_T9_the_office_takes_the_list_of_an_event_as_a_file(scene, olive):
    event = e.workshop(scene.cast)
    e.invited(scene.cast, event, scene.tara)
    e.sign_up(scene.tara, event)
    rows = olive.get(address("event_people", event.pk, "csv")).content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Name,E-mail") and len(rows) == 3
    assert any("Has a place" in row and scene.cast.tara.email in row for row in rows)
    assert olive.get(address("event_people", event.pk, "pdf")).status_code == 404


def test_T9_kinds_of_the_offices_own_are_added_used_and_retired(scene, olive):
    url = address("event_kinds")
    assert "None is added yet" in words(olive.get(url))
    assert olive.post(url, {"name": "Journal club"}).url == url
    assert olive.post(url, {"name": "journal club"}).status_code == 422
    kind = OwnEventKind.objects.get()
    assert olive.post(address("event_add"), {**NEW, "kind": f"own-{kind.pk}"}).status_code == 303
    event = SchemeEvent.objects.get()
    assert (event.kind, event.own_kind) == (EventKind.OTHER, kind)
    assert "Journal club" in words(olive.get(address("office_events")))
    assert olive.post(address("event_kind_retire", kind.pk)).url == url
    assert "not offered since" in words(olive.get(url))
    assert olive.post(address("event_add"), {**NEW, "kind": f"own-{kind.pk}"}).status_code == 422


# --- the trainee ---


def test_T9_a_trainee_signs_up_waits_and_says_that_they_do_not_come(scene, tara):
    event = e.workshop(scene.cast, place="Leeds, room 4")
    pk = e.invited(scene.cast, event, scene.tara).pk
    assert "Imaging day" in words(tara.get(address("events", scene.tara.pk)))
    page = words(tara.get(address("event", pk)))
    assert "Sign up" in page and "Leeds, room 4" in page and e.LINK not in page and "Calendar file" not in page
    e.sign_up(scene.tom, event)
    assert "Join the waiting list" in words(tara.get(address("event", pk)))
    assert tara.post(address("event_sign_up", pk)).url == address("event", pk)
    assert "number 1 on the waiting list" in words(tara.get(address("event", pk)))
    assert tara.post(address("event_sign_up", pk)).status_code == 409
    assert "Your place goes to" in words(tara.get(address("event_give_back", pk)))
    assert tara.post(address("event_give_back", pk)).url == address("event", pk)
    assert tara.post(address("event_give_back", pk)).status_code == 409
    assert "Not coming" in words(tara.get(address("events", scene.tara.pk)))


def test_T9_who_had_no_place_reads_so_once_the_event_has_begun_and_then_that_it_is_over(scene):
    event = e.workshop(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    e.sign_up(scene.tom, event)
    e.sign_up(scene.tara, event)
    for now, word in ((e.STARTS, "This event has begun"), (e.AFTER, "This event is over")):
        at_day(now)
        tara = p.client_of(scene.cast.tara)
        page = words(tara.get(address("event", pk)))
        assert word in page and "no place got free" in page and "Had no place" in page
        assert "on the waiting list. A place" not in page
    assert "Had no place" in words(tara.get(address("events", scene.tara.pk)))


def test_T9_each_turn_of_a_place_gives_a_higher_sequence_and_a_waiting_list_nothing_certain(scene, tara):
    event = e.workshop(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    e.sign_up(scene.tom, event)
    files = []
    for _ in range(2):
        tara.post(address("event_sign_up", pk))
        files.append(words(tara.get(address("event_calendar", pk))))
        tara.post(address("event_give_back", pk))
        files.append(words(tara.get(address("event_calendar", pk))))
    assert [number for number in range(1, 5) if f"SEQUENCE:{number}\r" in files[number - 1]] == [1, 2, 3, 4]
    assert ["STATUS:TENTATIVE" in one for one in files] == [True, False, True, False]
    assert ["STATUS:CANCELLED" in one for one in files] == [False, True, False, True]


def test_T9_the_joining_words_keep_their_text_and_only_addresses_become_links():
    text = "Room <4>, or https://meet.example.org/a?b=1&c=2. Code 7."
    made = linked(text)
    assert 'Room &lt;4&gt;, or <a href="https://meet.example.org/a?b=1&amp;c=2"' in made and "</a>. Code 7." in made


def test_T9_with_a_place_the_page_says_how_to_join_to_the_trainee_alone(scene, tara):
    event = e.workshop(scene.cast)
    pk = e.invited(scene.cast, event, scene.tara).pk
    tara.post(address("event_sign_up", pk))
    page = words(tara.get(address("event", pk)))
    assert f'<a href="{e.LINK}" target="_blank" rel="noopener noreferrer">' in page and "Calendar file" in page
    assert e.LINK in words(tara.get(address("event_calendar", pk))).replace("\r\n ", "")
    sam = p.client_of(scene.cast.sam)
    page = words(sam.get(address("event", pk)))
    assert "Imaging day" in page and e.LINK not in page and "Sign up</button>" not in page
    assert sam.get(address("event_calendar", pk)).status_code == 403
    assert p.client_of(scene.cast.sue).get(address("event", pk)).status_code == 404
