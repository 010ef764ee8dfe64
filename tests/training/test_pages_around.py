"""The External Moderator's meetings and concerns by their pages (T11, T8)."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.training import practice as p
from tests.training.pages import address, filled, press, typed, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import Concern, Meeting, TrainingDraft
from training.states import AppointmentKind

NOTES = {"held_on": "2026-06-08", "notes": "The plan is sound."}


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara)


@pytest.fixture
def mia(scene):
    return browser_of(scene.cast.mia)


# --- meetings ---


def test_T11_the_first_meeting_is_noted_with_the_plan_beside_it_then_further_ones(scene, mia, tara):
    meetings, first = address("meetings", scene.tara.pk), address("meeting_first", scene.tara.pk)
    assert mia.get(meetings).context["step"].label == "Note the first meeting"
    assert p.items_of(scene.tara)[0].item.title in words(mia.get(first))
    unticked = press(mia, first, **NOTES)
    assert (unticked.status_code, "reviews the training plan" in words(unticked)) == (422, True)
    assert press(mia, first, **NOTES, plan_reviewed="on").url == meetings
    assert mia.get(first).status_code == 409
    assert mia.get(meetings).context["step"].label == "Note a meeting"
    assert press(mia, address("meeting_new", scene.tara.pk), held_on="2026-06-09", notes="Well done.").url == meetings
    for said in ("First meeting, 8 June 2026", "The plan is sound.", "Well done."):
        assert said in words(tara.get(meetings))


def test_T11_a_plan_that_changed_meanwhile_is_shown_anew_before_its_review_is_noted(scene, mia):
    url, item = address("meeting_first", scene.tara.pk), p.items_of(scene.tara)[0]
    sent = filled(mia, url, **NOTES, plan_reviewed="on")
    values = {"how": "By watching first", "where": "", "with_whom": "", "by_on": date(2026, 9, 1)}
    seen = queries.item_digest(item)
    actions.tailor_item(by=scene.cast.tara, now=p.NOW, item_id=item.pk, seen=seen, values=values)
    stale = mia.post(url, sent)
    assert (stale.status_code, "By watching first" in words(stale)) == (409, True)
    assert NOTES["notes"] in words(stale)
    assert mia.post(url, {**sent, "plan_seen": stale.context["form"]["plan_seen"].value()}).status_code == 303
    assert Meeting.objects.get().plan_sha256 == queries.plan_standing(scene.tara).digest


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"notes": ""}, "notes"), ({"held_on": "2026-06-11"}, "held_on"), ({"held_on": "2026-03-31"}, "held_on")],
)
def test_T11_bad_input_comes_back_beside_its_field(scene, mia, changes, field):
    refused = press(mia, address("meeting_new", scene.tara.pk), **{**NOTES, **changes})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {field})
    assert not Meeting.objects.exists()


def test_screens_13_notes_of_a_meeting_are_kept_until_they_are_saved(scene, mia):
    url = address("meeting_new", scene.tara.pk)
    assert json.loads(typed(mia, url, **filled(mia, url, notes="Half a sen")).content)["version"] == 1
    assert filled(mia, url)["notes"] == "Half a sen"
    assert typed(mia, url, notes="Another window").status_code == 409
    press(mia, url, **NOTES)
    assert not TrainingDraft.objects.exists()


# --- concerns ---


def test_T8_a_concern_is_raised_in_words_and_closed_with_its_outcome(scene, tara):
    made = press(tara, address("concern_raise", scene.tara.pk), patient_safety="no", text="I am left alone.")
    concern = Concern.objects.get()
    assert made.url == address("concern", concern.pk)
    assert "I am left alone." in words(tara.get(made.url))
    cora = browser_of(scene.cast.cora)
    assert "I am left alone." in words(cora.get(address("concerns", scene.tara.pk)))
    assert press(cora, made.url).status_code == 422
    assert press(cora, made.url, outcome="A rota was agreed.").url == made.url
    assert "A rota was agreed." in words(tara.get(made.url))
    assert cora.post(made.url, {"outcome": "Again."}).status_code == 409


def test_T8_the_form_says_who_reads_a_concern_and_who_does_not(scene, tara):
    url = address("concern_raise", scene.tara.pk)
    page = words(tara.get(url))
    assert "It goes to Cora Whitfield (Training Co-ordinator). The time to answer is 5 working days" in page
    assert "Sam Patel does not read it and is not told" in page
    assert "is not told" not in words(browser_of(scene.cast.sam).get(url))
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    p.appoint(scene.tara, scene.cast.sam, AppointmentKind.COORDINATOR, starts_on=date(2026, 6, 2))
    assert f"It goes to {scene.cast.mia} (External Moderator)" in words(tara.get(url))
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    assert "It goes to the scheme office. The time" in words(tara.get(url))


def test_T8_patient_safety_is_raised_by_its_reference_and_read_by_moderator_and_office(scene, mia):
    sam = browser_of(scene.cast.sam)
    url = address("concern_raise", scene.tara.pk)
    made = press(sam, url, patient_safety="yes", reference="INC-42")
    for browser in (sam, mia, browser_of(scene.cast.olive)):
        assert "INC-42" in words(browser.get(made.url))
    assert browser_of(scene.cast.cora).get(made.url).status_code == 404
    assert "and the scheme office" in words(mia.get(made.url))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, {"patient_safety"}),
        ({"patient_safety": "no"}, {"text"}),
        ({"patient_safety": "yes"}, {"reference"}),
        ({"patient_safety": "yes", "reference": "INC-42", "text": "He fell."}, {"text"}),
        ({"patient_safety": "no", "text": "Words", "key": "x"}, {"key"}),
    ],
)
def test_T8_bad_input_comes_back_beside_its_field_and_nothing_is_raised(scene, tara, changes, fields):
    refused = press(tara, address("concern_raise", scene.tara.pk), **changes)
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, fields)
    assert not Concern.objects.exists()


def test_T8_whoever_raised_it_goes_on_reading_it_without_the_record(scene):
    sam = browser_of(scene.cast.sam)
    made = press(sam, address("concern_raise", scene.tara.pk), patient_safety="no", text="A word.")
    p.end_appointment(scene.tara, "supervisor")
    assert sam.get(address("record", scene.tara.pk)).status_code == 404
    page = sam.get(made.url)
    assert (page.status_code, page.context["tabs"]) == (200, [])
    assert sam.post(made.url, {"outcome": "Mine."}).status_code == 403


def test_T8_an_overdue_concern_says_so_and_the_office_is_named_when_nobody_holds_its_level(scene):
    p.end_appointment(scene.tara, "coordinator")
    p.end_appointment(scene.tara, "external_moderator")
    tara = browser_of(scene.cast.tara)
    made = press(tara, address("concern_raise", scene.tara.pk), patient_safety="no", text="A word.")
    Concern.objects.update(due_on="2026-06-01")
    acts = tara.get(made.url).context["acts"]
    assert (acts.now, acts.late) == ("Scheme office", True)
    assert list(queries.concerns_of(scene.tara, scene.cast.olive, p.TODAY)) == [Concern.objects.get()]
