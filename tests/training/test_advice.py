"""Questions to the External Moderator and their answers: the thread, who reads it, duties and reminders (T11, N)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import moderating as m
from tests.training import practice as p
from tests.training.pages import address, filled, press, typed, words
from tests.training.test_reminding import mails, put, seven_on
from tests.training.world import browser_of
from training import access, actions, periodic, queries
from training.models import AdviceAnswer, AdviceQuestion, TrainingDraft, TrainingRecord
from training.queries.duties_moderator import MODERATOR_DUTIES, MODERATOR_OTHERS
from training.queries.part import part_of
from training.rules import advice_due, advice_step
from training.states import AppointmentKind, RecordState

WAITS = "training.advice_waits"


# --- the rule ---


def test_T11_N_a_question_has_five_working_days_and_is_late_after_five_more():
    assert advice_due(date(2026, 6, 10)) == date(2026, 6, 17)
    assert advice_due(date(2026, 6, 10), {date(2026, 6, 12)}) == date(2026, 6, 18)
    days = [date(2026, 6, 16), date(2026, 6, 17), date(2026, 6, 23), date(2026, 6, 24)]
    steps = [advice_step(date(2026, 6, 17), day) for day in days]
    assert [step and (step.name, step.due_on.day) for step in steps] == [None, ("due", 17), ("due", 17), ("late", 24)]


# --- asking and answering ---


@pytest.mark.parametrize("who", ["tara", "sam"])
def test_T11_trainee_or_supervisor_asks_and_the_moderator_hears(scene, who):
    by = getattr(scene.cast, who)
    TrainingDraft.objects.create(owner=by, form_key=queries.advice_key(scene.tara.pk), saved_at=p.NOW)
    question = m.asked(scene.tara, by)
    assert (question.due_on, str(question)) == (date(2026, 6, 17), "SPECT abroad")
    assert (p.told(scene.cast.mia), TrainingDraft.objects.count()) == (["training.advice_asked"], 0)
    assert p.kinds_audited(scene.tara) == ["training.advice.asked"]


@pytest.mark.parametrize("who", ["cora", "mia", "sue", "olive", "tom"])
def test_T11_nobody_else_asks(scene, who):
    with pytest.raises(NotAllowed):
        m.asked(scene.tara, getattr(scene.cast, who))


def test_T11_nobody_is_asked_where_no_moderator_is_or_training_has_ended(scene):
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    with pytest.raises(TooLate, match="No External Moderator is appointed"):
        m.asked(scene.tara, scene.cast.tara)
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate, match="has ended"):
        m.asked(scene.tom, scene.cast.tom)


def test_T11_the_answer_is_told_to_both_whoever_asked_and_can_be_added_to(scene):
    question = m.asked(scene.tara, scene.cast.sam)
    key = queries.answer_key(question.pk)
    TrainingDraft.objects.create(owner=scene.cast.mia, form_key=key, saved_at=p.NOW)
    answer = m.answered(question, scene.cast.mia)
    m.answered(question, scene.cast.mia, text="And ask the site for its local rules.")
    for person in (scene.cast.tara, scene.cast.sam):
        assert p.told(person) == ["training.advice_answered"] * 2
    assert (TrainingDraft.objects.count(), question.answers.count()) == (0, 2)
    assert p.kinds_audited(scene.tara)[1:] == ["training.advice.answered"] * 2
    for row in (question, answer):
        with pytest.raises(TypeError):
            row.save()


def test_T11_the_same_key_asks_and_answers_once(scene):
    key = uuid4()
    question = m.asked(scene.tara, scene.cast.tara, key=key)
    assert m.asked(scene.tara, scene.cast.tara, key=key) == question
    assert m.answered(question, scene.cast.mia, key=key) == m.answered(question, scene.cast.mia, key=key)
    assert (AdviceQuestion.objects.count(), AdviceAnswer.objects.count()) == (1, 1)


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "max", "olive"])
def test_T11_only_the_moderator_of_today_answers(scene, who):
    question = m.asked(scene.tara, scene.cast.tara)
    with pytest.raises(NotAllowed):
        m.answered(question, getattr(scene.cast, who))


def test_T11_who_takes_over_answers_what_was_asked_before(scene):
    question = m.asked(scene.tara, scene.cast.tara)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    p.appoint(scene.tara, scene.cast.mona, AppointmentKind.EXTERNAL_MODERATOR, starts_on=date(2026, 6, 2))
    with pytest.raises(NotAllowed):
        m.answered(question, scene.cast.mia)
    assert m.answered(question, scene.cast.mona).answered_by == scene.cast.mona


@pytest.mark.parametrize(("field", "changes"), [("topic", {"topic": " "}), ("text", {"text": ""})])
def test_T11_a_question_has_a_topic_and_words(scene, field, changes):
    with pytest.raises(Invalid) as problem:
        m.asked(scene.tara, scene.cast.tara, **changes)
    assert problem.value.field == field
    with pytest.raises(Invalid):
        m.answered(m.asked(scene.tara, scene.cast.tara), scene.cast.mia, text=" ")
    given = {"topic": "T", "text": "W", "asked_at": p.NOW, "due_on": p.TODAY, "key": uuid4(), **changes}
    if field == "text":
        with pytest.raises(IntegrityError), transaction.atomic():
            AdviceQuestion.objects.create(record=scene.tara, asked_by=scene.cast.tara, **given)


# --- who reads it ---


def test_T11_the_thread_is_read_by_those_it_is_between_and_the_office(scene):
    question = m.asked(scene.tara, scene.cast.tara)
    m.answered(question, scene.cast.mia)
    for who in ("tara", "sam", "mia", "olive"):
        person = getattr(scene.cast, who)
        assert access.can_read_advice(person, scene.tara, p.TODAY)
        assert list(queries.advice_of(scene.tara, person, p.TODAY)) == [question]
    for who in ("cora", "max", "sue", "tom"):
        person = getattr(scene.cast, who)
        assert not access.can_read_advice(person, scene.tara, p.TODAY)
        assert not queries.advice_of(scene.tara, person, p.TODAY)
    seen = {who: len(queries.history_of(scene.tara, getattr(scene.cast, who), p.TODAY)) for who in ("sam", "cora")}
    assert seen == {"sam": 2, "cora": 0}


# --- duties and reminders ---


def rows(scene, who, ask, today=p.TODAY):
    part = part_of(getattr(scene.cast, who), today)
    return [(row.what, row.about, row.due) for duty in ask for row in duty(part) if "SPECT" in row.what]


def test_T11_an_unanswered_question_waits_for_the_moderator_and_whoever_asked_waits(scene):
    question = m.asked(scene.tara, scene.cast.tara)
    due = date(2026, 6, 17)
    assert rows(scene, "mia", MODERATOR_DUTIES) == [("Answer “SPECT abroad”", "Tara Quinn", due)]
    assert rows(scene, "tara", MODERATOR_OTHERS) == [("Answer “SPECT abroad”", "External Moderator", due)]
    for who in ("sam", "max", "tara"):
        assert rows(scene, who, MODERATOR_DUTIES) == []
    assert rows(scene, "sam", MODERATOR_OTHERS) == rows(scene, "mia", MODERATOR_OTHERS) == []
    m.answered(question, scene.cast.mia)
    assert rows(scene, "mia", MODERATOR_DUTIES) == rows(scene, "tara", MODERATOR_OTHERS) == []


def test_T11_the_moderator_is_reminded_on_the_day_and_with_the_office_once_it_is_late(scene):
    m.asked(scene.tara, scene.cast.tara)
    told = {}
    for day in (16, 17, 18, 24, 25):
        periodic.remind_of_advice(seven_on(2026, 6, day))
        told[day] = sorted(first for first, _ in mails(WAITS))
    assert told[16] == []
    assert told[17] == told[18] == ["Mia"]
    assert told[24] == told[25] == ["Mia", "Mia", "Olive", "Oscar"]
    assert mails(WAITS)[0][1] == "A question about the training of Tara Quinn is not answered"


def test_N_a_calendar_that_slept_reminds_of_a_late_question_once(scene):
    m.asked(scene.tara, scene.cast.tara)
    assert [periodic.remind_of_advice(seven_on(2026, 7, 6)) for _ in range(2)] == [3, 0]
    assert sorted(first for first, _ in mails(WAITS)) == ["Mia", "Olive", "Oscar"]


def test_N_nobody_is_reminded_of_what_is_answered_or_of_whoever_is_away(scene):
    question = m.asked(scene.tara, scene.cast.tara)
    now = seven_on(2026, 6, 17)
    put(scene.tara, RecordState.INTERRUPTED)
    assert (periodic.remind_of_advice(now), actions.remind_of_advice(by=None, now=now, question_id=question.pk)) == (
        0,
        0,
    )
    put(scene.tara, RecordState.ACTIVE)
    early = now - timedelta(days=2)
    assert actions.remind_of_advice(by=None, now=early, question_id=question.pk) == 0
    m.answered(question, scene.cast.mia)
    assert actions.remind_of_advice(by=None, now=now, question_id=question.pk) == 0
    assert mails(WAITS) == []


# --- pages ---


def test_T11_the_thread_by_its_pages(scene):
    tara, mia, sam = (browser_of(getattr(scene.cast, who)) for who in ("tara", "mia", "sam"))
    thread, ask = address("advice", scene.tara.pk), address("advice_ask", scene.tara.pk)
    assert "Nothing has been asked yet" in words(tara.get(thread))
    assert json.loads(typed(tara, ask, **filled(tara, ask, text="Half a sen")).content)["version"] == 1
    assert filled(tara, ask)["text"] == "Half a sen"
    refused = press(tara, ask, topic="")
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"topic"})
    one = press(tara, ask, topic="SPECT abroad", text="May I?").url
    assert "Now with" in words(sam.get(one)) and "form" not in sam.get(one).context["question"].__dict__
    assert json.loads(typed(mia, one, **filled(mia, one, text="Yes, if")).content)["version"] == 1
    assert press(mia, one, text="").status_code == 422
    assert press(mia, one, text="Yes, if Sam agrees.").url == one
    assert sam.post(one, {"text": "No."}).status_code == 403
    for browser in (tara, sam, mia, browser_of(scene.cast.olive)):
        assert "Yes, if Sam agrees." in words(browser.get(thread))
        assert "Answered" in words(browser.get(one))
    cora = browser_of(scene.cast.cora)
    assert (cora.get(thread).status_code, cora.get(one).status_code) == (403, 404)


def test_T11_the_pages_of_the_moderator_lead_to_each_other_for_whoever_may_open_them(scene):
    url = address("meetings", scene.tara.pk)
    labels = [one.label for one in browser_of(scene.cast.tara).get(url).context["parts"]]
    assert labels[:2] == ["Meetings and DOPS", "Questions and advice"]
    assert [one.label for one in browser_of(scene.cast.cora).get(url).context["parts"]] == ["Meetings and DOPS"]
    tara = browser_of(scene.cast.tara)
    assert tara.get(address("advice", scene.tara.pk)).context["step"].label == "Ask a question"
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    assert "No External Moderator" in tara.get(address("advice", scene.tara.pk)).context["step"].reason
    assert browser_of(scene.cast.olive).get(address("advice", scene.tara.pk)).context["step"] is None
