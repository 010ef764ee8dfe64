"""Competencies that wait for a signature: supervisor after 7 days, co-ordinator after 14, each once a batch (T2, N)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.common.clock import london_midnight
from ctts.notifications.models import Message, ReminderStep
from ctts.scheme.rules import NumbersError, SchemeNumbers
from tests.training import practice as p
from tests.training.world import NOW, browser_of, opened, sign, submitted
from training import actions, periodic, queries
from training.models import Interruption, TrainingRecord
from training.states import AppointmentKind, RecordState

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
KIND = "training.sign_waits"


def seven_after(days):
    """Seven in the morning in London so many days after TODAY, on which the world stands."""
    return london_midnight(TODAY + timedelta(days=days)) + timedelta(hours=7)


def look(days):
    return periodic.remind_of_signatures(seven_after(days))


def told(world):
    rows = Message.objects.filter(kind=KIND).order_by("pk").select_related("to")
    return [(row.to.full_name.split()[0], row.subject.strip()) for row in rows]


def test_t2_supervisor_after_seven_days_and_co_ordinator_after_fourteen_each_once(world):
    for number in range(3):
        submitted(world.tara, number)
    subject = "3 competencies of Tara Quinn wait for a signature"
    assert [look(day) for day in (6, 7, 8, 13, 14, 15, 60)] == [0, 1, 0, 0, 1, 0, 0]
    assert told(world) == [("Sam", subject), ("Cora", subject)]
    to_sam, to_cora = Message.objects.filter(kind=KIND).order_by("pk")
    assert "Open the evidence and sign" in to_sam.text and "find out what keeps them" in to_cora.text
    steps = ReminderStep.objects.filter(kind=KIND).order_by("pk").values_list("due_on", flat=True)
    assert list(steps) == [TODAY + timedelta(days=7), TODAY + timedelta(days=14)]


def test_t2_what_is_submitted_later_is_a_batch_of_its_own(world):
    submitted(world.tara, 0)
    submitted(world.tara, 1, NOW + timedelta(days=3))
    look(7)
    submitted(world.tara, 2, NOW + timedelta(days=9))
    assert [look(day) for day in (10, 13, 15, 16, 17)] == [0, 0, 1, 1, 0]
    assert [first for first, _ in told(world)] == ["Sam", "Cora", "Sam"]


def test_t2_what_was_signed_or_lacks_evidence_reminds_nobody(world):
    one, two = submitted(world.tara, 0), submitted(world.tara, 1)
    sign(world.cast.sam, one, opened(world.cast.sam, one))
    [piece] = queries.judged_evidence([two])[two.pk]
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=piece.pk)
    assert look(30) == 0
    given = {"by": None, "now": seven_after(30), "record_id": world.tara.pk, "person_id": world.cast.sam.pk}
    assert not actions.remind_of_signatures(**given)


def test_n_never_in_an_interruption(world):
    submitted(world.tara)
    days = {"starts_on": TODAY + timedelta(days=5), "ends_on": TODAY + timedelta(days=20)}
    Interruption.objects.create(record=world.tara, decided_at=NOW, decided_by=world.cast.olive, **days)
    assert look(15) == 0
    assert TrainingRecord.objects.get(pk=world.tara.pk).state == RecordState.INTERRUPTED
    given = {"by": None, "now": seven_after(15), "record_id": world.tara.pk, "person_id": world.cast.sam.pk}
    assert not actions.remind_of_signatures(**given)
    assert [look(day) for day in (21, 27, 28, 29)] == [1, 0, 1, 0]
    assert [first for first, _ in told(world)] == ["Sam", "Cora"]
    to_cora = Message.objects.filter(kind=KIND).last()
    assert "was reminded on 22 June 2026" in to_cora.text.replace("\xa0", " ")


def test_t2_where_nobody_supervises_the_co_ordinator_hears_on_their_own_day(world):
    submitted(world.tara)
    p.end_appointment(world.tara, AppointmentKind.SUPERVISOR, TODAY)
    assert [look(day) for day in (13, 14, 15)] == [0, 1, 0]
    assert "Nobody supervises this training at present" in Message.objects.get(kind=KIND).text


def test_n_a_calendar_that_slept_tells_whoever_is_both_a_week_apart_and_one_mail_a_day(world):
    p.end_appointment(world.tara, AppointmentKind.SUPERVISOR, TODAY - timedelta(days=1))
    p.appoint(world.tara, world.cast.cora, AppointmentKind.SUPERVISOR, starts_on=TODAY)
    submitted(world.tara)
    assert [look(day) for day in (20, 21)] == [1, 0]
    assert "nobody else is told" not in Message.objects.get(kind=KIND).text
    submitted(world.tara, 1, NOW + timedelta(days=20))
    assert [look(day) for day in (26, 27, 28)] == [0, 1, 0]
    assert "nobody else is told" in Message.objects.filter(kind=KIND).last().text
    assert ReminderStep.objects.filter(kind=KIND, message=None, reason="overtaken").count() == 1


def test_t2_the_co_ordinator_has_a_row_once_their_days_are_over(world):
    submitted(world.tara)
    said = "Ask after the signature of 1 competency"

    def rows(who, day):
        found = queries.duties_for(getattr(world.cast, who), TODAY + timedelta(days=day))
        return [row for row in found if row.what == said]

    assert rows("cora", 13) == [] and rows("sam", 20) == []
    [row] = rows("cora", 14)
    assert (row.about, row.role, row.due) == ("Tara Quinn", "Training Co-ordinator", TODAY + timedelta(days=14))
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state=RecordState.INTERRUPTED)
    assert rows("cora", 14) == []


def test_t2_the_co_ordinator_is_not_told_before_the_supervisor():
    with pytest.raises(NumbersError):
        SchemeNumbers(sign_chase_supervisor_days=10, sign_chase_coordinator_days=9)
    assert SchemeNumbers().sign_chase_coordinator_days == 14


def test_t2_the_co_ordinator_waits_for_it_and_nudges_from_the_list(world):
    submitted(world.tara, 0, NOW - timedelta(days=20))
    [row] = [row for row in queries.others_for(world.cast.cora, TODAY) if row.what == "Sign 1 competency"]
    assert (row.about, row.waits.people) == ("Training Supervisor, Tara Quinn", (world.cast.sam.pk,))
    cora = browser_of(world.cast.cora, proved=True)
    step = cora.get(reverse("training:competencies", args=[world.tara.pk])).context["step"]
    assert step.label == "Nudge the supervisor" and f"training.sign:{world.tara.pk}" in step.url
    assert queries.waited_for_in(world.tara, world.cast.cora, "sign:0", TODAY) is None
