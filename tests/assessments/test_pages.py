"""The pages of the first year and of outcomes: who opens which, what they show and never show, stale forms, counts."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments import queries
from assessments.actions._steps import agree_outcome
from assessments.models import FirstYearDecision, Outcome
from assessments.states import Result, Stage
from ctts.common import clock
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.assessments import gate as g
from tests.cast import PASSWORD, START
from tests.training import practice as p
from tests.training.world import browser_of, submitted
from training import actions as training
from training.models import Reflection, SignOff, TrainingRecord

SECRET_WORDS = "Uniformity is not yet done alone"
REFERRED = {**g.REFERRED, "words": SECRET_WORDS}


def url(name, *args):
    return reverse(name if ":" in name else f"assessments:{name}", args=args)


def text(response):
    return response.content.decode().replace("\xa0", " ")


def get(scene, who, name, *args, status=200):
    response = browser_of(getattr(scene.cast, who), proved=True).get(url(name, *args))
    assert response.status_code == status, text(response)[:1500]
    return text(response)


def sent(client, name, *args, **given):
    """Send the form of a page with what it holds and what is typed."""
    page = client.get(url(name, *args))
    form = page.context["form"] if "form" in page.context else page.context["confirm"].form
    hidden = {field: form[field].value() for field in form.fields if field == "seen"}
    return client.post(url(name, *args), {**hidden, **given})


# --- the gate page ---


def test_Y_where_the_training_has_ended_the_gate_offers_nothing_to_mend(scene):
    for sign_off in SignOff.objects.filter(item__record=scene.tara):
        given = {"sign_off_id": sign_off.pk, "reason": "Too early.", "authentication": p.proof()}
        training.withdraw_sign_off(by=scene.cast.sam, now=p.NOW, **given)
    submitted(scene.tara, 5)
    before = get(scene, "sam", "record", scene.tara.pk)
    assert "sign it" in before and "confirm it" in before and "1 waits for you." in before
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="not_completed", ended_on=p.TODAY)
    after = get(scene, "sam", "record", scene.tara.pk)
    assert "sign it" not in after and "confirm it" not in after and "waits for you" not in after
    for address in set(re.findall(r'<a [^>]*href="(/[^"]*)"', after.partition("<main")[2].partition("</main")[0])):
        assert browser_of(scene.cast.sam, proved=True).get(address).status_code == 200, address


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "sid", "mia", "olive"])
def test_Y_everybody_around_the_trainee_sees_the_gate_with_its_numbers(scene, who):
    page = get(scene, who, "record", scene.tara.pk)
    for words in (
        "External Moderator DOPS",
        "0 open",
        "Supervisor Reviews submitted",
        "The Training Supervisor has not",
    ):
        assert words in page
    assert ("Sam Patel can mend this." in page) == (who != "sam")
    assert ("Confirm patient safety" in page) == (who == "sam")


@pytest.mark.parametrize("who", ["tom", "sue", "carl", "max", "nobody", "ann", "trina"])
def test_Y_for_others_the_pages_do_not_exist(scene, row, who):
    for name in ("record", "confirm_safety", "withdraw_safety", "put_forward"):
        get(scene, who, name, scene.tara.pk, status=404)
    for name in ("first_year", "decide", "send_back"):
        get(scene, who, name, row.pk, status=404)
    for name in ("results",):
        get(scene, who, name, status=403)


def test_Y_the_gate_says_what_counts_what_does_not_and_who_can_mend_it(scene):
    piece = Reflection.objects.filter(record=scene.tara).first()
    training.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    p.acknowledged_review(scene.tara, scene.cast.sam)
    page = get(scene, "tara", "record", scene.tara.pk)
    assert "9 of 10; 1 missing." in page and "A draft, not submitted." in page
    assert "You can mend this:" in page and url("training:reflection", piece.pk) in page
    assert "Both have signed; it is not submitted." in page
    assert url("training:reflection", piece.pk) not in get(scene, "cora", "record", scene.tara.pk)


def test_Y2_a_concern_is_counted_for_everybody_and_named_for_its_readers(scene):
    g.concern(scene.tara, scene.cast.sam, reference="INC-901")
    g.concern(scene.tom, scene.cast.sue, reference="INC-902")
    for who in ("sam", "mia", "olive"):
        page = get(scene, who, "record", scene.tara.pk)
        assert "1 open" in page and "INC-901" in page and "INC-902" not in page
    for who in ("tara", "cora"):
        page = get(scene, who, "record", scene.tara.pk)
        assert "1 open" in page and "INC-901" not in page and "1 that you do not read" in page
    assert get(scene, "sam", "confirm_safety", scene.tara.pk, status=409).count("patient-safety concern is open") == 1


def test_Y_a_draft_review_stays_its_supervisors(scene):
    review = p.written_review(scene.tara, scene.cast.sam)
    assert url("training:review", review.pk) in get(scene, "sam", "record", scene.tara.pk)
    assert url("training:review", review.pk) not in get(scene, "tara", "record", scene.tara.pk)


# --- pressing ---


def test_Y2_confirming_asks_for_the_password_again(scene):
    sam = browser_of(scene.cast.sam)
    refused = sent(sam, "confirm_safety", scene.tara.pk)
    assert refused.status_code == 422 and "signing asks for it again" in text(refused)
    done = sent(sam, "confirm_safety", scene.tara.pk, password_or_code=PASSWORD)
    assert done.status_code == 303 and queries.attempt_of(scene.tara).gate.is_open
    assert sam.get(url("confirm_safety", scene.tara.pk)).status_code == 409


def test_Y_the_supervisor_withdraws_confirms_and_puts_forward_by_the_pages(scene):
    g.confirm(scene.tara)
    sam = browser_of(scene.cast.sam, proved=True)
    empty = sent(sam, "withdraw_safety", scene.tara.pk, reason=" ")
    assert empty.status_code == 422
    assert sent(sam, "withdraw_safety", scene.tara.pk, reason="A report.").status_code == 303
    assert "A report." in text(sam.get(url("record", scene.tara.pk)))
    sent(sam, "confirm_safety", scene.tara.pk)
    page = text(sam.get(url("put_forward", scene.tara.pk)))
    assert "Mia Ferreira" in page and "waits for your decision" in page
    assert sent(sam, "put_forward", scene.tara.pk).status_code == 303
    assert sam.post(url("put_forward", scene.tara.pk), {"seen": "0"}).status_code == 409
    for who in ("tara", "cora", "mia", "olive"):
        get(scene, who, "put_forward", scene.tara.pk, status=403)


def test_Y_a_stale_page_comes_back_with_what_was_typed(scene, row):
    mia = browser_of(scene.cast.mia, proved=True)
    typed = {"result": "refer", "words": "Long thought words.", "actions": "Two more.", "actions_by_on": "2027-05-01"}
    stale = mia.post(url("decide", row.pk), {"seen": "0" * 64, **typed})
    assert stale.status_code == 409 and "Long thought words." in text(stale) and "Two more." in text(stale)
    fresh = stale.context["form"]["seen"].value()
    done = mia.post(url("decide", row.pk), {"seen": fresh, **typed})
    assert done.status_code == 303 and FirstYearDecision.objects.get().words == "Long thought words."
    back = mia.post(url("send_back", row.pk), {"seen": fresh, "reason": "Something."})
    assert back.status_code == 409


def test_Y_the_moderator_sends_back_by_the_page(scene, row):
    mia = browser_of(scene.cast.mia)
    stale = mia.post(url("send_back", row.pk), {"seen": "0" * 64, "reason": "A page is missing."})
    assert stale.status_code == 409 and "A page is missing." in text(stale)
    assert sent(mia, "send_back", row.pk, reason="A page is missing.").status_code == 303
    for who in ("tara", "sam", "cora"):
        assert "A page is missing." in get(scene, who, "record", scene.tara.pk)


def test_Y_a_pass_is_given_by_the_page_and_says_what_is_wrong_beside_the_field(scene, row):
    mia = browser_of(scene.cast.mia, proved=True)
    wrong = sent(mia, "decide", row.pk, result="pass", words="Good.", actions="More.", actions_by_on="2027-05-01")
    assert wrong.status_code == 422 and {"actions", "actions_by_on"} == set(wrong.context["form"].errors)
    late = sent(mia, "decide", row.pk, result="refer", words="No.", actions="More.", actions_by_on="2028-05-01")
    assert late.status_code == 422 and set(late.context["form"].errors) == {"actions_by_on"}
    assert sent(mia, "decide", row.pk, result="pass", words="Good.").status_code == 303
    assert "Good." in get(scene, "mia", "first_year", row.pk)
    for who in ("tara", "sam", "cora", "olive"):
        get(scene, who, "decide", row.pk, status=403)


def test_Y_what_changed_since_it_was_put_forward_stands_beside_it(scene, row):
    p.submitted_review(scene.tara, scene.cast.sam)
    g.withdraw(scene.tara)
    page = get(scene, "mia", "first_year", row.pk)
    assert "7 of 6." in page and "indicative" in page and "was withdrawn. Refer it, or send it back." in page
    assert "Send it back instead" not in get(scene, "tara", "first_year", row.pk)


# --- before and after release (F1) ---


def every_page(row):
    """What somebody around the trainee opens."""
    record = row.record_id
    ours = [("record", record), ("first_year", row.pk)]
    return [
        *ours,
        ("training:record", record),
        ("training:history", record),
        ("home:dashboard",),
        ("training:people", record),
    ]


@pytest.mark.parametrize("confirmed", [False, True])
def test_F1_before_release_no_page_of_theirs_tells_anything_of_the_outcome(scene, row, confirmed):
    before = {who: [get(scene, who, *page) for page in every_page(row)] for who in ("tara", "sam", "cora")}
    g.decide(row, **REFERRED)
    if confirmed:
        g.office("confirm_outcome", g.outcome_of(scene.tara), scene.cast.olive)
    for who, pages in before.items():
        for page, old in zip(every_page(row), pages, strict=True):
            new = get(scene, who, *page)
            assert SECRET_WORDS not in new and "Two more reviews." not in new
            assert bare(new) == bare(old), (who, page)
    assert SECRET_WORDS in get(scene, "mia", "first_year", row.pk)


def bare(page):
    """A page without what differs each time it is made."""
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_F1_a_queried_decision_is_the_moderators_business_only(scene, row):
    g.decide(row, **REFERRED)
    reason = "Which of the reviews do you mean?"
    g.office("query_outcome", g.outcome_of(scene.tara), scene.cast.olive, reason=reason)
    for who in ("tara", "sam", "cora"):
        for name, pk in (("record", scene.tara.pk), ("first_year", row.pk)):
            page = get(scene, who, name, pk)
            assert reason not in page and SECRET_WORDS not in page and "With the External Moderator" in page
    for name, pk in (("record", scene.tara.pk), ("first_year", row.pk)):
        assert reason in get(scene, "mia", name, pk)


def test_F1_after_release_they_read_result_actions_and_what_follows(scene):
    outcome = g.released(scene.tara, scene.cast.olive, scene.cast.oscar, **REFERRED)
    row = queries.attempt_of(scene.tara).rows[0]
    for who in ("tara", "sam", "cora", "mia", "olive"):
        page = get(scene, who, "record", scene.tara.pk)
        for words in (SECRET_WORDS, "Two more reviews.", "1 May 2027", "10 June 2027", "30 March 2027"):
            assert words in page, (who, words)
        assert SECRET_WORDS in get(scene, who, "first_year", row.pk)
    p.appoint(scene.tara, scene.cast.trina, "trainer")
    for name, pk in (("record", scene.tara.pk), ("first_year", row.pk)):
        assert SECRET_WORDS not in get(scene, "trina", name, pk)
    assert outcome.pk and SECRET_WORDS not in get(scene, "tom", "record", scene.tom.pk)


def test_F1_a_passed_first_year_shows_no_gate_any_more(scene):
    g.released(scene.tara, scene.cast.olive, scene.cast.oscar)
    page = get(scene, "tara", "record", scene.tara.pk)
    assert "has been passed" in page and "See what counts" not in page and "A good year." in page


# --- the office ---


def test_F1_the_office_confirms_queries_and_releases_by_the_pages(scene):
    outcome = g.agreed(scene.tara, **REFERRED)
    olive, oscar = browser_of(scene.cast.olive), browser_of(scene.cast.oscar)
    assert sent(olive, "confirm_outcome", outcome.pk).status_code == 303
    assert "You confirmed it; another" in text(olive.get(url("outcome", outcome.pk)))
    assert olive.get(url("release_outcome", outcome.pk)).status_code == 403
    page = text(oscar.get(url("release_outcome", outcome.pk)))
    for words in (
        "“Refer” is shown",
        "Tara Quinn <tara@example.org>".replace("<", "&lt;").replace(">", "&gt;"),
        "One re-attempt is left, to be put forward by 10 June 2027",
    ):
        assert words in page
    assert oscar.post(url("release_outcome", outcome.pk), {"seen": "0"}).status_code == 409
    assert sent(oscar, "release_outcome", outcome.pk).status_code == 303
    assert oscar.post(url("release_outcome", outcome.pk), {"seen": "0"}).status_code == 409
    assert "Released" in text(oscar.get(url("outcome", outcome.pk)))
    other = g.agreed(scene.tom)
    assert sent(olive, "query_outcome", other.pk, reason=" ").status_code == 422
    assert sent(olive, "query_outcome", other.pk, reason="Why?").status_code == 303
    assert "Why?" in text(olive.get(url("outcome", other.pk)))


def test_F6_the_end_of_a_record_is_offered_once_no_attempt_is_left(scene):
    outcome = g.released(scene.tara, scene.cast.olive, scene.cast.oscar, **REFERRED)
    assert "End the record" not in get(scene, "olive", "outcome", outcome.pk)
    get(scene, "olive", "end_record", outcome.pk, status=409)
    clock.set_offset(at=p.at(2027, 6, 11, 9))  # the re-attempt had to be put forward the day before
    assert "had to be put forward by" in get(scene, "tara", "record", scene.tara.pk)
    assert "End the record" in get(scene, "olive", "outcome", outcome.pk)
    olive = browser_of(scene.cast.olive)
    assert sent(olive, "end_record", outcome.pk).status_code == 303
    assert "End the record" not in text(olive.get(url("outcome", outcome.pk)))


def test_F1_for_staff_of_the_training_an_outcome_does_not_exist_before_release(scene, outcome, other):
    mine = outcome
    organisations.grant(by=None, now=START, person=scene.cast.cora, role=Role.OFFICE)
    forget_held(scene.cast.cora)
    for name in ("outcome", "confirm_outcome", "query_outcome", "release_outcome", "end_record"):
        get(scene, "cora", name, mine.pk, status=404)
    page = get(scene, "cora", "results")
    assert "Tom Eriksen" in page and "Tara Quinn" not in page
    assert "Open the outcome" not in get(scene, "cora", "record", scene.tara.pk)
    assert url("outcome", other.pk) in get(scene, "cora", "record", scene.tom.pk)


def test_F1_whoever_marked_reads_the_outcome_and_takes_no_step(scene, outcome):
    organisations.grant(by=None, now=START, person=scene.cast.mia, role=Role.OFFICE)
    forget_held(scene.cast.mia)
    assert "signed, assessed or marked" in get(scene, "mia", "outcome", outcome.pk)
    assert "Not for you" in get(scene, "mia", "results")
    get(scene, "mia", "confirm_outcome", outcome.pk, status=403)


def test_the_list_of_results_is_filtered_in_its_address(scene, outcome):
    agree_outcome(scene.tom, Stage.VIVA, 1, Result.FAIL, by=None, now=g.NOW, content={"sum": 4})
    olive = browser_of(scene.cast.olive)

    def rows(**query):
        page = text(olive.get(url("results"), query))
        return [name for name in ("Tara Quinn", "Tom Eriksen") if name in page]

    assert rows() == ["Tara Quinn", "Tom Eriksen"] and rows(stage="viva") == ["Tom Eriksen"]
    assert rows(name="quinn") == ["Tara Quinn"] and rows(state="confirmed") == []
    assert rows(state="nonsense", stage="nonsense") == ["Tara Quinn", "Tom Eriksen"]
    other = Outcome.objects.exclude(pk=outcome.pk).get()
    assert "Fail" in text(olive.get(url("outcome", other.pk)))  # an outcome without an attempt has only its result


def test_F1_a_queried_decision_is_asked_for_anew_with_the_question_and_the_words_it_was_signed_with(scene, row):
    g.decide(row, words="The log is complete.")
    outcome = g.outcome_of(scene.tara)
    g.office(
        "query_outcome", outcome, scene.cast.olive, g.NOW + timedelta(hours=1), reason="The day of one review is odd."
    )
    [asked] = [one for one in queries.duties_for(scene.cast.mia, g.NOW.date()) if "queries your decision" in one.what]
    assert (asked.since, asked.due) == (g.NOW.date(), None)
    page = get(scene, "mia", "decide", row.pk)
    assert "The office queries your decision" in page and "The day of one review is odd." in page
    assert "The log is complete." in page
    assert "The office queries" not in get(scene, "tara", "record", scene.tara.pk)
