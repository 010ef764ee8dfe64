"""Supervisor Reviews by their pages: begun, kept while typed, signed, acknowledged, sent back, submitted (T4)."""

from __future__ import annotations

import json
from io import BytesIO

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from assessments.queries import attempt_of
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import TooLate
from tests.training import practice as p
from tests.training.pages import address, filled, press, sent, typed, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import ReviewAction, ReviewPaper, SupervisorReview, TrainingDraft, TrainingRecord
from training.periodic import make_papers
from training.states import ReviewState

ROWS = {"actions-TOTAL_FORMS": 2, "actions-INITIAL_FORMS": 0}
ACTION = {"actions-0-text": "Read the local rules", "actions-0-owner": "Tara Quinn", "actions-0-due_on": "2026-06-30"}
TALK = {"mode": "online", "progress": "The camera is checked alone.", "patient_safety_concern": "no"}


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara, proved=True)


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


def new(scene):
    return address("review_new", scene.tara.pk)


def state(review):
    return SupervisorReview.objects.get(pk=review.pk).state


def test_T4_a_review_looks_back_from_the_day_of_the_meeting(scene, sam):
    later = {"held_on": "2026-05-04", "period_starts_on": "2026-05-05", "period_ends_on": "2026-06-01"}
    refused = press(sam, new(scene), **ROWS, **TALK, **later)
    assert refused.status_code == 422 and "begins after the day of the meeting" in words(refused)
    assert not SupervisorReview.objects.exists()


def test_T4_a_review_goes_its_whole_way_by_its_pages(scene, sam, tara):
    made = press(sam, new(scene), **ROWS, **ACTION, **TALK)
    review = SupervisorReview.objects.get()
    assert made.url == address("review", review.pk)
    assert press(sam, address("review_sign", review.pk)).url == made.url
    assert press(tara, address("review_acknowledge", review.pk), comment="Thank you.").url == made.url
    assert "counts for the End of First Year" in words(sam.get(address("review_submit", review.pk)))
    assert sam.post(address("review_submit", review.pk)).url == made.url
    assert state(review) == ReviewState.SUBMITTED
    text = words(tara.get(made.url))
    for said in ("The camera is checked alone.", "Read the local rules", "Sam Patel", "Thank you."):
        assert said in text
    assert "Submitted" in words(sam.get(address("reviews", scene.tara.pk)))


def test_T4_a_new_review_begins_with_what_changed(scene, sam):
    p.complete_dops(scene.tara, scene.cast.sam)
    form = sent(sam.get(new(scene)).context["form"])
    assert "Daily uniformity check" in form["dops_done"]
    assert (form["attendees"], form["period_starts_on"]) == ("Tara Quinn, Sam Patel", "2026-04-01")


def test_T4_the_agenda_comes_before_the_form_and_has_the_lines_of_the_next_gate(scene, sam):
    p.complete_dops(scene.tara, scene.cast.sam)
    page = sam.get(new(scene))
    markup = page.content.decode()
    assert markup.index('id="agenda"') < markup.index('id="entry"') < markup.index("Save the review")
    assert 'href="#entry"' in markup
    strip = {
        line.label: f"{line.have} of {line.need}" for line in attempt_of(scene.tara).gate.lines if not line.at_most
    }
    rows = page.context["agenda"].gate.rows
    assert {row.label: f"{row.counted} of {row.needed}" for row in rows if not row.count} == strip
    assert "competencies are signed; the Portfolio needs all of them" in words(
        page
    ) and "End of First Year Assessment" in words(page)


BAD = [
    ({"progress": ""}, "progress"),
    ({"held_on": "2026-06-11"}, "held_on"),
    ({"held_on": "yesterday"}, "held_on"),
    ({"period_starts_on": "2026-06-09", "period_ends_on": "2026-06-08"}, "period_ends_on"),
    ({"patient_safety_concern": "yes"}, "patient_safety_reference"),
    ({"patient_safety_concern": ""}, "patient_safety_concern"),
    ({"items": ["0"]}, "items"),
    ({"key": "x"}, "key"),
]


@pytest.mark.parametrize(("changes", "field"), BAD, ids=[f"{field} {number}" for number, (_, field) in enumerate(BAD)])
def test_T4_bad_input_comes_back_beside_its_field_with_what_was_typed(scene, sam, changes, field):
    refused = press(sam, new(scene), **{**ROWS, **TALK, "support_needs": "A quiet room.", **changes})
    assert (refused.status_code, field in refused.context["form"].errors) == (422, True)
    assert "A quiet room." in words(refused)
    assert not SupervisorReview.objects.exists()


@pytest.mark.parametrize("field", ["held_on", "period_starts_on"])
def test_T4_a_day_before_the_training_is_refused_by_the_decision_beside_its_field(scene, sam, field):
    refused = press(sam, new(scene), **ROWS, **{**TALK, field: "2026-03-31"})
    assert (refused.status_code, "Training began on" in words(refused)) == (422, True)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"actions-0-text": "Read"}, "Say who does it."),
        ({"actions-0-owner": "Tara"}, "Say what is agreed."),
        (
            {"actions-0-text": "Read", "actions-0-owner": "Tara", "actions-0-due_on": "soon"},
            "Give day, month and year.",
        ),
        (
            {"actions-0-text": "Read", "actions-0-owner": "Tara", "actions-0-due_on": "2020-01-01"},
            "it is agreed at the meeting of that day",
        ),
    ],
)
def test_T4_an_action_says_what_and_who(scene, sam, row, says):
    refused = press(sam, new(scene), **ROWS, **TALK, **row)
    assert (refused.status_code, says in words(refused)) == (422, True)
    assert not ReviewAction.objects.exists()


def test_screens_13_what_is_typed_into_a_review_is_kept_until_it_is_saved(scene, sam):
    half = {**TALK, "progress": "Half a sen", "items": ["1", "2"], "actions-0-text": "Read"}
    kept = typed(sam, new(scene), **filled(sam, new(scene), **half))
    assert json.loads(kept.content)["version"] == 1
    page = sam.get(new(scene))
    assert page.context["form"]["progress"].value() == "Half a sen"
    assert page.context["form"]["items"].value() == ["1", "2"]
    assert page.context["action_rows"].forms[0]["text"].value() == "Read"
    stale = typed(sam, new(scene), progress="Another window")
    assert (stale.status_code, json.loads(stale.content)["fields"]["progress"]) == (409, ["Half a sen"])
    assert press(sam, new(scene), **ROWS, items=[]).status_code == 303
    assert not TrainingDraft.objects.exists()


def test_screens_13_an_action_that_saved_itself_is_agreed_by_the_button_too(scene, sam):
    given = filled(sam, new(scene), **ROWS, **TALK, **ACTION)
    assert typed(sam, new(scene), **given).status_code == 200
    assert sam.post(new(scene), given).status_code == 303
    assert [row.text for row in ReviewAction.objects.all()] == ["Read the local rules"]


def test_screens_13_an_existing_review_keeps_what_is_typed_too(scene, sam):
    review = p.written_review(scene.tara, scene.cast.sam)
    url = address("review_edit", review.pk)
    assert typed(sam, url, **filled(sam, url, progress="Later words")).status_code == 200
    assert filled(sam, url)["progress"] == "Later words"
    assert press(sam, url, **ROWS, **ACTION).url == address("review", review.pk)
    review.refresh_from_db()
    assert (review.progress, TrainingDraft.objects.exists()) == ("Later words", False)


def test_T4_a_review_changed_in_another_window_is_shown_and_nothing_is_lost(scene, sam):
    review = p.written_review(scene.tara, scene.cast.sam)
    url = address("review_edit", review.pk)
    first, second = filled(sam, url, progress="The first window."), filled(sam, url, progress="The second window.")
    assert sam.post(url, {**first, **ROWS}).status_code == 303
    lost = sam.post(url, {**second, **ROWS})
    assert lost.status_code == 409
    for both in ("The first window.", "The second window."):
        assert both in words(lost)


def test_T4_a_review_signed_meanwhile_gives_back_what_was_typed_in_the_words_of_its_form(scene, sam):
    review = p.written_review(scene.tara, scene.cast.sam)
    url = address("review_edit", review.pk)
    given = {**filled(sam, url, attendees="Sam"), **ROWS, **ACTION, "actions-1-text": "Weekly"}
    seen = {"seen": queries.review_digest(review)}
    actions.sign_review(by=scene.cast.sam, now=p.NOW, review_id=review.pk, **seen, authentication=p.proof())
    late = sam.post(url, given)
    said = words(late)
    assert (late.status_code, "This review is signed" in said) == (409, True)
    for label in ("Who was there", "Progress since the last meeting", "Action 1: What is agreed", "Weekly"):
        assert label in said
    assert "Actions-0-text" not in said and "Attendees" not in said
    assert sam.get(url).status_code == 409


def test_T4_the_trainee_sends_back_what_they_do_not_agree_to(scene, sam, tara):
    review = p.signed_review(scene.tara, scene.cast.sam)
    url = address("review_send_back", review.pk)
    assert press(tara, url).status_code == 422
    assert press(tara, url, reason="We met on 4 June.").url == address("review", review.pk)
    assert state(review) == ReviewState.DRAFT
    text = words(sam.get(address("review", review.pk)))
    assert ("We met on 4 June." in text, "Sent back" in text) == (True, True)
    assert "Sent back" in words(sam.get(address("reviews", scene.tara.pk)))
    assert "Sent back" in words(tara.get(address("review", review.pk)))


def test_T4_an_agreed_action_is_closed_once(scene, tara):
    action = p.signed_review(scene.tara, scene.cast.sam).actions.get()
    url = address("action_close", action.pk)
    assert "Read the local rules again" in words(tara.get(address("reviews", scene.tara.pk)))
    assert tara.post(url).url == address("reviews", scene.tara.pk)
    assert tara.post(url).status_code == 409
    assert ReviewAction.objects.get(pk=action.pk).closed_by == scene.cast.tara


def test_T4_what_was_signed_meanwhile_is_told_and_not_signed_again(scene, sam, tara):
    review = p.written_review(scene.tara, scene.cast.sam)
    seen = filled(sam, address("review_sign", review.pk))
    given = {"values": p.meeting(progress="Changed."), "items": [], "actions": [], "seen": seen["seen"]}
    actions.change_review(by=scene.cast.sam, now=p.NOW, review_id=review.pk, **given)
    assert sam.post(address("review_sign", review.pk), seen).status_code == 409
    assert press(sam, address("review_sign", review.pk)).status_code == 303
    assert sam.post(address("review_sign", review.pk), seen).status_code == 409
    assert tara.get(address("review_edit", review.pk)).status_code == 403


def test_T4_in_a_training_that_has_ended_nothing_is_written_and_everything_is_read(scene, sam):
    review = p.submitted_review(scene.tara, scene.cast.sam)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="completed", ended_on=p.TODAY)
    assert sam.get(new(scene)).status_code == 409
    page = sam.get(address("reviews", scene.tara.pk))
    assert (page.status_code, page.context["step"].reason != "") == (200, True)
    assert sam.get(address("review", review.pk)).status_code == 200


def test_T4_whoever_asks_after_missing_reviews_reads_whom_to_ask(scene, sam, tara):
    page = words(browser_of(scene.cast.cora).get(address("reviews", scene.tara.pk)))
    assert "Sam Patel, Training Supervisor, writes them" in page and f'href="mailto:{scene.cast.sam.email}"' in page
    for reader in (sam, tara):
        assert "writes them" not in words(reader.get(address("reviews", scene.tara.pk)))


def test_T4_beside_a_draft_the_review_of_a_missing_month_can_be_written(scene, sam, tara):
    url, offer = address("reviews", scene.tara.pk), "Write the review of a month"
    assert offer not in words(sam.get(url))  # it is the button of the page
    p.written_review(scene.tara, scene.cast.sam)
    assert offer in words(sam.get(url)) and offer not in words(tara.get(url))


def test_T4_the_co_ordinator_finds_the_missing_months_first_and_presses_a_nudge(scene):
    cora = browser_of(scene.cast.cora, proved=True)
    url = address("reviews", scene.tara.pk)
    page = cora.get(url)
    text = page.content.decode()
    assert (
        text.index("Months without a review") < text.index("Open actions")
        and text.count("Months without a review") == 1
    )
    assert address("thread_new", scene.tara.pk) in text
    step = page.context["step"]
    assert (step.label, step.reason) == ("Nudge the supervisor", "")
    assert "Write the review of April" in words(cora.get(step.url))
    assert cora.post(step.url).status_code == 303
    assert p.told(scene.cast.sam)[-1] == "notifications.nudge"
    assert cora.get(url).context["step"].reason == "They were nudged in the last three days."
    for reader in (scene.cast.mia, scene.cast.olive):
        assert browser_of(reader, proved=True).get(url).context["step"] is None


# --- on paper ---


def pdf_text(content):
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in PdfDocument(content)).split())


def test_T4_a_review_that_both_signed_is_made_a_pdf_once_for_everybody(scene, sam, tara):
    review = p.acknowledged_review(scene.tara, scene.cast.sam)
    here, page = address("review_paper", review.pk), address("review", review.pk)
    assert (sam.get(here).status_code, "Make a PDF" in words(sam.get(page))) == (404, True)
    assert (sam.post(here).url, tara.post(here).status_code) == (page, 303)
    assert "is being made" in words(tara.get(page))
    assert AuditEvent.objects.filter(action="training.review.paper_asked").count() == 1
    assert (make_papers(clock.now()), make_papers(clock.now())) == (1, 0)
    assert "Download as PDF" in words(tara.get(page))
    assert browser_of(scene.cast.tom).get(here).status_code == 404
    paper = ReviewPaper.objects.get()
    assert (str(paper), paper.document.purpose) == (
        f"Review {review.pk}, Acknowledged by the trainee",
        "training.review_paper",
    )
    assert actions.keep_review_paper(by=None, now=p.NOW, paper_id=paper.pk, pdf=b"%PDF-", pages=1) == paper


def test_T4_the_pdf_of_a_review_holds_what_was_said_agreed_and_signed(scene, sam):
    review = p.submitted_review(scene.tara, scene.cast.sam)
    assert sam.post(address("review_paper", review.pk)).status_code == 303
    assert make_papers(clock.now()) == 1
    content = b"".join(browser_of(scene.cast.olive).get(address("review_paper", review.pk)).streaming_content)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("Supervisor Review 1 of Tara Quinn")
    text = pdf_text(content)
    said = (review.progress, "Read the local rules again", "30 June 2026", "Thank you.", "Submitted to the office")
    for part in (*said, "Sam Patel", "Training Supervisor", actions.REVIEW_ACKNOWLEDGED_WORDS[:40]):
        assert part in text


def test_T4_what_not_both_have_signed_is_not_on_paper(scene, sam, tara):
    review = p.signed_review(scene.tara, scene.cast.sam)
    assert "On paper" not in words(tara.get(address("review", review.pk)))
    assert [one.post(address("review_paper", review.pk)).status_code for one in (sam, tara)] == [409, 409]
    with pytest.raises(TooLate, match="that both have signed"):
        actions.ask_review_paper(by=scene.cast.sam, now=p.NOW, review_id=review.pk)
