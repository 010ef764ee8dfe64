"""Who decides about an adjustment has seen what a colleague asked, and is told what they have not read (A5)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from applications import actions, queries
from applications.models import AdjustmentRequest
from applications.states import AdjustmentState as S
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.adjusting import agree, given
from tests.applications.test_adjustment_pages import QUESTION, REASON, REFUSAL, REVIEW, words
from tests.applications.test_office_views import url
from tests.applications.world import NOW

UNREAD, NOT_ALL = "You have not read what was written", "A question or an answer was written since you read it"


@pytest.fixture
def asked(cast) -> AdjustmentRequest:
    """Ann, who applies, asks; Ada and Mia are the named readers."""
    world.start(cast)
    organisations.grant(by=None, now=NOW, person=cast.mia, role=Role.ADJUSTMENTS)
    forget_held(cast.mia)
    return actions.ask_for_adjustment(by=cast.ann, now=NOW, key=uuid4(), reason=REASON)


def question(by, asked, now=NOW):
    return actions.ask_about_adjustment(by=by, now=now, request_id=asked.pk, key=uuid4(), question=QUESTION)


def test_A5_a_question_of_a_colleague_is_not_overlooked_by_who_decides(cast, asked):
    """A decision may be taken without the answer, but not by who does not know that somebody has asked."""
    seen = queries.case_version(asked)
    question(cast.mia, asked)
    common = {"by": cast.ada, "now": NOW, "request_id": asked.pk, "seen": seen}
    with pytest.raises(actions.StalePart, match="asked the person a question"):
        actions.agree_adjustment(**common, values=given("A quarter more time", NOW))
    with pytest.raises(actions.StalePart, match="asked the person a question"):
        actions.decline_adjustment(**common, reason=REFUSAL)
    asked.refresh_from_db()
    assert asked.state == S.CLARIFYING and not asked.decisions.exists()
    agree(cast.ada, asked, "A quarter more time", NOW)
    asked.refresh_from_db()
    assert asked.state == S.AGREED and asked.question_at is None


def test_A5_the_page_then_says_so_beside_what_was_typed(cast, browser_of, asked):
    ada = browser_of("ada")
    page = ada.get(url("adjustment", asked.pk))
    question(cast.mia, asked)
    form = {"agreed": "A quarter more time", "extra_time_percent": "25", **REVIEW}
    stale = ada.post(url("agree_adjustment", asked.pk), {**form, "seen": page.context["agree_form"]["seen"].value()})
    assert stale.status_code == 409
    assert "A quarter more time" in words(stale) and "A question waits for an answer" in words(stale)
    again = stale.context["agree_form"]["seen"].value()
    assert ada.post(url("agree_adjustment", asked.pk), {**form, "seen": again}).url == url("adjustment", asked.pk)


def test_A5_who_has_not_read_what_was_written_is_told_above_the_decision(cast, browser_of, asked):
    ada, address = browser_of("ada"), url("adjustment", asked.pk)
    assert UNREAD in words(ada.get(address))
    assert UNREAD not in words(ada.post(address)) and UNREAD not in words(ada.get(address))
    assert UNREAD in words(browser_of("mia").get(address))
    assert UNREAD not in words(browser_of("ann").get(address))


def test_A5_so_is_who_has_not_read_what_came_since(cast, browser_of, asked):
    ada, address = browser_of("ada"), url("adjustment", asked.pk)
    actions.read_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)
    later = NOW + timedelta(days=1)
    made = question(cast.ada, asked, later)
    assert NOT_ALL not in words(ada.get(address))
    common = {"request_id": asked.pk, "question_id": made.pk, "answer": "In the year 9"}
    actions.answer_about_adjustment(by=cast.ann, now=later, **common)
    assert NOT_ALL in words(ada.get(address))
    actions.read_adjustment(by=cast.ada, now=later, request_id=asked.pk)
    assert NOT_ALL not in words(ada.get(address))
