"""Reasonable adjustments as cases: asked for, cleared up, decided, reviewed; words stay in the vault (A5, E6)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from applications import access, actions, periodic, queries
from applications.models import AdjustmentDecision, AdjustmentQuestion, AdjustmentReading, AdjustmentRequest
from applications.rules import effects_in_words, extra_minutes
from applications.states import AdjustmentState as S
from ctts.audit.models import AuditEvent
from ctts.common import vault
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.adjusting import agree, asked_of, given
from tests.applications.world import NOW

TODAY = NOW.date()
REVIEW_ON = date(2027, 1, 4)
IN_JANUARY = NOW.replace(year=2027, month=1, day=4)


@pytest.fixture
def asked(cast) -> AdjustmentRequest:
    """Ann, who applies, asks for something apart from her form."""
    world.start(cast)
    return actions.ask_for_adjustment(by=cast.ann, now=NOW, key=uuid4(), reason="Dyslexia since school")


def question(cast, asked, words="How long are your papers now?", by=None, key=None) -> AdjustmentQuestion:
    given = {"request_id": asked.pk, "key": key or uuid4(), "question": words}
    return actions.ask_about_adjustment(by=by or cast.ada, now=NOW, **given)


def answer(cast, asked, made, words="Two hours", by=None):
    given = {"request_id": asked.pk, "question_id": made.pk, "answer": words}
    return actions.answer_about_adjustment(by=by or cast.ann, now=NOW, **given)


def decline(cast, asked, seen=0, reason="It would not help at the bench", by=None, now=NOW):
    return actions.decline_adjustment(by=by or cast.ada, now=now, request_id=asked.pk, seen=seen, reason=reason)


def go_on(cast, asked, seen=1, until=REVIEW_ON + timedelta(days=365), by=None, now=IN_JANUARY):
    return actions.continue_adjustment(by=by or cast.ada, now=now, request_id=asked.pk, seen=seen, review_on=until)


def state(asked) -> str:
    asked.refresh_from_db()
    return asked.state


def audited() -> list[str]:
    rows = AuditEvent.objects.filter(object="applications.adjustmentrequest").order_by("seq")
    return list(rows.values_list("action", flat=True))


def told(kind: str) -> list[str]:
    rows = Message.objects.filter(kind=f"applications.{kind}").order_by("pk")
    return [row.to.full_name for row in rows]


def waits(cast, first: str, today=TODAY) -> tuple[list[str], list[str]]:
    own, others = queries.duties_and_others(getattr(cast, first), today)
    return [row.what for row in own if "djustment" in row.what], [row.what for row in others if "djustment" in row.what]


# --- asked for at any time ---


def test_E6_whoever_applies_or_trains_asks_at_any_time_and_the_readers_hear_once(cast, asked):
    assert (asked.state, asked.application, vault.unseal(asked.sealed)) == (S.ASKED, None, "Dyslexia since school")
    assert told("adjustment_asked") == ["Ada Adair"] and audited() == ["applications.adjustment.asked"]
    message = Message.objects.get(kind="applications.adjustment_asked")
    assert message.within_id == cast.ada.pk and "Ann" not in message.text and "Dyslexia" not in message.text
    assert waits(cast, "ada") == (["Answer a request for an adjustment"], [])
    assert waits(cast, "ann") == ([], ["Decide your request for an adjustment"])
    assert waits(cast, "olive") == ([], [])


def test_E6_a_request_sent_twice_is_one_and_needs_words(cast):
    world.start(cast)
    key = uuid4()
    common = {"by": cast.ann, "now": NOW}
    actions.ask_for_adjustment(**common, key=key, reason="Dyslexia")
    with pytest.raises(DoneAlready):
        actions.ask_for_adjustment(**common, key=key, reason="Dyslexia")
    with pytest.raises(Invalid, match="few words"):
        actions.ask_for_adjustment(**common, key=uuid4(), reason=" ")
    assert AdjustmentRequest.objects.count() == 1


def test_E6_nobody_else_asks_and_no_more_than_five_requests_wait(cast, asked):
    for person in (cast.sam, cast.nobody):
        with pytest.raises(NotAllowed, match="Begin an application first"):
            actions.ask_for_adjustment(by=person, now=NOW, key=uuid4(), reason="A quiet room")
    for _ in range(4):
        actions.ask_for_adjustment(by=cast.ann, now=NOW, key=uuid4(), reason="Another thing")
    with pytest.raises(TooLate, match="5 of your requests"):
        actions.ask_for_adjustment(by=cast.ann, now=NOW, key=uuid4(), reason="A sixth")
    actions.withdraw_adjustment(by=cast.ann, now=NOW, request_id=asked.pk)
    assert access.can_ask_adjustment(cast.ann)


def test_E6_the_person_withdraws_until_it_is_decided(cast, asked):
    with pytest.raises(NotAllowed):
        actions.withdraw_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)
    actions.withdraw_adjustment(by=cast.ann, now=NOW, request_id=asked.pk)
    assert state(asked) == S.WITHDRAWN and audited()[-1] == "applications.adjustment.withdrawn"
    with pytest.raises(TooLate, match="Withdrawn"):
        actions.withdraw_adjustment(by=cast.ann, now=NOW, request_id=asked.pk)
    with pytest.raises(TooLate, match="has withdrawn"):
        agree(cast.ada, asked, "A quarter more time", NOW)
    assert waits(cast, "ada") == ([], []) == waits(cast, "ann")


def test_A5_whoever_answers_no_in_the_form_withdraws_what_is_not_decided(cast):
    common = {"by": cast.ann, "now": NOW, "application_id": world.start(cast).pk}
    actions.save_adjustments(**common, key=uuid4(), wanted=True, reason="Dyslexia")
    actions.save_adjustments(**common, key=uuid4(), wanted=True, reason="And a tremor")
    first, second = AdjustmentRequest.objects.order_by("pk")
    agree(cast.ada, first, "A quarter more time", NOW)
    actions.save_adjustments(**common, key=uuid4(), wanted=False)
    assert (state(first), state(second)) == (S.AGREED, S.WITHDRAWN)
    AdjustmentRequest.objects.filter(pk=second.pk).update(withdrawn_at=None)  # as before there was such a column
    actions.save_adjustments(**common, key=uuid4(), wanted=True)


# --- question and answer ---


def test_A5_a_question_and_its_answer_are_health_data(cast, asked):
    made = question(cast, asked)
    assert state(asked) == S.CLARIFYING and b"papers" not in bytes(made.sealed)
    assert told("adjustment_question") == ["Ann Archer"]
    assert waits(cast, "ann") == (["Answer a question about your adjustment"], [])
    assert waits(cast, "ada") == ([], ["Answer your question about an adjustment"])
    replied = answer(cast, asked, made)
    assert state(asked) == S.ASKED and b"hours" not in bytes(replied.sealed)
    assert told("adjustment_answered") == ["Ada Adair"]
    assert waits(cast, "ada")[0] == ["Answer a request for an adjustment"]
    assert audited()[1:] == ["applications.adjustment.questioned", "applications.adjustment.answered"]
    for message in Message.objects.all():
        for words in ("papers", "Two hours", "Dyslexia"):
            assert words not in message.text + message.html + message.subject


def test_A5_what_was_asked_and_answered_opens_with_the_reason_by_a_noted_reading(cast, asked):
    answer(cast, asked, question(cast, asked))
    said = actions.read_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)
    [exchange] = said.exchanges
    assert (exchange.question, exchange.answer) == ("How long are your papers now?", "Two hours")
    assert AdjustmentReading.objects.get().reader == cast.ada
    assert audited()[-1] == "applications.adjustment.read"
    with pytest.raises(NotAllowed):
        actions.read_adjustment(by=cast.olive, now=NOW, request_id=asked.pk)
    assert actions.read_adjustment(by=cast.ann, now=NOW, request_id=asked.pk) == said
    assert AdjustmentReading.objects.count() == 1


def test_A5_one_question_waits_at_a_time_and_only_readers_ask(cast, asked):
    for person in (cast.olive, cast.ann):
        with pytest.raises(NotAllowed):
            question(cast, asked, by=person)
    with pytest.raises(Invalid, match="Write the question"):
        question(cast, asked, " ")
    key = uuid4()
    question(cast, asked, key=key)
    with pytest.raises(DoneAlready):
        question(cast, asked, key=key)
    with pytest.raises(TooLate, match="waits for an answer already"):
        question(cast, asked)
    agree(cast.ada, asked, "A quarter more time", NOW)
    with pytest.raises(TooLate, match="nothing to ask"):
        question(cast, asked)


def test_E6_the_person_answers_the_question_that_waits_once(cast, asked):
    with pytest.raises(TooLate, match="No question waits"):
        actions.answer_about_adjustment(by=cast.ann, now=NOW, request_id=asked.pk, question_id=1, answer="x")
    made = question(cast, asked)
    with pytest.raises(NotAllowed):
        answer(cast, asked, made, by=cast.ada)
    with pytest.raises(Invalid, match="Write your answer"):
        answer(cast, asked, made, " ")
    answer(cast, asked, made)
    with pytest.raises(DoneAlready):
        answer(cast, asked, made)
    question(cast, asked, "And the font?")
    stranger = AdjustmentQuestion(pk=made.pk + 1000)
    with pytest.raises(TooLate, match="Another question"):
        answer(cast, asked, stranger)


def test_A5_a_decision_needs_no_answer_any_more_and_an_old_asker_hears_nothing(cast, asked):
    made = question(cast, asked)
    agree(cast.ada, asked, "A quarter more time", NOW)
    with pytest.raises(TooLate, match="No question waits"):
        answer(cast, asked, made)
    assert queries.what_was_said(asked).exchanges[0].answer == ""
    other = asked_of(cast.ann, NOW)
    made = question(cast, other)
    organisations.grant(by=None, now=NOW, person=cast.mia, role=Role.ADJUSTMENTS)
    role = cast.ada.affiliations.get(role=Role.ADJUSTMENTS)
    organisations.end_role(by=cast.olive, now=NOW, affiliation_id=role.pk, ends_on=TODAY - timedelta(days=1))
    forget_held(cast.ada)
    answer(cast, other, made)
    assert told("adjustment_answered") == []


# --- decisions ---


def test_A5_an_agreement_has_words_effects_and_a_day_of_review(cast, asked):
    effects = {"extra_time_percent": 25, "rest_breaks": True, "arrangement": "Large print"}
    decision = agree(cast.ada, asked, " A quarter more time ", NOW, **effects)
    assert state(asked) == S.AGREED and audited()[-1] == "applications.adjustment.agreed"
    assert (decision.number, decision.agreed, asked.review_on) == (1, "A quarter more time", decision.review_on)
    [agreed] = queries.agreed_adjustments(cast.ann.pk)
    assert str(agreed) == "A quarter more time; 25% more time; Rest breaks; Large print" and agreed.percent == 25
    assert told("adjustment_agreed") == ["Ann Archer"] and waits(cast, "ada") == ([], [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agreed": " "}, "agreed"),
        ({"extra_time_percent": 101}, "extra_time_percent"),
        ({"review_on": TODAY}, "review_on"),
        ({"review_on": None}, "review_on"),
    ],
)
def test_A5_what_is_agreed_is_said_whole(cast, asked, wrong, field):
    values = {**given("A quarter more time", NOW), **wrong}
    with pytest.raises(Invalid) as refused:
        actions.agree_adjustment(by=cast.ada, now=NOW, request_id=asked.pk, seen=0, values=values)
    assert refused.value.field == field and state(asked) == S.ASKED


def test_A5_nobody_decides_for_themselves_and_no_other_role_does(cast, asked):
    organisations.grant(by=None, now=NOW, person=cast.ann, role=Role.ADJUSTMENTS)
    forget_held(cast.ann)
    for person in (cast.ann, cast.olive, cast.sam):
        for act in (question, decline, go_on):
            with pytest.raises(NotAllowed):
                act(cast, asked, by=person)
        with pytest.raises(NotAllowed):
            agree(person, asked, "A quarter more time", NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        columns = {"number": 1, "outcome": "agreed", "agreed": "All of it", "decided_at": NOW}
        AdjustmentDecision.objects.create(request=asked, decided_by=cast.ann, **columns)


def test_A5_a_new_decision_supersedes_and_overwrites_nothing(cast, asked):
    agree(cast.ada, asked, "A quarter more time", NOW)
    with pytest.raises(Invalid, match="agreed already"):
        agree(cast.ada, asked, "A quarter more time", NOW)
    later = NOW + timedelta(hours=1)
    decline(cast, asked, seen=1, now=later)
    assert state(asked) == S.DECLINED and queries.agreed_adjustments(cast.ann.pk) == []
    assert asked.agreed_at == later  # whoever acted on it hears that it has changed
    agree(cast.ada, asked, "Half more time", later)
    kept = [(row.number, row.outcome, row.agreed) for row in queries.decisions_of_adjustment(asked)]
    assert kept == [(3, "agreed", "Half more time"), (2, "declined", ""), (1, "agreed", "A quarter more time")]
    with pytest.raises(TypeError):
        asked.decisions.first().delete()


def test_A5_why_it_was_declined_is_for_the_person_and_sealed(cast, asked):
    with pytest.raises(Invalid, match="Write why"):
        decline(cast, asked, reason=" ")
    decision = decline(cast, asked)
    assert b"bench" not in bytes(decision.sealed) and audited()[-1] == "applications.adjustment.declined"
    assert state(asked) == S.DECLINED and asked.agreed_at is None
    assert told("adjustment_declined") == ["Ann Archer"]
    assert "bench" not in Message.objects.get(kind="applications.adjustment_declined").text
    [(_, words)] = queries.what_was_said(asked).refusals
    assert words == "It would not help at the bench"


def test_A5_of_two_readers_the_second_is_told(cast, asked):
    organisations.grant(by=None, now=NOW, person=cast.mia, role=Role.ADJUSTMENTS)
    forget_held(cast.mia)
    agree(cast.ada, asked, "A quarter more time", NOW)
    for act in (decline, go_on):
        with pytest.raises(actions.StalePart):
            act(cast, asked, seen=0, by=cast.mia)
    common = {"now": NOW, "request_id": asked.pk, "seen": 0}
    with pytest.raises(actions.StalePart):
        actions.agree_adjustment(by=cast.mia, **common, values=given("A quarter more time", NOW))
    with pytest.raises(DoneAlready):
        actions.agree_adjustment(by=cast.ada, **common, values=given("A quarter more time", NOW))
    with pytest.raises(actions.StalePart):
        actions.agree_adjustment(by=cast.ada, **common, values=given("Other words", NOW))


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "agreed"},
        {"state": "under_review"},
        {"agreed": "A quarter more time"},
        {"rest_breaks": True},
        {"question_at": NOW},
        {"withdrawn_at": NOW},
        {"sealed": b"x"},
        {"state": "gone"},
    ],
)
def test_A5_the_database_keeps_a_case_true(cast, asked, columns):
    with pytest.raises(DatabaseError), transaction.atomic():
        AdjustmentRequest.objects.filter(pk=asked.pk).update(**columns)


# --- review ---


@pytest.fixture
def agreed(cast, asked) -> AdjustmentRequest:
    """A quarter more time is agreed until 4 January 2027."""
    agree(cast.ada, asked, "A quarter more time", NOW, review_on=REVIEW_ON)
    return asked


def test_A5_on_the_day_of_review_the_readers_are_told_once_and_it_stands_in_their_duties(cast, agreed):
    assert periodic.review_adjustments(IN_JANUARY - timedelta(days=1)) == 0
    assert [periodic.review_adjustments(IN_JANUARY + timedelta(days=3)) for _ in range(2)] == [1, 0]
    assert state(agreed) == S.UNDER_REVIEW and told("adjustment_review") == ["Ada Adair"]
    assert audited()[-1] == "applications.adjustment.review_due"
    assert waits(cast, "ada", REVIEW_ON) == (["Review an adjustment"], [])
    assert [one.words for one in queries.agreed_adjustments(cast.ann.pk)] == ["A quarter more time"]
    message = Message.objects.get(kind="applications.adjustment_review")
    assert message.within_id == cast.ada.pk and "Ann" not in message.text and "quarter" not in message.text


def test_A5_what_is_reviewed_goes_on_unchanged_until_another_day(cast, agreed):
    with pytest.raises(TooLate, match="not under review"):
        go_on(cast, agreed)
    agreed.refresh_from_db()
    since = agreed.agreed_at
    periodic.review_adjustments(IN_JANUARY)
    with pytest.raises(Invalid, match="later than today"):
        go_on(cast, agreed, until=REVIEW_ON)
    with pytest.raises(Invalid, match="more than 2 years ahead"):
        go_on(cast, agreed, until=REVIEW_ON.replace(year=2099))
    decision = go_on(cast, agreed)
    assert (decision.outcome, decision.agreed) == ("continued", "A quarter more time")
    assert state(agreed) == S.AGREED and agreed.review_on == decision.review_on
    assert agreed.agreed_at == since == NOW  # whoever acts on it hears nothing new
    assert told("adjustment_continued") == ["Ann Archer"]
    assert audited()[-1] == "applications.adjustment.continued"
    with pytest.raises(DoneAlready):
        go_on(cast, agreed)
    assert periodic.review_adjustments(IN_JANUARY) == 0 and waits(cast, "ada", REVIEW_ON) == ([], [])


def test_A5_a_reader_may_ask_at_the_review_and_what_is_agreed_goes_on(cast, agreed):
    periodic.review_adjustments(IN_JANUARY)
    agreed.refresh_from_db()
    made = question(cast, agreed, "Does it still help?")
    assert state(agreed) == S.UNDER_REVIEW and waits(cast, "ann")[0] == ["Answer a question about your adjustment"]
    assert waits(cast, "ada", REVIEW_ON) == ([], ["Answer your question about an adjustment"])
    answer(cast, agreed, made, "It does")
    assert state(agreed) == S.UNDER_REVIEW and waits(cast, "ada", REVIEW_ON)[0] == ["Review an adjustment"]


@pytest.mark.parametrize(("review_on", "moved"), [(None, False), (date(2030, 1, 1), False)])
def test_A5_the_calendar_leaves_alone_what_is_not_due(cast, agreed, review_on, moved):
    AdjustmentRequest.objects.filter(pk=agreed.pk).update(review_on=review_on)
    assert actions.review_adjustment(by=None, now=IN_JANUARY, request_id=agreed.pk) is moved


def test_A5_the_calendar_leaves_alone_what_ended_meanwhile(cast, agreed):
    decline(cast, agreed, seen=1)
    assert actions.review_adjustment(by=None, now=IN_JANUARY, request_id=agreed.pk) is False


# --- effects ---


def test_A5_effects_in_words_and_minutes():
    assert effects_in_words(0, False, "") == []
    assert effects_in_words(25, True, "Large print") == ["25% more time", "Rest breaks", "Large print"]
    assert [extra_minutes(60, 25), extra_minutes(60, 0), extra_minutes(50, 33)] == [15, 0, 17]
