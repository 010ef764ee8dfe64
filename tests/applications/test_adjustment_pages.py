"""The pages of reasonable adjustments: one's own, the readers' list, one case with its forms (A5, E6)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.html import strip_tags

from applications import actions, periodic
from applications.models import AdjustmentReading, AdjustmentRequest
from ctts.common.templatetags.formats import day
from tests.applications import world
from tests.applications.adjusting import agree, asked_of
from tests.applications.test_lists import counted, refused
from tests.applications.test_office_views import url
from tests.applications.world import NOW

REASON, QUESTION, ANSWER, REFUSAL = "Dyslexia since school", "Was it measured?", "In the year 9", "No help at a bench"
REVIEW = {"review_on": "2027-01-04"}


@pytest.fixture
def asked(cast) -> AdjustmentRequest:
    """Ann, who applies, asks for something apart from her form."""
    world.start(cast)
    return actions.ask_for_adjustment(by=cast.ann, now=NOW, key=uuid4(), reason=REASON)


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def question(cast, asked):
    given = {"request_id": asked.pk, "key": uuid4(), "question": QUESTION}
    return actions.ask_about_adjustment(by=cast.ada, now=NOW, **given)


def clear_up(cast, asked):
    given = {"request_id": asked.pk, "question_id": question(cast, asked).pk, "answer": ANSWER}
    return actions.answer_about_adjustment(by=cast.ann, now=NOW, **given)


def under_review(cast, asked):
    agree(cast.ada, asked, "A quarter more time", NOW)
    assert periodic.review_adjustments(NOW.replace(year=2027)) == 1
    return asked


# --- one's own page ---


def test_E6_one_asks_on_ones_own_page_and_sees_every_case(cast, browser_of):
    world.start(cast)
    ann = browser_of("ann")
    page = ann.get(url("own_adjustments"))
    assert "You have asked for no adjustment" in words(page)
    form = {"reason": REASON, "key": page.context["form"]["key"].value()}
    assert ann.post(url("own_adjustments"), {**form, "reason": ""}).status_code == 422
    assert ann.post(url("own_adjustments"), form).url == url("own_adjustments")
    assert ann.post(url("own_adjustments"), form).status_code == 409
    case = AdjustmentRequest.objects.get()
    actions.read_adjustment(by=cast.ada, now=NOW, request_id=case.pk)
    agree(cast.ada, case, "A quarter more time", NOW, extra_time_percent=25)
    shown = words(ann.get(url("own_adjustments")))
    for expected in ("A quarter more time", "25% more time", "Read by Ada Adair", "Agreed: Ada Adair"):
        assert expected in shown
    assert REASON not in shown and REASON in words(ann.get(url("adjustment", case.pk)))
    assert AdjustmentReading.objects.count() == 1


def test_E6_others_are_told_why_they_cannot_ask(cast, browser_of):
    nobody = browser_of("nobody")
    assert "Begin an application first" in words(nobody.get(url("own_adjustments")))
    assert nobody.post(url("own_adjustments"), {"reason": REASON, "key": uuid4()}).status_code == 403


def test_E6_with_five_that_wait_the_page_says_so(cast, browser_of, asked):
    for _ in range(4):
        asked_of(cast.ann, NOW)
    ann = browser_of("ann")
    assert "5 of your requests wait" in words(ann.get(url("own_adjustments")))
    assert ann.post(url("own_adjustments"), {"reason": REASON, "key": uuid4()}).status_code == 409


def test_E6_whoever_reads_no_adjustments_is_led_to_their_own(cast, browser_of):
    assert browser_of("sam").get(url("adjustments")).url == url("own_adjustments")


def test_E6_a_request_is_withdrawn_by_its_person(cast, browser_of, asked):
    ann, address = browser_of("ann"), url("withdraw_adjustment", asked.pk)
    assert "Nobody decides about this request any more" in words(ann.get(address))
    assert browser_of("ada").post(address).status_code == 403
    assert ann.post(address).url == url("own_adjustments")
    assert ann.post(address).status_code == 409
    assert "Withdrawn" in words(ann.get(url("own_adjustments")))
    assert "the request was withdrawn" in words(ann.get(url("adjustment", asked.pk)))


# --- question and answer ---


def test_A5_a_reader_asks_and_the_person_answers_on_the_page(cast, browser_of, asked):
    ada, ann, ask = browser_of("ada"), browser_of("ann"), url("ask_about_adjustment", asked.pk)
    form = {"question": QUESTION, "key": uuid4()}
    assert ann.post(ask, form).status_code == 403
    assert ada.post(ask, {**form, "question": ""}).status_code == 422
    assert ada.post(ask, form).url == url("adjustment", asked.pk)
    assert ada.post(ask, form).status_code == 409
    assert ada.post(ask, {}).status_code == 409
    page = ann.get(url("adjustment", asked.pk))
    assert QUESTION in words(page)
    given = {"answer": ANSWER, "question_id": page.context["answer_form"]["question_id"].value()}
    reply = url("answer_about_adjustment", asked.pk)
    assert ada.post(reply, given).status_code == 403
    assert ann.post(reply, {**given, "answer": " "}).status_code == 422
    assert ann.post(reply, given).url == url("adjustment", asked.pk)
    assert ann.post(reply, given).status_code == 409
    assert ann.post(reply, {}).status_code == 409


def test_A5_a_reader_sees_that_but_not_what_was_said_until_they_press(cast, browser_of, asked):
    clear_up(cast, asked)
    question(cast, asked)
    ada, address = browser_of("ada"), url("adjustment", asked.pk)
    closed, opened = words(ada.get(address)), words(ada.post(address))
    assert "Ada Adair asked a question" in closed and "not answered" in closed
    for said in (REASON, QUESTION, ANSWER):
        assert said not in closed and said in opened
    assert "Ada Adair" in words(browser_of("ann").get(address))


# --- decisions ---


def test_A5_a_reader_decides_and_decides_anew(cast, browser_of, asked):
    ada, agreed = browser_of("ada"), url("agree_adjustment", asked.pk)
    form = {"agreed": "A quarter more time", "extra_time_percent": "25", "rest_breaks": "on", "seen": "0", **REVIEW}
    for wrong in ({"extra_time_percent": "101"}, {"extra_time_percent": "2.5"}, {"review_on": "2026-07-01"}):
        assert ada.post(agreed, {**form, **wrong}).status_code == 422, wrong
    assert ada.post(agreed, form).url == url("adjustment", asked.pk)
    decline = url("decline_adjustment", asked.pk)
    assert ada.post(decline, {"reason": "", "seen": "1"}).status_code == 422
    stale = ada.post(decline, {"reason": REFUSAL, "seen": "0"})
    assert stale.status_code == 409 and REFUSAL in words(stale) and "A quarter more time" in words(stale)
    assert ada.post(decline, {"reason": REFUSAL, "seen": "1"}).url == url("adjustment", asked.pk)
    page = words(ada.get(url("adjustment", asked.pk)))
    assert "Decide anew" in page and "(superseded)" in page and REFUSAL not in page
    assert REFUSAL in words(browser_of("ann").get(url("adjustment", asked.pk)))


def test_A5_after_its_review_it_goes_on(cast, browser_of, asked):
    under_review(cast, asked)
    ada, address = browser_of("ada"), url("continue_adjustment", asked.pk)
    page = words(ada.get(url("adjustment", asked.pk)))
    assert "Review it" in page and "Let it go on unchanged" in page
    assert ada.post(address, {"review_on": "", "seen": "1"}).status_code == 422
    assert ada.post(address, {"seen": "1", "review_on": "2027-09-01"}).url == url("adjustment", asked.pk)
    assert "Goes on unchanged" in words(ada.get(url("adjustment", asked.pk)))


def test_A5_the_readers_list_begins_with_what_waits(cast, browser_of, asked):
    world.start(cast, "bristol")
    other = asked_of(cast.abe, NOW)
    agree(cast.ada, other, "Large print", NOW)
    ada = browser_of("ada")

    def names(show):
        page = ada.get(f"{url('adjustments')}?show={show}").context["page"]
        return [row.person.full_name for row in page]

    assert [names(show) for show in ("", "agreed", "declined", "nonsense")] == [
        *(["Ann Archer"], ["Abe Lawal"], [], ["Ann Archer"]),
    ]
    assert sorted(names("all")) == ["Abe Lawal", "Ann Archer"]


# --- counts: the same with one row and with three ---


@pytest.mark.parametrize("rows", [1, 3])
def test_own_adjustments(cast, browser_of, rows, django_assert_num_queries):
    world.start(cast)
    for _ in range(rows):
        case = asked_of(cast.ann, NOW)
        actions.read_adjustment(by=cast.ada, now=NOW, request_id=case.pk)
        agree(cast.ada, case, "A quarter more time", NOW)
    page = counted(django_assert_num_queries, browser_of("ann"), 13, "applications:own_adjustments")
    assert len(page.context["cases"]) == rows


def test_E6_the_question_that_waits_bears_its_own_day_not_that_of_the_request(cast, browser_of, asked):
    later = NOW + timedelta(days=20)
    given = {"request_id": asked.pk, "key": uuid4(), "question": QUESTION}
    actions.ask_about_adjustment(by=cast.ada, now=later, **given)
    shown = browser_of("ann").get(url("own_adjustments"))
    assert f"(asked {day(later)})" in strip_tags(shown.content.decode())


@pytest.mark.parametrize("rows", [1, 3])
def test_one_case_with_questions_and_decisions(cast, browser_of, asked, rows, django_assert_num_queries):
    for number in range(rows):
        clear_up(cast, asked)
        periodic.review_adjustments(NOW.replace(year=2028))
        asked.refresh_from_db()
        actions.read_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)
        if number < rows - 1:
            agree(cast.ada, asked, f"{number + 1} minutes more", NOW)
            periodic.review_adjustments(NOW.replace(year=2028))
    counted(django_assert_num_queries, browser_of("ann"), 12, "applications:adjustment", asked.pk)
    counted(django_assert_num_queries, browser_of("ada"), 10, "applications:adjustment", asked.pk)


def read_often(cast, asked, rows):
    for _ in range(rows):
        actions.read_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_refused_end_comes_back_with_the_readings(cast, browser_of, asked, rows, django_assert_num_queries):
    read_often(cast, under_review(cast, asked), rows)
    refused(django_assert_num_queries, browser_of("ada"), 10, "applications:decline_adjustment", asked.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_refused_going_on_comes_back_with_the_readings(cast, browser_of, asked, rows, django_assert_num_queries):
    read_often(cast, under_review(cast, asked), rows)
    refused(django_assert_num_queries, browser_of("ada"), 10, "applications:continue_adjustment", asked.pk)


def test_A5_an_answer_that_came_since_the_page_was_opened_is_not_overlooked(cast, asked, browser_of):
    common, ada = {"now": NOW, "request_id": asked.pk}, browser_of("ada")
    made = actions.ask_about_adjustment(by=cast.ada, **common, key=uuid4(), question="How long are they?")
    sent = {"seen": "0", "reason": "Nothing can be done."}
    actions.answer_about_adjustment(by=cast.ann, **common, question_id=made.pk, answer="Two hours")
    late = ada.post(url("decline_adjustment", asked.pk), sent)
    assert late.status_code == 409 and "the person answered a question" in late.text
    assert "Nothing can be done." in late.text and not asked.decisions.exists()
    again = late.context["refuse_form"]["seen"].value()
    assert ada.post(url("decline_adjustment", asked.pk), {**sent, "seen": again}).status_code == 303
