"""What the pages of training do when their buttons are pressed, and what they answer when they must not (T1–T3, E1)."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ctts.common.drafts import LONGEST
from ctts.documents import actions as documents
from ctts.documents.models import Document
from ctts.documents.states import MediaType
from ctts.scheme import actions as scheme
from tests.cast import START
from tests.documents.samples import sample
from tests.training.world import (
    GOOD,
    NOW,
    browser_of,
    file_evidence,
    item_of,
    settle,
    signed,
    state_of,
    submitted,
    text_evidence,
)
from training import actions, queries
from training.models import Evidence, Milestone, PlanItem, TrainingDraft, TrainingRecord
from training.states import EvidenceState, ItemState, MilestoneKind

NHS = "NHS number 943 476 5919."


@pytest.fixture
def tara(world):
    return browser_of(world.cast.tara, proved=True)


@pytest.fixture
def sam(world):
    return browser_of(world.cast.sam, proved=True)


def address(name, *args):
    return reverse(f"training:{name}", args=args)


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def submit(client, item, **data):
    form = client.get(address("submit", item.pk)).context["form"]
    return client.post(address("submit", item.pk), {"seen": form["seen"].value(), **data})


# --- the trainee ---


def test_t2_a_competency_is_begun_rated_and_submitted_on_its_page(world, tara):
    item = item_of(world.tara)
    assert tara.post(address("start", item.pk)).url == address("item", item.pk)
    assert tara.post(address("rate", item.pk), {"rating": "2"}).status_code == 303
    assert item_of(world.tara).own_rating == 2
    assert tara.post(address("rate", item.pk), {"rating": "9"}).status_code == 422
    text_evidence(world.tara, item)
    assert submit(tara, item, note="Look at the second page.").status_code == 303
    assert state_of(item) == ItemState.SUBMITTED
    assert "Look at the second page." in words(tara.get(address("item", item.pk)))


def test_t2_a_closed_step_says_why_and_the_address_refuses(world, tara):
    item = item_of(world.tara)
    tara.post(address("start", item.pk))
    assert "No evidence is shared for it yet" in words(tara.get(address("item", item.pk)))
    refused = tara.get(address("submit", item.pk))
    assert (refused.status_code, "No evidence is shared" in words(refused)) == (409, True)
    assert tara.post(address("start", item.pk)).status_code == 409


def test_t2_the_button_pressed_twice_submits_once(world, tara):
    item = item_of(world.tara)
    text_evidence(world.tara, item)
    seen = tara.get(address("submit", item.pk)).context["form"]["seen"].value()
    statuses = [tara.post(address("submit", item.pk), {"seen": seen}).status_code for _ in range(2)]
    assert statuses == [303, 409]
    assert item.submissions.count() == 1


def test_e1_the_handbook_is_acknowledged_on_the_record_page(world, tara):
    sent = {"content": b"%PDF-1.7", "name": "handbook.pdf", "media_type": MediaType.PDF, "purpose": "scheme.handbook"}
    document = documents.store_bytes(owner=None, by=None, now=START, **sent)
    handbook = scheme.publish_handbook(by=None, now=START, version="2026", document=document)
    assert tara.post(address("read_handbook", world.tara.pk)).status_code == 404
    TrainingRecord.objects.filter(pk=world.tara.pk).update(handbook=handbook)
    assert "I have read this version" in words(tara.get(address("mine")))
    assert tara.post(address("read_handbook", world.tara.pk)).status_code == 303
    assert "that you have read it" in words(tara.get(address("mine")))


def test_my_training_is_nobodys_page_but_a_trainees(world, sam, tara):
    assert sam.get(address("mine")).status_code == 404
    assert "My training" in words(tara.get(address("mine")))


def test_screens_3_the_ring_and_the_course_are_computed_from_the_record(world, tara):
    signed(world.cast.sam, world.tara, 0)
    signed(world.cast.sam, world.tara, 1)
    text = words(tara.get(address("mine")))
    assert "2 of 6 competencies are signed, 33 %. The first-year mark of 30 % is reached." in text
    for milestone in ("Enrolment", "Induction day", "Viva", "You are here"):
        assert milestone in text


def test_T9_list_and_timeline_say_the_same_of_an_event_whose_attendance_is_not_noted(world, tara):
    kind, was_on = MilestoneKind.INDUCTION, date(2026, 5, 15)
    Milestone.objects.filter(record=world.tara, kind=kind).update(due_on=was_on, done_on=None)
    text = " ".join(re.sub(r"<[^>]+>", " ", words(tara.get(address("mine")))).split())
    assert "Induction day was 15 May 2026 Attendance is not noted." in text
    assert text.count("was 15 May 2026 Attendance is not noted") == 2 and "15 May 2026 Waiting" not in text
    Milestone.objects.filter(record=world.tara, kind=kind).update(done_on=was_on)
    assert "15 May 2026 Done" in " ".join(re.sub(r"<[^>]+>", " ", words(tara.get(address("mine")))).split())


def acts_of(client, name, pk):
    """Who acts on a page, then who follows."""
    acts = client.get(address(name, pk)).context["acts"]
    return acts.now, list(acts.then)


def test_screens_7_whoever_something_waits_for_is_called_you_and_all_whose_turn_it_is_are_named(world, tara, sam):
    pk = world.tara.pk
    assert acts_of(tara, "record", pk) == ("you", ["Sam Patel (Training Supervisor)"])
    first, second = submitted(world.tara), submitted(world.tara, 1)
    seen = queries.shown_digest(first)
    actions.return_item(by=world.cast.sam, now=NOW, item_id=first.pk, seen=seen, reason="Say why.")
    olive = browser_of(world.cast.olive)
    assert acts_of(tara, "record", pk) == ("you and Sam Patel (Training Supervisor)", [])
    assert acts_of(sam, "record", pk) == ("you and Tara Quinn (trainee)", [])
    assert acts_of(olive, "record", pk) == ("Tara Quinn (trainee) and Sam Patel (Training Supervisor)", [])
    assert acts_of(tara, "item", first.pk) == ("you", ["Sam Patel"])
    assert acts_of(sam, "item", second.pk) == ("you", ["Tara Quinn (trainee)"])
    assert acts_of(olive, "item", second.pk) == ("Sam Patel", ["Tara Quinn (trainee)"])


def test_screens_4_filters_of_the_matrix_stand_in_the_address(world, tara):
    submitted(world.tara, 0)
    PlanItem.objects.filter(pk=item_of(world.tara, 5).pk).update(by_on=date(2026, 5, 1))
    page = tara.get(address("competencies", world.tara.pk), {"state": "submitted"})
    rows = [row.item.position for group in page.context["groups"] for row in group.rows]
    assert (len(rows), "Waiting for Sam Patel, today" in words(page)) == (1, True)
    late = tara.get(address("competencies", world.tara.pk), {"late": "yes"})
    assert [row.overdue for group in late.context["groups"] for row in group.rows] == [True, True]
    none = tara.get(address("competencies", world.tara.pk), {"state": "signed", "late": "yes"})
    assert "No competency fits these filters" in words(none)
    assert tara.get(address("competencies", world.tara.pk), {"state": "<x>"}).status_code == 200


def test_e5_in_a_record_that_has_ended_no_competency_waits_for_anybody_and_none_is_late(world, tara):
    item = submitted(world.tara, 0)
    PlanItem.objects.filter(pk__in=[item.pk, item_of(world.tara, 5).pk]).update(by_on=date(2026, 5, 1))
    type(world.tara).objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=NOW.date())
    page = tara.get(address("competencies", world.tara.pk))
    assert "Submitted, not signed" in words(page) and "Waiting for Sam" not in words(page)
    assert not any(row.overdue for group in page.context["groups"] for row in group.rows)
    assert "It is with Sam Patel" not in words(tara.get(address("item", item.pk)))


def test_t1_the_plan_is_changed_and_signed_by_both_on_its_page(world, tara, sam):
    item = item_of(world.tara)
    form = tara.get(address("tailor", item.pk)).context["form"]
    values = {"seen": form["seen"].value(), "how": "By doing", "where": "Here", "with_whom": "Sam"}
    assert tara.post(address("tailor", item.pk), {**values, "by_on": "2031-01-01"}).status_code == 422
    assert tara.post(address("tailor", item.pk), {**values, "by_on": "2026-12-01"}).status_code == 303
    late = sam.post(address("tailor", item.pk), {**values, "how": "By watching", "by_on": "2027-01-05"})
    assert '<dt>By when</dt><dd class="as-written">1 December 2026</dd>' in words(late)
    assert (late.status_code, late.context["elsewhere"].title.startswith("Saved meanwhile")) == (409, True)
    days = {row[0]: row[1:] for row in late.context["elsewhere"].rows}["By when"]
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in days] == ["5 January 2027", "1 December 2026"]
    again = {**values, "how": "By watching", "by_on": "2027-01-05", "seen": late.context["form"]["seen"].value()}
    assert sam.post(address("tailor", item.pk), again).status_code == 303
    for who in (tara, sam):
        seen = who.get(address("plan", world.tara.pk)).context["form"]["seen"].value()
        assert who.post(address("plan", world.tara.pk), {"seen": seen}).status_code == 303
    assert "Version 1 is agreed by both." in words(sam.get(address("plan", world.tara.pk)))
    assert sam.post(address("plan", world.tara.pk), {"seen": seen}).status_code == 409
    office = browser_of(world.cast.olive)
    assert office.post(address("plan", world.tara.pk), {"seen": seen}).status_code == 403


def test_t1_a_plan_with_a_gap_is_not_signed_and_says_so(world, tara):
    PlanItem.objects.filter(pk=item_of(world.tara).pk).update(by_on=None)
    seen = tara.get(address("plan", world.tara.pk)).context["form"]["seen"].value()
    refused = tara.post(address("plan", world.tara.pk), {"seen": seen})
    assert (refused.status_code, "needs how, where, with whom" in words(refused)) == (422, True)


# --- evidence ---


def test_t3_a_file_is_added_with_the_title_of_its_name_and_sent_to_those_around(world, tara, sam):
    item = item_of(world.tara)
    page = tara.get(address("evidence_new", world.tara.pk, "file"), {"for": item.pk})
    content = (GOOD / "training-plan.pdf").read_bytes()
    upload = SimpleUploadedFile("dose_calibrator-check.pdf", content, "application/pdf")
    data = {"key": page.context["form"]["key"].value(), "upload": upload, "items": [item.pk], "declared": "on"}
    made = tara.post(address("evidence_new", world.tara.pk, "file"), data)
    evidence = Evidence.objects.get()
    assert (made.url, evidence.title) == (address("evidence_one", evidence.pk), "dose calibrator check")
    assert "shared as soon as its file is checked" in words(tara.get(made.url))
    assert tara.get(address("evidence_file", evidence.pk)).status_code == 200
    assert sam.get(address("evidence_file", evidence.pk)).status_code == 404
    settle(evidence.document, NOW)
    actions.finish_sharing(by=None, now=NOW, evidence_id=evidence.pk)
    sent = sam.get(address("evidence_file", evidence.pk))
    assert (sent.status_code, sent["Content-Disposition"].split(";")[0]) == (200, "attachment")
    shown = sam.get(address("evidence_file", evidence.pk), {"in": "place"})
    assert shown["Content-Disposition"].startswith("inline")
    assert sam.get(address("evidence_preview", evidence.pk)).status_code == 404


def test_t3_what_is_no_file_has_none(world, tara):
    evidence = text_evidence(world.tara)
    for name in ("evidence_file", "evidence_preview"):
        assert tara.get(address(name, evidence.pk)).status_code == 404
    assert tara.get(address("evidence_new", world.tara.pk, "film")).status_code == 404


def test_t3_bad_input_stands_beside_its_field_and_nothing_typed_is_lost(world, tara):
    data = {"key": "no key", "title": "", "text": "Half a story.", "items": ["77777777"]}
    refused = tara.post(address("evidence_new", world.tara.pk, "text"), data)
    assert (refused.status_code, sorted(refused.context["form"].errors)) == (422, ["items", "key", "title"])
    assert "Half a story." in words(refused)
    upload = SimpleUploadedFile("x.pdf", b"no pdf at all", "application/pdf")
    refused = tara.post(address("evidence_new", world.tara.pk, "file"), {"upload": upload})
    assert (refused.status_code, "upload" in refused.context["form"].errors) == (422, True)
    assert not Evidence.objects.exists()


def test_t3_a_competency_of_another_trainee_is_not_offered_and_not_taken(world, tara):
    form = tara.get(address("evidence_new", world.tara.pk, "text")).context["form"]
    other = item_of(world.tom)
    assert other.item.title not in str(form["items"])
    data = {"key": form["key"].value(), "title": "A", "text": "B", "items": [other.pk]}
    assert tara.post(address("evidence_new", world.tara.pk, "text"), data).status_code == 422


@pytest.mark.parametrize("url", ["https://tara:secret@x.example/", "http://127.0.0.1/", "http://localhost/p"])
def test_t3_a_link_that_gives_a_password_away_or_leads_nowhere_is_refused(tara, world, url):
    form = tara.get(address("evidence_new", world.tara.pk, "link")).context["form"]
    data = {"key": form["key"].value(), "title": "Protocol", "url": url}
    answer = tara.post(address("evidence_new", world.tara.pk, "link"), data)
    assert answer.status_code == 422 and answer.context["form"].errors["url"]
    assert not Evidence.objects.exists() and answer.context["form"]["url"].value() == url


@pytest.mark.parametrize("url", ["see my poster", "https://", "poster.pdf on the U drive"])
def test_t3_what_is_no_web_address_is_answered_with_what_to_give(tara, world, url):
    form = tara.get(address("evidence_new", world.tara.pk, "link")).context["form"]
    data = {"key": form["key"].value(), "title": "Protocol", "url": url}
    answer = tara.post(address("evidence_new", world.tara.pk, "link"), data)
    assert answer.status_code == 422
    assert "begins with https://" in answer.context["form"].errors["url"][0]


def test_t3_held_evidence_shows_what_was_found_and_is_shared_with_the_answer(world, tara, sam):
    evidence = text_evidence(world.tara, text=NHS, declared=False)
    seen = {"seen": evidence.content_sha256}
    assert tara.post(address("evidence_share", evidence.pk), seen).status_code == 422
    held = tara.post(address("evidence_share", evidence.pk), {**seen, "declared": "on"}, follow=True)
    assert "something in it needs your answer" in words(held)
    assert "The scan found something that may identify a patient" in words(held)
    assert sam.get(address("evidence_one", evidence.pk)).status_code == 404
    assert tara.post(address("evidence_answer", evidence.pk), seen).status_code == 422
    answered = tara.post(address("evidence_answer", evidence.pk), {**seen, "answer": "It is a test number."})
    assert answered.status_code == 303
    assert "It is a test number." in words(sam.get(address("evidence_one", evidence.pk)))


def test_t3_shared_evidence_is_reopened_changed_and_two_windows_lose_nothing(world, tara):
    evidence = text_evidence(world.tara)
    assert tara.get(address("evidence_edit", evidence.pk)).status_code == 409
    assert tara.post(address("evidence_reopen", evidence.pk)).url == address("evidence_edit", evidence.pk)
    data = {"seen": evidence.content_sha256, "title": evidence.title, "text": "The first window."}
    assert tara.post(address("evidence_edit", evidence.pk), data).status_code == 303
    lost = tara.post(address("evidence_edit", evidence.pk), {**data, "text": "The second window."})
    assert lost.status_code == 409
    assert "The first window." in words(lost)
    assert "The second window." in words(lost)
    assert tara.post(address("evidence_edit", evidence.pk), {**data, "title": ""}).status_code == 422


def test_t3_a_draft_that_stays_a_draft_says_so(world, tara):
    evidence = text_evidence(world.tara, declared=False)
    data = {"seen": evidence.content_sha256, "title": "Other", "text": "Other."}
    said = tara.post(address("evidence_edit", evidence.pk), data, follow=True)
    assert "kept as a draft that only you can see" in words(said)
    done = tara.post(address("evidence_share", evidence.pk), {"seen": _sha(evidence), "declared": "on"}, follow=True)
    assert "It is shared with the people around you." in words(done)


def _sha(evidence):
    return Evidence.objects.get(pk=evidence.pk).content_sha256


def test_screens_13_typed_text_saves_itself_and_comes_back(world, tara, sam):
    url = address("evidence_keep", world.tara.pk, "text")
    asks = {"headers": {"X-Autosave": "1"}}
    first = tara.post(url, {"autosave_version": "0", "title": "T", "text": "Half"}, **asks)
    assert json.loads(first.content)["version"] == 1
    assert "Half" in words(tara.get(address("evidence_new", world.tara.pk, "text")))
    assert tara.post(url, {"autosave_version": "1", "text": "Half\0"}, **asks).status_code == 200
    stale = tara.post(url, {"autosave_version": "0", "text": "Other"}, **asks)
    assert (stale.status_code, json.loads(stale.content)["fields"]["text"]) == (409, "Half")
    draft = text_evidence(world.tara, declared=False)
    one = address("evidence_keep_one", world.tara.pk, "text", draft.pk)
    assert tara.post(one, {"autosave_version": "0", "text": "Later words"}, **asks).status_code == 200
    assert "Later words" in words(tara.get(address("evidence_edit", draft.pk)))
    assert sam.post(url, {"text": "x"}, **asks).status_code == 403


def test_screens_13_only_text_of_a_form_that_is_there_is_kept(world, tara):
    draft, shared = text_evidence(world.tom, declared=False), text_evidence(world.tara)
    data = {"autosave_version": "0", "text": "x"}
    for kind in ("other", "x" * 300):
        assert tara.post(address("evidence_keep", world.tara.pk, kind), data).status_code == 404
    assert tara.post(address("evidence_keep_one", world.tara.pk, "text", draft.pk), data).status_code == 404
    assert tara.post(address("evidence_keep_one", world.tara.pk, "text", shared.pk), data).status_code == 409
    much = tara.post(address("evidence_keep", world.tara.pk, "text"), {"text": "x" * (LONGEST + 1)})
    assert much.status_code == 422
    assert not TrainingDraft.objects.exists()


def test_t3_evidence_is_withdrawn_from_view_on_a_page_that_says_what_it_does(world, tara, sam):
    done = signed(world.cast.sam, world.tara)
    [evidence] = queries.judged_evidence([done.item])[done.item_id]
    page = sam.get(address("evidence_quarantine", evidence.pk))
    assert done.item.item.code in words(page)
    assert sam.post(address("evidence_quarantine", evidence.pk), {"reason": ""}).status_code == 422
    assert sam.post(address("evidence_quarantine", evidence.pk), {"reason": "A face."}).status_code == 303
    assert Evidence.objects.get(pk=evidence.pk).state == EvidenceState.QUARANTINED
    assert sam.post(address("evidence_quarantine", evidence.pk), {"reason": "A face."}).status_code == 409
    told = words(sam.get(address("evidence_one", evidence.pk)))
    assert "A face." in told and "I measured the uniformity" not in told and evidence.title not in told
    assert browser_of(world.cast.trina).get(address("evidence_one", evidence.pk)).status_code == 404
    assert "It is not shown." in words(tara.get(address("evidence_one", evidence.pk)))
    assert "Withdrawn" in words(tara.get(address("item", done.item_id)))


def test_screens_16_the_chosen_competencies_stand_first_then_those_linked_recently(world, tara):
    first, second, third = (item_of(world.tara, number) for number in (0, 2, 4))
    text_evidence(world.tara, second)
    page = tara.get(address("evidence_new", world.tara.pk, "text"), {"for": third.pk})
    groups = page.context["form"].fields["items"].widget.choices
    assert [(title, [pk for pk, _ in rows]) for title, rows in groups[:2]] == [
        ("Chosen", [third.pk]),
        ("Linked recently", [second.pk]),
    ]
    listed = [pk for _, rows in groups for pk, _ in rows]
    assert (len(listed), len(set(listed)), first.pk in listed) == (6, 6, True)
    assert "data-picker" in words(page) and "js/picker.js" in words(page)
    refused = tara.post(address("evidence_new", world.tara.pk, "text"), {"title": "", "items": [first.pk]})
    assert refused.context["form"].fields["items"].widget.choices[0][1] == [(first.pk, str(first.item))]


def test_screens_16_a_photograph_as_an_iphone_takes_it_is_kept_as_a_picture_that_everybody_can_see(world, tara):
    url = address("evidence_new", world.tara.pk, "file")
    assert "HEIC (kept as JPG)" in words(tara.get(url))
    photo = SimpleUploadedFile("IMG_1.HEIC", sample("cleaned/iphone.heic"), "image/heic")
    key = tara.get(url).context["form"]["key"].value()
    sent = {"key": key, "upload": photo, "title": "The phantom on the table", "declared": "on"}
    assert tara.post(url, {**sent, "items": [item_of(world.tara).pk]}).status_code == 303
    kept = Document.objects.latest("pk")
    assert (kept.original_name, kept.media_type) == ("IMG_1.jpg", "image/jpeg")


@pytest.mark.parametrize(("pages", "warns"), [(500, False), (501, True)])
def test_f3_a_file_that_is_longer_than_a_portfolio_says_so_to_its_author(world, tara, pages, warns):
    evidence = file_evidence(world.tara)
    type(evidence.document).objects.filter(pk=evidence.document_id).update(pages=pages)
    page = words(tara.get(address("evidence_one", evidence.pk)))
    assert ("It will not fit a portfolio" in page, f"This file has {pages} pages" in page) == (warns, warns)


def test_f3_what_is_no_file_fits_a_portfolio(world):
    assert queries.pages_beyond_portfolio(text_evidence(world.tara)) == 0
