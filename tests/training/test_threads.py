"""Messages tied to a record (T11): who reads them, who is told, what waits for an answer, and their pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message, Preference
from tests.training import practice as p
from tests.training.pages import address, press, typed, words
from training import actions, queries
from training.models import Thread, ThreadMessage
from training.states import AppointmentKind

SECRET = "The rota leaves no Tuesday."


def begun(scene, by="tara", **more: Any) -> Thread:
    given = {"subject": "The rota", "to": ["to_supervisor"], "text": SECRET, "asks": False, "key": uuid4(), **more}
    return actions.begin_thread(by=getattr(scene.cast, by), now=p.NOW, record_id=scene.tara.pk, **given)


def answered(scene, thread, by, now=p.NOW, **more: Any) -> ThreadMessage:
    given = {"text": "I see to it.", "asks": False, "key": uuid4(), **more}
    return actions.write_message(by=getattr(scene.cast, by), now=now, thread_id=thread.pk, **given)


def read_by(scene, who, today=p.TODAY):
    return list(queries.threads_visible_to(getattr(scene.cast, who), today))


def asked_of(scene, who):
    rows = queries.duties_for(getattr(scene.cast, who), p.TODAY)
    return [row.what for row in rows if row.what.startswith("Answer “")]


# --- who reads, who is told ---


def test_T11_a_thread_is_read_by_the_trainee_and_those_it_is_addressed_to(scene):
    thread = begun(scene, to=["to_supervisor", "to_moderator"])
    assert [bool(read_by(scene, who)) for who in ("tara", "sam", "mia")] == [True] * 3
    for who in ("cora", "sid", "trina", "olive", "tom", "sue", "nobody"):
        assert read_by(scene, who) == []
        with pytest.raises(NotAllowed):
            answered(scene, thread, who)
    assert p.told(scene.cast.sam) == p.told(scene.cast.mia) == ["training.message"]
    assert p.told(scene.cast.tara) == p.told(scene.cast.cora) == []
    assert SECRET not in Message.objects.get(to=scene.cast.sam).text
    assert p.kinds_audited(scene.tara) == ["training.thread.begun", "training.thread.written"]


def test_T11_the_office_reads_what_is_addressed_to_it_and_each_of_it_is_told(scene):
    begun(scene, to=["to_office"])
    assert read_by(scene, "olive") and read_by(scene, "oscar") and not read_by(scene, "sam")
    assert p.told(scene.cast.olive) == p.told(scene.cast.oscar) == ["training.message"]


def test_T11_whoever_begins_it_reads_it_and_writes_to_the_trainee(scene):
    thread = begun(scene, "mia", to=[])
    assert (thread.to_moderator, thread.to_supervisor) == (True, False)
    assert p.told(scene.cast.tara) == ["training.message"]
    assert thread.messages.get().role == "External Moderator"
    for who in ("trina", "sue", "nobody", "sid"):
        with pytest.raises(NotAllowed):
            begun(scene, who)


def test_T11_a_former_supervisor_reads_nothing_any_more_and_the_new_one_reads_it(scene):
    thread = begun(scene)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.trina, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    assert (read_by(scene, "sam"), read_by(scene, "trina")) == ([], [thread])
    with pytest.raises(NotAllowed):
        answered(scene, thread, "sam")
    answered(scene, thread, "tara")
    assert p.told(scene.cast.trina) == ["training.message"]
    assert p.told(scene.cast.sam) == ["training.message"]  # of the first alone


def test_T11_N_who_chose_the_daily_mail_hears_once_a_day(scene):
    Preference.objects.create(person=scene.cast.sam, daily=True)
    begun(scene)
    assert Message.objects.get(to=scene.cast.sam).daily


# --- writing ---


def test_T11_the_same_form_sent_twice_is_one_thread_and_one_message(scene):
    key = uuid4()
    thread = begun(scene, key=key)
    assert begun(scene, key=key) == thread
    again = uuid4()
    assert answered(scene, thread, "sam", key=again) == answered(scene, thread, "sam", key=again)
    assert ThreadMessage.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"to": []}, "to"), ({"to": ["x"]}, "to"), ({"subject": " "}, "subject"), ({"text": ""}, "text")],
)
def test_T11_what_cannot_be_is_refused_beside_its_field(scene, changes, field):
    with pytest.raises(Invalid) as problem:
        begun(scene, **changes)
    assert problem.value.field == field


def test_T11_nothing_is_edited_and_after_the_end_nothing_is_added(scene):
    thread = begun(scene)
    with pytest.raises(DatabaseError), transaction.atomic():
        ThreadMessage.objects.update(text="Otherwise.")
    actions.end_not_completed(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)
    with pytest.raises(TooLate):
        answered(scene, thread, "sam")
    with pytest.raises(TooLate):
        begun(scene)


# --- what waits ---


def test_T11_N_a_question_waits_until_somebody_writes_and_reading_takes_nothing_away(scene):
    thread = begun(scene, to=["to_supervisor", "to_office"], asks=True)
    p.client_of(scene.cast.sam).get(address("thread", thread.pk))
    for who in ("sam", "olive"):
        assert asked_of(scene, who) == ["Answer “The rota”"]
    [row] = [row for row in queries.duties_for(scene.cast.sam, p.TODAY) if "rota" in row.what]
    assert (row.role, row.about) == ("Training Supervisor", "Tara Quinn")
    assert asked_of(scene, "tara") == asked_of(scene, "mia") == []
    assert [row.what for row in queries.others_for(scene.cast.tara, p.TODAY)] == ["Answer “The rota”"]
    answered(scene, thread, "sam", p.NOW + timedelta(hours=1))
    assert asked_of(scene, "sam") == asked_of(scene, "olive") == []
    answered(scene, thread, "sam", p.NOW + timedelta(hours=2), asks=True)
    [row] = [row for row in queries.duties_for(scene.cast.tara, p.TODAY) if "rota" in row.what]
    assert (row.role, row.about) == ("trainee", "Sam Patel")
    [row] = [row for row in queries.duties_for(scene.cast.olive, p.TODAY) if "rota" in row.what]
    assert (row.role, row.about) == ("scheme office", "Sam Patel, Tara Quinn")
    assert asked_of(scene, "nobody") == []


def test_T11_an_answer_within_the_same_instant_answers_and_another_thread_goes_on_asking(scene):
    thread, other = begun(scene, asks=True), begun(scene, subject="The room", asks=True)
    answered(scene, thread, "sam")
    assert p.NOW in thread.messages.values_list("written_at", flat=True) and thread.messages.count() == 2
    assert queries.open_questions(Thread.objects.all()) == [other]
    assert asked_of(scene, "sam") == ["Answer “The room”"]


def test_T11_nobody_is_asked_about_a_training_that_has_ended(scene):
    begun(scene, to=["to_supervisor", "to_office"], asks=True)
    actions.end_not_completed(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)
    assert asked_of(scene, "sam") == asked_of(scene, "olive") == []


def test_T11_a_message_alone_asks_nobody_for_anything(scene):
    begun(scene)
    assert asked_of(scene, "sam") == []


# --- pages ---


def test_T11_before_it_is_sent_the_page_says_who_reads_it_and_what_is_typed_is_kept(scene):
    tara, new = p.client_of(scene.cast.tara), address("thread_new", scene.tara.pk)
    assert "no message for you to read" in words(tara.get(address("threads", scene.tara.pk)))
    page = words(tara.get(new))
    assert "Training Supervisor: Sam Patel" in page and "Scheme office" in page
    assert typed(tara, new, text="Half a", to=["to_supervisor"]).status_code == 200
    assert "Half a" in words(tara.get(new))
    assert press(tara, new, subject="The rota", text=SECRET, to=[]).status_code == 422
    sent = press(tara, new, subject="The rota", text=SECRET, to=["to_supervisor", "to_moderator"])
    thread = Thread.objects.get()
    assert (sent.status_code, sent.url) == (303, address("thread", thread.pk))
    page = words(tara.get(sent.url))
    assert SECRET in page and "Sam Patel (Training Supervisor)" in page
    assert "The rota" in words(tara.get(address("threads", scene.tara.pk)))


def test_T11_readers_answer_and_others_find_nothing(scene):
    thread = begun(scene)
    url, sam = address("thread", thread.pk), p.client_of(scene.cast.sam)
    assert typed(sam, url, text="I am").status_code == 200
    assert press(sam, url, text="").status_code == 422
    assert press(sam, url, text="I am on it.").url == url
    assert "I am on it." in words(sam.get(url))
    assert p.client_of(scene.cast.cora).get(url).status_code == 404
    cora = p.client_of(scene.cast.cora)
    assert SECRET not in words(cora.get(address("threads", scene.tara.pk)))
    assert cora.get(address("thread_new", scene.tara.pk)).status_code == 200
    assert p.client_of(scene.cast.sid).get(address("thread_new", scene.tara.pk)).status_code == 403
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    page = words(sam.get(address("thread_new", scene.tara.pk)))
    assert "Training Co-ordinator: nobody at present" in page and "Training Supervisor:" not in page
    actions.end_not_completed(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)
    assert "training has ended" in words(sam.get(url))
    assert sam.post(url, {"text": "Late."}).status_code == 409


def test_T11_a_function_that_nobody_holds_is_shown_as_to_come(scene):
    thread = begun(scene, to=["to_coordinator"])
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    assert "Training Co-ordinator when appointed" in words(
        p.client_of(scene.cast.tara).get(address("thread", thread.pk))
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_T11_messages_cost_the_same_with_one_and_with_three(scene, rows, django_assert_num_queries):
    for _number in range(rows):
        thread = begun(scene)
    for _number in range(rows):
        answered(scene, thread, "sam")
    sam = p.client_of(scene.cast.sam)
    sam.get(address("threads", scene.tara.pk))
    with django_assert_num_queries(9, info="training:threads"):
        sam.get(address("threads", scene.tara.pk))
    with django_assert_num_queries(10, info="training:thread"):
        sam.get(address("thread", thread.pk))
    with django_assert_num_queries(9, info="training:thread_new"):
        sam.get(address("thread_new", scene.tara.pk))
