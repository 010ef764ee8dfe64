"""Adjustments of whoever has left the scheme come up no more, and stay to be read (A5, E6)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from applications import actions, periodic, queries
from applications.states import AdjustmentState as S
from ctts.audit.models import AuditEvent
from ctts.common.verdict import TooLate
from tests.applications import world
from tests.applications.adjusting import agree, asked_of
from tests.applications.adjusting import given as given_words
from tests.applications.test_office_views import url
from tests.applications.world import NOW

REVIEW_ON = NOW.date() + timedelta(days=60)
ON_THE_DAY = NOW + timedelta(days=60)


@pytest.fixture
def agreed(cast, in_review):
    """Something is agreed for Ann, whose application is in review, until the end of August."""
    asked = asked_of(cast.ann, NOW, application=in_review)
    agree(cast.ada, asked, "A quarter more time", NOW, review_on=REVIEW_ON)
    return asked


def end(cast, how, application):
    words = "No complete level 4 qualification."
    more = {"reasons": words} if how == "decline" else {"reason": words}
    getattr(actions, how)(by=cast.olive, now=NOW, application_id=application.pk, **more)


def for_ada(cast) -> list[str]:
    return [row.what for row in queries.duties_for(cast.ada, REVIEW_ON)]


@pytest.mark.parametrize("how", ["withdraw", "decline"])
def test_A5_of_an_application_that_is_over_nothing_is_reviewed(cast, agreed, in_review, how):
    end(cast, how, in_review)
    assert periodic.review_adjustments(ON_THE_DAY) == 0
    assert actions.review_adjustment(by=None, now=ON_THE_DAY, request_id=agreed.pk) is False
    agreed.refresh_from_db()
    assert agreed.state == S.AGREED and for_ada(cast) == []
    assert not AuditEvent.objects.filter(action="applications.adjustment.review_due").exists()


@pytest.mark.parametrize("how", ["withdraw", "decline"])
def test_A5_what_is_under_review_waits_for_nobody_once_the_application_is_over(cast, agreed, in_review, how):
    assert periodic.review_adjustments(ON_THE_DAY) == 1
    assert for_ada(cast) == ["Review an adjustment"]
    end(cast, how, in_review)
    assert for_ada(cast) == [] and not queries.adjustment_cases(cast.ada, REVIEW_ON).exists()


def test_A5_A6_the_page_of_withdrawing_says_to_the_applicant_alone_what_ends_with_it(
    cast, browser_of, agreed, in_review
):
    address, ends = url("withdraw", in_review.pk), "Nobody decides your request for adjustments any more"
    assert ends not in browser_of("ann").get(address).text
    asked_of(cast.ann, NOW)
    assert ends in browser_of("ann").get(address).text
    assert ends not in browser_of("olive").get(address).text


def test_A5_a_decision_that_comes_too_late_gives_back_numbers_ticks_and_days(cast, browser_of, in_review):
    asked = asked_of(cast.ann, NOW)
    actions.withdraw_adjustment(by=cast.ann, now=NOW, request_id=asked.pk)
    sent = {"agreed": "Longer", "extra_time_percent": "10", "rest_breaks": "on", "review_on": "2027-01-04", "seen": "0"}
    late = browser_of("ada").post(url("agree_adjustment", asked.pk), sent)
    assert late.status_code == 409
    for words in ("Longer", "10", "Ticked", "2027-01-04"):
        assert words in late.text


def test_A5_the_case_stays_to_be_read_as_before(cast, browser_of, agreed, in_review):
    end(cast, "withdraw", in_review)
    ada = browser_of("ada")
    page = ada.get(url("adjustment", agreed.pk)).text
    assert "A quarter more time" in page and "Ann Archer is over" in page and "not looked at again" in page
    assert list(queries.adjustment_cases(cast.ada, REVIEW_ON, "agreed")) == [agreed]
    ann = browser_of("ann")
    assert ann.get(url("own_adjustments")).status_code == 200
    assert "Your application or training is over" in ann.get(url("adjustment", agreed.pk)).text


def test_E6_of_who_has_left_nothing_is_asked_answered_or_decided(cast, browser_of, agreed, in_review):
    common = {"now": NOW, "request_id": agreed.pk}
    other = asked_of(cast.ann, NOW, application=in_review)
    asking = {"now": NOW, "request_id": other.pk}
    made = actions.ask_about_adjustment(by=cast.ada, **asking, key=uuid4(), question="How long?")
    assert "Question to you" in browser_of("ann").get(url("own_adjustments")).text
    end(cast, "withdraw", in_review)
    with pytest.raises(TooLate, match="is over"):
        actions.answer_about_adjustment(by=cast.ann, **asking, question_id=made.pk, answer="Two hours")
    third = asked_of(cast.ann, NOW, application=in_review)
    with pytest.raises(TooLate, match="is over"):
        actions.ask_about_adjustment(by=cast.ada, now=NOW, request_id=third.pk, key=uuid4(), question="And now?")
    for act in (actions.decline_adjustment, actions.agree_adjustment):
        given = {"reason": "x"} if act is actions.decline_adjustment else {"values": given_words("Half more", NOW)}
        with pytest.raises(TooLate, match="is over"):
            act(by=cast.ada, **common, seen=1, **given)
    with pytest.raises(TooLate, match="is over"):
        actions.continue_adjustment(by=cast.ada, **common, seen=1, review_on=REVIEW_ON)
    page = browser_of("ada").get(url("adjustment", agreed.pk)).text
    assert "Ask the person something" not in page and "Decide" not in page.split("<h2")[1]
    assert "Answer the question that waits" not in browser_of("ann").get(url("own_adjustments")).text


def test_A5_neither_a_question_nor_a_request_waits_for_or_of_who_has_left(cast, in_review):
    row = asked_of(cast.ann, NOW)
    assert for_ada(cast) == ["Answer a request for an adjustment"]
    end(cast, "withdraw", in_review)
    assert for_ada(cast) == [] and queries.others_for(cast.ann, REVIEW_ON) == []
    assert row not in queries.undecided_adjustments()


def test_A5_who_applies_again_is_with_the_scheme_and_what_is_agreed_is_reviewed(cast, agreed, in_review):
    end(cast, "withdraw", in_review)
    world.start(cast)
    assert periodic.review_adjustments(ON_THE_DAY) == 1 and for_ada(cast) == ["Review an adjustment"]
