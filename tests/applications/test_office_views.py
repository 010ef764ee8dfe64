"""The supervisor's, the co-ordinator's and the office's pages: doors, decisions, refusals with both sides (A2–A6)."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from applications import actions, periodic, queries
from applications.models import Application, Decision, Finding, SupervisorAnswer
from applications.states import ApplicationState
from applications.views._shared import acts_of
from ctts.common import clock
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.adjusting import agree as agree_on
from tests.applications.adjusting import asked_of
from tests.applications.world import LEVEL_SIX, NOW
from tests.cast import PASSWORD, START, at

S = ApplicationState
OFFICE_PAGES = ("review", "decisions", "history", "ask", "accept", "decline", "defer", "resume")


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def text(response):
    return response.content.decode()


# --- the supervisor -------------------------------------------------------------------------------------------------


def signing(page, **changes):
    """What the form of a signature sends back."""
    given = {"seen": page.context["form"]["seen"].value(), "password_or_code": PASSWORD}
    return {**given, **changes}


def test_A2_the_supervisor_reads_everything_but_the_reasons_of_adjustments(cast, filled, browser_of):
    application = filled
    common = {"by": cast.ann, "now": NOW, "application_id": application.pk}
    actions.save_adjustments(**common, key=uuid4(), wanted=True, reason="Dyslexia since school")
    actions.ask_supervisor(**common)
    page = text(browser_of("sam").get(url("confirm", application.pk)))
    for words in (
        "27\xa0March\xa01998",
        "Certificate of Higher Education",
        "£3,000.00",
        "Observed practice",
        "Answered, for named readers",
    ):
        assert words in page, words
    assert "Dyslexia" not in page
    assert "Dyslexia" not in text(browser_of("cora").get(url("read", application.pk)))


def test_A2_confirming_asks_for_the_password_and_loses_no_word(handed_over, browser_of):
    application = handed_over
    sam, address = browser_of("sam"), url("confirm", application.pk)
    page = sam.get(address)
    wrong = sam.post(address, signing(page, level_six=LEVEL_SIX, agreed="on", password_or_code="wrong"))
    assert wrong.status_code == 422 and "neither your password" in text(wrong) and LEVEL_SIX in text(wrong)
    empty = sam.post(address, signing(page))
    assert {"level_six", "agreed"} <= set(empty.context["form"].errors)
    assert not SupervisorAnswer.objects.exists()
    done = sam.post(address, signing(page, level_six=LEVEL_SIX, agreed="on"), follow=True)
    assert done.status_code == 200 and "is received" in text(done)
    assert SupervisorAnswer.objects.get().authenticated_with == "password"
    assert sam.post(address, signing(page, level_six=LEVEL_SIX, agreed="on")).status_code == 409


def test_A2_what_was_not_seen_is_not_signed(handed_over, browser_of):
    application = handed_over
    sam, address = browser_of("sam"), url("confirm", application.pk)
    page = sam.get(address)
    Application.objects.filter(pk=application.pk).update(job_title="Another post")
    stale = sam.post(address, signing(page, level_six=LEVEL_SIX, agreed="on"))
    assert stale.status_code == 409 and "changed since you opened it" in text(stale)


def test_I4_after_the_cut_off_the_page_says_what_is_missing(handed_over, browser_of):
    application = handed_over
    sam, address = browser_of("sam"), url("confirm", application.pk)
    clock.set_offset(at=at(2026, 10, 1, 9))
    page = sam.get(address)
    refused = sam.post(address, signing(page, level_six=LEVEL_SIX, agreed="on"))
    assert refused.status_code == 422 and "April 2027 are not open yet" in text(refused)


def test_A6_returning_gives_the_reason_to_the_applicant(handed_over, browser_of):
    application = handed_over
    sam, address = browser_of("sam"), url("give_back", application.pk)
    page = sam.get(address)
    assert sam.post(address, signing(page)).status_code == 422
    assert sam.post(address, signing(page, reason="The plan is thin.")).url == url("to_support")
    ann = text(browser_of("ann").get(url("form", application.pk)))
    assert "Your supervisor returned it" in ann and "The plan is thin." in ann
    assert application.pk in [row.pk for row, _ in sam.get(url("to_support")).context["rows"]]


def test_A2_handing_over_shows_the_mail_first_and_never_tells_whether_an_account_exists(filled, browser_of):
    application = filled
    ann, address = browser_of("ann"), url("hand_over", application.pk)
    page = text(ann.get(address))
    assert "What will happen" in page and "Ann Archer names you as Training Supervisor" in page
    assert "personal link; whoever has an account already signs in" in page
    world.order(application, 1)
    refused = ann.post(address)
    assert refused.status_code == 422 and "short of the fee" in text(refused)
    world.order(application, 300_000)
    assert ann.post(address).url == url("status", application.pk)
    assert "Sam Patel reads the application" in text(ann.get(url("status", application.pk)))


# --- doors of the office --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OFFICE_PAGES)
def test_A4_the_offices_pages_are_the_offices(in_review, browser_of, name):
    application = in_review
    for first in ("ann", "sam", "cora", "mia", "ada", "nobody"):
        assert browser_of(first).get(url(name, application.pk)).status_code == 403, first
    expected = 409 if name == "resume" else 200
    assert browser_of("olive").get(url(name, application.pk)).status_code == expected
    assert browser_of("olive").get(url(name, 999_999)).status_code == 404


def test_A4_whoever_belongs_to_the_centre_reads_only(cast, in_review, browser_of):
    application = in_review
    organisations.grant(by=None, now=START, person=cast.oscar, role=Role.EMPLOYEE, organisation=cast.leeds)
    forget_held(cast.oscar)
    oscar = browser_of("oscar")
    page = text(oscar.get(url("review", application.pk)))
    assert "You read only" in page and "Set a finding" not in page
    for name in ("accept", "decline", "defer", "ask"):
        assert oscar.get(url(name, application.pk)).status_code == 403, name
    assert oscar.post(url("claim", application.pk), {"holder": cast.olive.pk}).status_code == 403
    assert oscar.post(url("find", application.pk, "A3c"), {"outcome": "met", "key": uuid4()}).status_code == 403


# --- the desk -------------------------------------------------------------------------------------------------------


def test_A4_the_desk_holds_what_can_be_worked_on(cast, in_review, browser_of):
    world.start(cast, "bristol")
    page = browser_of("olive").get(url("desk"))
    counts = {tab.label: tab.count for tab in page.context["tabs"]}
    assert (counts["To work on"], counts["All"]) == (len(page.context["table"].rows), 2) == (1, 2)


def test_A4_the_desk_counts_filters_and_says_so_in_the_address(cast, in_review, browser_of):
    world.received(cast, "bristol")
    olive = browser_of("olive")
    counts = {tab.label: tab.count for tab in olive.get(url("desk")).context["tabs"]}
    assert (counts["All"], counts["Received"], counts["In review"], counts["Draft"]) == (2, 1, 1, 0)
    narrowed = olive.get(url("desk"), {"state": "received", "name": "abe", "mine": ""})
    assert "Abe Lawal" in text(narrowed) and "Ann Archer" not in text(narrowed)
    assert [pill.label for pill in narrowed.context["pills"]] == ["Received", "Applicant: abe"]
    assert narrowed.context["pills"][0].remove_url == "?name=abe"
    tabs = {tab.label: (tab.url, tab.count) for tab in narrowed.context["tabs"]}
    assert (tabs["In review"], tabs["All"]) == (("?state=in_review&name=abe", 0), ("?state=all&name=abe", 1))
    mine = olive.get(url("desk"), {"mine": "on"})
    assert "Ann Archer" in text(mine) and "Abe Lawal" not in text(mine)
    assert next(tab.label for tab in mine.context["tabs"] if tab.current) == "To work on"
    assert "Ann Archer" not in text(olive.get(url("desk"), {"mine": "on", "state": "received"}))


def test_A4_claiming_and_taking_over_are_presses_that_know_what_they_saw(cast, received, browser_of):
    application = received
    olive, oscar = browser_of("olive"), browser_of("oscar")
    assert "Nobody has it yet" in text(olive.get(url("review", application.pk)))
    assert olive.post(url("claim", application.pk), {"holder": ""}).url == url("review", application.pk)
    late = oscar.post(url("claim", application.pk), {"holder": ""})
    assert late.status_code == 409 and "Olive Ong took it a moment ago" in text(late)
    assert "Take it over" in text(oscar.get(url("review", application.pk)))
    assert oscar.post(url("claim", application.pk), {"holder": cast.olive.pk}).status_code == 303
    assert olive.get(url("claim", application.pk)).status_code == 405


# --- the review -----------------------------------------------------------------------------------------------------


def test_A3_each_rule_stands_with_reason_section_and_evidence(in_review, browser_of):
    application = in_review
    page = text(browser_of("olive").get(url("review", application.pk)))
    for rule in ("A3a", "A3b", "A3c", "A3d", "A3e", "A3f", "A3g", "A3h"):
        assert f'id="{rule}"' in page
    for words in ("Guidance G 2.1", "GCSE English at grade 6", "degree-certificate.pdf", LEVEL_SIX, "£3,000.00"):
        assert words in page, words
    assert "These rules still stand against it: A3c, A3h." in page


def test_A3_a_finding_is_set_refused_and_overridden_in_place(in_review, browser_of):
    application = in_review
    olive, address = browser_of("olive"), url("find", application.pk, "A3c")
    refused = olive.post(address, {"outcome": "met", "override_reason": "My words", "key": uuid4()})
    assert refused.status_code == 422 and "My words" in text(refused) and refused.context["open_rule"] == "A3c"
    key = uuid4()
    given = {"outcome": "not_met", "remark": "Checked", "override_reason": "Ten years of work", "key": key}
    assert olive.post(address, given).url == url("review", application.pk) + "#A3c"
    twice = olive.post(address, given)
    assert twice.status_code == 409 and "It is done already" in text(twice)
    assert "<dt>Accept although it is not met, because</dt>" in twice.content.decode()
    assert (Finding.objects.get().note, Finding.objects.get().key) == ("Checked", key)
    assert olive.post(url("find", application.pk, "A3z"), given).status_code == 404
    page = text(olive.get(url("review", application.pk)))
    assert "Accepted although not met" in page and "Ten years of work" in page


def test_A3_a_finding_against_what_was_computed_asks_for_a_word_beside_its_field(in_review, browser_of):
    olive, address = browser_of("olive"), url("find", in_review.pk, "A3b")
    refused = olive.post(address, {"outcome": "not_met", "key": uuid4()})
    assert refused.status_code == 422 and refused.context["open_rule"] == "A3b"
    [shown] = [form for row, _, form in refused.context["rows"] if row.rule == "A3b"]
    assert shown.errors["remark"] == ["It was computed otherwise. Say in a few words why you find this."]
    assert not Finding.objects.exists()


def test_A3_of_two_who_set_a_finding_the_second_sees_what_the_first_set(in_review, browser_of):
    application = in_review
    olive, oscar, address = browser_of("olive"), browser_of("oscar"), url("find", application.pk, "A3c")
    seen = forms_of(oscar.get(url("review", application.pk)))["A3c"]["seen"].value()
    first = {"outcome": "not_met", "remark": "No level 4.", "override_reason": "Ten years of work", "key": uuid4()}
    assert olive.post(address, {**first, "seen": seen}).status_code == 303
    given = {"outcome": "met", "remark": "Certificate checked.", "key": uuid4()}
    late = oscar.post(address, {**given, "seen": seen})
    page = text(late)
    assert late.status_code == 409 and late.context["open_rule"] == "A3c" and Finding.objects.count() == 1
    for words in ("Another finding was set", "Olive Ong set", "No level 4.", "Ten years of work", given["remark"]):
        assert words in page, words
    offered = forms_of(late)["A3c"]
    again = {**given, **{name: offered[name].value() for name in ("seen", "key")}}
    assert again["key"] != str(given["key"])  # sent now, it is another finding than the one that came too late
    assert oscar.post(address, again).status_code == 303
    assert oscar.post(address, again).status_code == 409 and Finding.objects.count() == 2
    page = text(oscar.get(url("review", application.pk)))
    earlier = page[page.index("Earlier findings (1)") :]
    assert "No level 4." in earlier and "Ten years of work" in earlier


def forms_of(page):
    """The form of each entry rule on a page of the review."""
    return {row.rule: form for row, _, form in page.context["rows"]}


def test_A3f_the_purchase_order_is_judged_from_the_review(in_review, browser_of):
    application = in_review
    olive, order = browser_of("olive"), queries.current_order(application)
    address = url("judge_purchase_order", application.pk, order.pk)
    assert olive.post(address, {"covers": "no"}).url == url("review", application.pk) + "#A3f"
    assert olive.post(address, {"covers": "no"}).status_code == 409
    assert olive.post(address, {"covers": "yes"}).status_code == 303
    assert olive.post(url("judge_purchase_order", application.pk, 999_999), {"covers": "yes"}).status_code == 409
    before = queries.current_order(application).state
    for wrong in ("", "maybe", "\0"):
        assert olive.post(address, {"covers": wrong}).status_code == 422
    assert queries.current_order(application).state == before


def test_A3f_the_purchase_order_is_cancelled_from_the_review(in_review, browser_of):
    olive, order = browser_of("olive"), queries.current_order(in_review)
    address = url("cancel_purchase_order", in_review.pk, order.pk)
    assert "Cancel this purchase order" in text(olive.get(url("review", in_review.pk)))
    assert "Your purchase order is cancelled" in text(olive.get(address))
    assert "Ask the applicant for another" in text(olive.get(address))
    assert olive.post(address, {"reason": ""}).status_code == 422
    assert olive.post(address, {"reason": "Taken back"}).url == url("review", in_review.pk)
    assert olive.get(address).status_code == olive.post(address, {"reason": "x"}).status_code == 409
    assert "Taken back" in text(olive.get(url("history", in_review.pk)))
    assert "Cancelled" in text(olive.get(url("review", in_review.pk)))
    assert "The office cancelled your purchase order" in text(browser_of("ann").get(url("status", in_review.pk)))


def test_A3f_the_page_says_until_when_another_order_can_be_given(accepted, browser_of):
    order, olive = queries.current_order(accepted), browser_of("olive")
    there = url("cancel_purchase_order", accepted.pk, order.pk)
    assert "The applicant can give another until they are enrolled" in text(olive.get(there))
    actions.mark_enrolled(by=None, now=NOW, application_id=accepted.pk)
    assert "Agree with the employer on what follows." in text(olive.get(there))


def test_A4_questions_and_answers_go_point_by_point(in_review, browser_of):
    application = in_review
    olive, ann = browser_of("olive"), browser_of("ann")
    assert olive.post(url("ask", application.pk), {"text_1": "Who?"}).status_code == 422
    given = {"part_1": "plan", "text_1": "Who supervises in month four?", "part_2": "english", "text_2": "Grade?"}
    assert olive.post(url("ask", application.pk), given).status_code == 303
    assert olive.post(url("ask", application.pk), given).status_code == 409
    page = ann.get(url("answer", application.pk))
    first, second = page.context["form"].points
    assert "Who supervises in month four?" in text(page)
    assert ann.post(url("answer", application.pk), {}).status_code == 422
    partly = ann.post(url("answer", application.pk), {f"point_{first.number}": "Dr Lee does."})
    assert partly.status_code == 422 and "Dr Lee does." in text(partly)
    whole = {f"point_{first.number}": "Dr Lee does.", f"point_{second.number}": "Six."}
    assert ann.post(url("answer", application.pk), whole).url == url("status", application.pk)
    assert "Dr Lee does." in text(olive.get(url("decisions", application.pk)))


# --- decisions ------------------------------------------------------------------------------------------------------


def test_A4_accepting_shows_what_will_happen_and_what_holds_it(cast, in_review, browser_of):
    application = in_review
    olive, address = browser_of("olive"), url("accept", application.pk)
    held = olive.get(address)
    assert "This cannot be done now" in text(held) and "A3c, A3h" in text(held)
    assert olive.post(address).status_code == 422 and not Decision.objects.exists()
    for rule in ("A3c", "A3h"):
        world.find(application, cast.olive, rule)
    page = text(olive.get(address))
    assert "Your application is accepted" in page and "1\xa0October\xa02026" in page
    assert olive.post(address).url == url("decisions", application.pk)
    assert olive.post(address).status_code == 409


def test_A4_the_letter_opens_for_the_applicant_and_the_office_only(accepted, browser_of):
    application = accepted
    ann = browser_of("ann")
    assert "The letter is being made" in text(ann.get(url("status", application.pk)))
    periodic.make_letters(NOW)
    letter = Decision.objects.get().letter.document
    assert ann.get(url("document", application.pk, letter.pk)).status_code == 200
    assert browser_of("olive").get(url("document", application.pk, letter.pk)).status_code == 200
    for first in ("sam", "cora", "abe"):
        assert browser_of(first).get(url("document", application.pk, letter.pk)).status_code == 404, first


@pytest.mark.parametrize(
    ("name", "given", "state"),
    [
        ("decline", {"reasons": "No complete level 4 qualification."}, S.DECLINED),
        ("defer", {"reasons": ""}, S.DEFERRED),
        ("withdraw", {"reason": "Asked by telephone.", "seen": "in_review"}, S.WITHDRAWN),
    ],
)
def test_A6_each_end_asks_first(in_review, browser_of, name, given, state):
    application = in_review
    olive, address = browser_of("olive"), url(name, application.pk)
    assert "What will happen" in text(olive.get(address))
    after = "review" if name == "withdraw" else "decisions"
    assert olive.post(address, given).url == url(after, application.pk)
    assert world.refresh(application).state == state
    assert olive.post(address, given).status_code == 409
    page = text(olive.get(url("review", application.pk)))
    assert ("Nothing more follows." in page) is (state != S.DEFERRED)


def test_A6_a_deferred_application_is_taken_up_again(cast, in_review, browser_of):
    application = in_review
    actions.defer(by=cast.olive, now=NOW, application_id=application.pk)
    olive = browser_of("olive")
    for page in ("review", "read", "decisions", "history"):
        said = text(olive.get(url(page, application.pk))).replace("\xa0", " ")
        assert "Intake April 2027, deferred on 1 July 2026" in said, page
    rests, opens_on = world.refresh(application), date(2026, 10, 1)
    before = acts_of(rests, date(2026, 9, 30), cast.olive)
    assert before.now.replace("\xa0", " ") == "the scheme office from 1 October 2026"
    assert acts_of(rests, opens_on, cast.olive).since == opens_on
    assert olive.post(url("resume", application.pk)).status_code == 303
    assert "deferred on" not in text(olive.get(url("review", application.pk)))
    assert world.refresh(application).state == S.IN_REVIEW
    assert olive.post(url("decline", application.pk), {"reasons": " "}).status_code == 422


def test_A6_the_applicant_withdraws_with_a_word(in_review, browser_of):
    application, ann = in_review, browser_of("ann")
    page = text(ann.get(url("withdraw", application.pk)))
    assert all(name in page for name in ("Sam Patel", "Olive Ong", "Cora Whitfield", "Sid Marsh"))
    assert ann.post(url("withdraw", application.pk), {"reason": "x" * 3000, "seen": "in_review"}).status_code == 422
    assert ann.post(url("withdraw", application.pk), {"seen": "in_review"}).url == url("status", application.pk)
    assert browser_of("sam").get(url("withdraw", application.pk)).status_code == 409
    history = text(browser_of("olive").get(url("history", application.pk)))
    assert "Withdrew the application" in history and "Confirmed support and plan" in history


def test_A5_of_two_readers_the_second_loses_no_word(cast, browser_of):
    world.start(cast)
    asked = asked_of(cast.ann, NOW)
    agree_on(cast.ada, asked, "A quarter more time", NOW)
    ada, agree = browser_of("ada"), url("agree_adjustment", asked.pk)
    review = {"review_on": "2027-01-04"}
    answer = ada.post(agree, {"agreed": "Half more time, and a quiet room", "seen": "0", **review})
    assert answer.status_code == 409
    assert "A quarter more time" in text(answer) and "Half more time, and a quiet room" in text(answer)
    again = {"agreed": "Half more time, and a quiet room", "seen": "1", **review}
    assert ada.post(agree, again).status_code == 303
    twice = ada.post(agree, again)
    assert twice.status_code == 409 and "You have saved this decision already." in text(twice)
    same = ada.post(agree, {**again, "seen": "2"})
    assert same.status_code == 422 and "nobody was told again" in text(same)
    asked.refresh_from_db()
    assert asked.agreed.startswith("Half more time")
    assert Message.objects.filter(kind="applications.adjustment_agreed", to=cast.ann).count() == 2
