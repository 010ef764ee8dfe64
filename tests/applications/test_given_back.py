"""What is refused before its form is made gives back what was typed, in the words of the form (quality rule 2)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from lxml import html

from applications import actions, queries
from applications.models import Enquiry
from ctts.common import clock
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from tests.applications import test_asking as asking
from tests.applications import test_enquiries as enquiries
from tests.applications import world
from tests.applications.test_office_views import url
from tests.applications.world import NOW


def given_back(response):
    """What the page gives back: the words that were typed, by the label of their field."""
    rows = html.fromstring(response.content).xpath("//h2[text()='What you typed']/following-sibling::dl[1]/div")
    return {row.findtext("dt"): row.findtext("dd") for row in rows}


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("decline", {"reasons": "Blurred"}, {"Reasons": "Blurred"}),
        ("defer", {"reasons": "Later"}, {"Reasons": "Later"}),
        ("accept", {"hold": "on"}, {"Hold the letter": "Ticked"}),
        (
            "ask",
            {"part_1": "scope", "text_1": "Which?"},
            {"Point 1 is about": "Scope of practice", "Point 1: what you need to know": "Which?"},
        ),
    ],
)
def test_A4_a_decision_from_an_old_page_gives_back_what_was_typed(cast, ready, browser_of, name, typed, expected):
    actions.withdraw(by=cast.ann, now=NOW, application_id=ready.pk, reason="Another post.")
    answer = browser_of("oscar").post(url(name, ready.pk), typed)
    assert (answer.status_code, given_back(answer)) == (409, expected)


@pytest.mark.parametrize(
    ("part", "typed", "expected"),
    [
        (
            "employment",
            {"job_title": "Technologist", "employed_since_on": "2024-02-01"},
            {"Technologist", "2024-02-01"},
        ),
        ("supervisor", {"name": "Sam", "email": "sam@leeds.example"}, {"Sam", "sam@leeds.example"}),
    ],
)
def test_A2_so_does_a_part_of_the_form_that_was_handed_over_in_another_tab(
    handed_over, browser_of, part, typed, expected
):
    answer = browser_of("ann").post(url("part", handed_over.pk, part), typed)
    assert (answer.status_code, set(given_back(answer).values())) == (409, expected)


def test_A2_so_does_the_plan_with_each_competency_by_its_name(handed_over, browser_of):
    [item, *_] = handed_over.competency_list.items.order_by("pk")
    answer = browser_of("ann").post(url("plan", handed_over.pk), {"level_six": "Project", f"where_{item.pk}": "Lab"})
    assert answer.status_code == 409
    assert {"Project", "Lab"} == set(given_back(answer).values())


def test_A4_answers_sent_from_a_second_tab_come_back_under_their_questions(cast, asked, browser_of):
    point = asked.information_requests.get().points.first()
    actions.withdraw(by=cast.ann, now=NOW, application_id=asked.pk, reason="Another post.")
    ann, typed = browser_of("ann"), {f"point_{point.number}": "Yes."}
    answer = ann.post(url("answer", asked.pk), typed)
    assert (answer.status_code, given_back(answer)) == (409, {f"{point.number}. {point.text}": "Yes."})
    never = world.start(cast, "bristol")
    assert given_back(browser_of("abe").post(url("answer", never.pk), typed)) == {}


@pytest.mark.parametrize(
    ("name", "label"), [("cancel_purchase_order", "Reason"), ("find_order_insufficient", "What is wrong with it")]
)
def test_A3f_so_does_what_is_said_of_an_order_that_counts_no_more(cast, accepted, browser_of, name, label):
    order = queries.current_order(accepted)
    common = {"by": cast.oscar, "now": NOW, "application_id": accepted.pk, "purchase_order_id": order.pk}
    actions.cancel_purchase_order(**common, reason="Taken back by the trust.")
    answer = browser_of("olive").post(url(name, accepted.pk, order.pk), {"reason": "Unsigned"})
    assert (answer.status_code, given_back(answer)) == (409, {label: "Unsigned"})


def test_A1_an_enquiry_that_a_colleague_answered_gives_back_the_second_answer(cast, browser_of):
    question = enquiries.ask()
    enquiries.answer(cast, question)
    answer = browser_of("oscar").post(url("enquiry", question.pk), {"answer": "Perhaps."})
    assert (answer.status_code, given_back(answer)) == (409, {"Your answer": "Perhaps."})
    assert "This question is over: answered by Olive Ong." in answer.content.decode()
    assert Enquiry.objects.get().answer == "Yes, it does."


def test_A2_a_link_that_was_used_meanwhile_gives_back_the_order(cast):
    asked = asking.ask(world.start(cast, "bristol"))
    second = asking.come(asked)
    asking.hand_in(asked)
    asking.give(asked)
    late = second.post(url("give_order", asked.pk), {**asking.TYPED, "number": "PO-78", "key": uuid4()})
    assert late.status_code == 410
    assert {"PO-78", "Leeds Trust", "2,500", "500", "3,000"} == set(given_back(late).values())


def test_whose_role_ended_while_they_wrote_gets_back_what_they_typed(cast, in_review, browser_of):
    """The door of the office is shut before the view has made its form (403)."""
    oscar, yesterday = browser_of("oscar"), clock.now().date() - timedelta(days=1)
    assert oscar.get(url("review", in_review.pk)).status_code == 200
    Affiliation.objects.filter(person=cast.oscar, role=Role.OFFICE).update(ends_on=yesterday)
    answer = oscar.post(url("decline", in_review.pk), {"reasons": "Blurred"})
    assert (answer.status_code, given_back(answer)) == (403, {"Reasons": "Blurred"})
    assert given_back(oscar.get(url("decline", in_review.pk))) == {}
