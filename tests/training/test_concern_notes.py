"""A concern is answered and stays open, or is passed on to the next level with a reason (T8)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.clock import london_midnight
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.test_concerns import close, concern, safety
from tests.training.world import browser_of
from training import actions, periodic, queries
from training.models import Concern, ConcernNote
from training.states import AppointmentKind, ConcernLevel, ConcernState
from training.taking.with_others import concerns as chapter

LATER = p.NOW + timedelta(days=2)


def answer(found, by, text="I asked for a rota.", key=None):
    given = {"by": by, "now": LATER, "concern_id": found.pk, "key": key or uuid4()}
    return actions.answer_concern(**given, text=text)


def pass_on(found, by, reason="It is about the centre itself.", key=None):
    given = {"by": by, "now": LATER, "concern_id": found.pk, "key": key or uuid4()}
    return actions.pass_concern_on(**given, reason=reason)


def test_T8_whoever_holds_it_answers_and_it_stays_open_with_its_day(scene):
    found = concern(scene.tara, scene.cast.tara)
    key = uuid4()
    made = answer(found, scene.cast.cora, key=key)
    assert answer(found, scene.cast.cora, key=key) == made and ConcernNote.objects.count() == 1
    now = Concern.objects.get(pk=found.pk)
    assert (now.state, now.level, now.due_on) == (ConcernState.OPEN, ConcernLevel.COORDINATOR, found.due_on)
    assert p.told(scene.cast.tara) == ["training.concern_answered"]
    assert "rota" not in Message.objects.get(to=scene.cast.tara).text
    assert p.kinds_audited(scene.tara)[-1] == "training.concern.answered"
    told = queries.history_page(scene.tara, scene.cast.tara, p.TODAY, None)[0]
    assert told[0].what == "A concern was answered and stays open"
    assert not periodic.escalate_concerns(london_midnight(found.due_on))
    assert periodic.escalate_concerns(london_midnight(found.due_on + timedelta(days=1)) + timedelta(hours=7)) == 1


def test_T8_it_is_passed_on_with_a_reason_and_the_next_level_has_its_own_days(scene):
    found = concern(scene.tara, scene.cast.tara)
    key = uuid4()
    made = pass_on(found, scene.cast.cora, key=key)
    assert pass_on(found, scene.cast.cora, key=key) == made
    now = Concern.objects.get(pk=found.pk)
    assert (now.level, now.due_on, now.came_at) == (ConcernLevel.EXTERNAL_MODERATOR, date(2026, 6, 19), LATER)
    assert (made.level, made.passed_to) == (ConcernLevel.COORDINATOR, ConcernLevel.EXTERNAL_MODERATOR)
    for person in (scene.cast.mia, scene.cast.tara):
        assert p.told(person) == ["training.concern_passed_on"]
    event = AuditEvent.objects.get(action="training.concern.passed_on")
    assert event.before["level"] == "coordinator" and event.after["level"] == "external_moderator"
    assert event.words.text == {"reason": "It is about the centre itself."}
    assert queries.ladder_of(now) == [("Training Co-ordinator", LATER.date())]
    told = queries.history_page(scene.tara, scene.cast.mia, p.TODAY, None)[0]
    assert told[0].what == "A concern was passed on to the next level"
    pass_on(now, scene.cast.mia)
    assert Concern.objects.get(pk=found.pk).level == ConcernLevel.OFFICE
    with pytest.raises(TooLate, match="last level"):
        pass_on(now, scene.cast.olive)


def test_T8_it_passes_over_a_level_that_only_whoever_raised_it_holds(scene):
    found = concern(scene.tara, scene.cast.mia)
    pass_on(found, scene.cast.cora)
    assert Concern.objects.get(pk=found.pk).level == ConcernLevel.OFFICE
    assert "training.concern_passed_on" in p.told(scene.cast.mia)


def test_T8_nobody_else_answers_or_passes_on_and_not_without_words_or_with_a_patient(scene):
    found = concern(scene.tara, scene.cast.tara)
    for other in ("tara", "sam", "mia", "sue", "nobody"):
        for act in (answer, pass_on):
            with pytest.raises(NotAllowed):
                act(found, getattr(scene.cast, other))
    for said in (" ", "See patient John Smith, NHS 943 476 5919."):
        with pytest.raises(Invalid) as problem:
            answer(found, scene.cast.cora, said)
        assert problem.value.field == "text"
        with pytest.raises(Invalid) as problem:
            pass_on(found, scene.cast.cora, said)
        assert problem.value.field == "reason"
    close(found, scene.cast.cora)
    for act in (answer, pass_on):
        with pytest.raises(TooLate):
            act(found, scene.cast.cora)


def test_T8_the_database_keeps_what_was_written_and_no_step_that_goes_nowhere(scene):
    made = answer(concern(scene.tara, scene.cast.tara), scene.cast.cora)
    given = {"concern": made.concern, "written_at": LATER, "written_by": scene.cast.cora, "text": "x"}
    for wrong in ({"level": "office", "passed_to": "office"}, {"level": "nobody"}, {"level": "office", "text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConcernNote.objects.create(**{**given, **wrong}, key=uuid4())
    with pytest.raises(Exception, match="never deleted"), transaction.atomic():
        made.delete()


def since(scene, first, what):
    ask = queries.others_for if first == "tara" else queries.duties_for
    return [row.since for row in ask(getattr(scene.cast, first), LATER.date()) if row.what == what]


def test_T8_since_is_the_day_on_which_it_came_to_that_person(scene):
    found = concern(scene.tara, scene.cast.tara)
    assert since(scene, "cora", "Answer a concern") == [p.TODAY]
    pass_on(found, scene.cast.cora)
    assert since(scene, "cora", "Answer a concern") == []
    assert since(scene, "mia", "Answer a concern") == since(scene, "tara", "Answer your concern") == [LATER.date()]
    page = browser_of(scene.cast.mia).get(address("concern", found.pk))
    assert page.context["acts"].since == LATER.date()
    up_at = london_midnight(date(2026, 6, 20)) + timedelta(hours=7)
    periodic.escalate_concerns(up_at)
    assert Concern.objects.get(pk=found.pk).came_at == up_at
    assert browser_of(scene.cast.olive).get(address("concern", found.pk)).context["acts"].since == up_at.date()


def test_T8_its_pages_answer_and_pass_on_and_show_what_was_said(scene):
    found = concern(scene.tara, scene.cast.tara)
    cora, one = browser_of(scene.cast.cora, proved=True), address("concern", found.pk)
    for name in ("concern_answer", "concern_pass_on"):
        assert address(name, found.pk) in words(cora.get(one))
    assert "stays open and with you, until 17" in words(cora.get(address("concern_answer", found.pk)))
    sent = {"key": str(uuid4()), "text": ""}
    assert cora.post(address("concern_answer", found.pk), sent).status_code == 422
    done = cora.post(address("concern_answer", found.pk), {**sent, "text": "A rota comes."}, follow=True)
    assert "A rota comes." in words(done) and "stands on the concern, which stays open" in words(done)
    page = words(cora.get(address("concern_pass_on", found.pk)))
    assert f"{scene.cast.mia} (External Moderator)" in page and "Told by mail that it went on" in page
    given = {"key": str(uuid4()), "reason": "Above me."}
    assert cora.post(address("concern_pass_on", found.pk), given).status_code == 303
    read = words(browser_of(scene.cast.tara).get(one))
    assert "A rota comes." in read and "Above me." in read and "Passed on to: External Moderator" in read
    assert "Write an answer" not in read and cora.get(address("concern_answer", found.pk)).status_code == 409
    assert browser_of(scene.cast.sam).get(address("concern_answer", found.pk)).status_code == 404


def test_T8_at_the_office_it_can_only_be_answered_or_closed(scene):
    for kind in (AppointmentKind.COORDINATOR, AppointmentKind.EXTERNAL_MODERATOR):
        p.end_appointment(scene.tara, kind)
    found = safety(scene.tara, scene.cast.sam)
    olive = browser_of(scene.cast.olive, proved=True)
    page = words(olive.get(address("concern", found.pk)))
    assert "Write an answer" in page and "which is the last level" in page
    assert olive.get(address("concern_pass_on", found.pk)).status_code == 409
    found = concern(scene.tom, scene.cast.tom)
    p.end_appointment(scene.tom, AppointmentKind.EXTERNAL_MODERATOR)
    carl = browser_of(scene.cast.carl, proved=True)
    assert "Scheme office" in words(carl.get(address("concern_pass_on", found.pk)))


def test_rule_18_the_copy_of_the_record_says_what_was_written_on_ones_own_concern(scene):
    found = concern(scene.tara, scene.cast.tara)
    answer(found, scene.cast.cora)
    pass_on(found, scene.cast.cora)
    [piece] = chapter(scene.tara, LATER.date()).pieces
    told = {fact.label.split(",")[0]: fact.value for fact in piece.facts}
    assert told["Answer"] == "I asked for a rota."
    assert told["Passed on to External Moderator"] == "It is about the centre itself."
