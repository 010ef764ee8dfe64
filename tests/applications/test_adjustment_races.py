"""Twenty at once about one adjustment: the database judges, one wins, the others read why (rule 2, A5, E6)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from applications import actions
from applications.access import MOST_OPEN
from applications.models import AdjustmentAnswer, AdjustmentDecision, AdjustmentQuestion, AdjustmentRequest
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.adjusting import agree
from tests.applications.test_races import press, same_session
from tests.applications.world import NOW
from tests.at_once import MANY, at_once
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)
ONE = [303] + [409] * (MANY - 1)


def make_begun():
    """Ann has begun an application."""
    cast = world.open_world()
    world.start(cast)
    return cast


cast = kept_world(make_begun)


def asked(cast) -> AdjustmentRequest:
    return actions.ask_for_adjustment(by=cast.ann, now=NOW, key=uuid4(), reason="Dyslexia")


def test_E6_twenty_presses_ask_once_and_twenty_forms_no_more_than_may_wait(cast):
    ann, address = world.signed_in(cast.ann), reverse("applications:own_adjustments")
    assert press(ann, "own_adjustments", [], {"reason": "Dyslexia", "key": uuid4()}) == ONE
    assert Message.objects.filter(kind="applications.adjustment_asked").count() == 1
    forms = [{"reason": "Another", "key": uuid4()} for _ in range(MANY)]
    statuses = at_once(lambda number: same_session(ann).post(address, forms[number]).status_code)
    assert sorted(statuses) == [303] * (MOST_OPEN - 1) + [409] * (MANY - MOST_OPEN + 1)


def test_A5_one_of_twenty_questions_and_one_of_twenty_answers_is_kept(cast):
    case = asked(cast)
    ada, ann = world.signed_in(cast.ada), world.signed_in(cast.ann)
    assert press(ada, "ask_about_adjustment", [case.pk], {"question": "Since when?", "key": uuid4()}) == ONE
    made = AdjustmentQuestion.objects.get()
    given = {"answer": "Since school", "question_id": made.pk}
    assert press(ann, "answer_about_adjustment", [case.pk], given) == ONE
    assert AdjustmentAnswer.objects.count() == 1


def test_A5_one_of_twenty_decisions_counts_and_a_withdrawal_at_once_leaves_one_of_them(cast):
    case, other = asked(cast), asked(cast)
    ada, ann = world.signed_in(cast.ada), world.signed_in(cast.ann)
    given = {"agreed": "A quarter more time", "review_on": "2027-01-04", "seen": "0"}
    assert press(ada, "agree_adjustment", [case.pk], given) == ONE
    both = [(ada, "agree_adjustment", given), (ann, "withdraw_adjustment", {})]

    def act(number):
        client, name, data = both[number % 2]
        address = reverse(f"applications:{name}", args=[other.pk])
        return same_session(client).post(address, data).status_code

    assert sorted(at_once(act)) == ONE
    other.refresh_from_db()
    assert other.state == ("agreed" if AdjustmentDecision.objects.count() == 2 else "withdrawn")


def test_A5_twenty_calendars_bring_one_review(cast):
    case = asked(cast)
    agree(cast.ada, case, "A quarter more time", NOW)
    later = NOW.replace(year=2027)
    done = at_once(lambda number: actions.review_adjustment(by=None, now=later, request_id=case.pk))
    assert sorted(done) == [False] * (MANY - 1) + [True]
    assert Message.objects.filter(kind="applications.adjustment_review").count() == 1


def test_A5_of_two_readers_who_are_ended_at_once_one_stays_while_a_request_waits(cast):
    asked(cast)
    organisations.grant(by=None, now=NOW, person=cast.mia, role=Role.ADJUSTMENTS)
    held = [person.affiliations.get(role=Role.ADJUSTMENTS).pk for person in (cast.ada, cast.mia)]

    def end(number):
        common = {"by": User.objects.get(pk=cast.olive.pk), "now": NOW, "ends_on": london_date(NOW)}
        try:
            return bool(organisations.end_role(**common, affiliation_id=held[number % 2]))
        except TooLate:
            return False

    assert sorted(at_once(end)) == [False] * (MANY - 1) + [True]
    assert sorted(day is None for day in ends_of(held)) == [False, True]


def ends_of(held: list[int]) -> list[object]:
    return list(Affiliation.objects.filter(pk__in=held).values_list("ends_on", flat=True))
