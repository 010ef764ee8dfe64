"""Appointments around a trainee: made and ended by the office, dated, with their history (E3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training.world import NOW
from training import access, actions, queries
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

TODAY = NOW.date()
MODERATOR, SUPERVISOR = AppointmentKind.EXTERNAL_MODERATOR, AppointmentKind.SUPERVISOR


def appoint(world, person, by="olive", kind=MODERATOR, **more):
    given = {"record_id": world.tara.pk, "person": getattr(world.cast, person), "kind": kind}
    return actions.add_appointment(by=getattr(world.cast, by), now=NOW, **given, **more)


def end(world, appointment, by="olive", **more):
    return actions.end_appointment(by=getattr(world.cast, by), now=NOW, appointment_id=appointment.pk, **more)


def sees(world, who):
    return queries.records_visible_to(getattr(world.cast, who), TODAY).filter(pk=world.tara.pk).exists()


def test_e3_the_office_appoints_a_moderator_who_is_told_and_sees_the_record(world):
    assert not sees(world, "mia")
    made = appoint(world, "mia")
    assert (made.starts_on, made.made_by, made.ends_on) == (TODAY, world.cast.olive, None)
    assert sees(world, "mia")
    event = AuditEvent.objects.get(action="training.appointment.made", object_id=made.pk)
    assert event.after == {"kind": "external_moderator", "person": world.cast.mia.pk}
    message = Message.objects.get(kind="training.appointed", about_id=made.pk)
    assert "External Moderator" in message.subject


@pytest.mark.parametrize("by", ["sam", "cora", "mia", "tara", "nobody"])
def test_e3_only_the_office_appoints_and_ends(world, by):
    made = appoint(world, "max")
    with pytest.raises(NotAllowed):
        appoint(world, "mona", by=by)
    with pytest.raises(NotAllowed):
        end(world, made, by=by)


def test_e3_nobody_appoints_themselves_or_to_their_own_training(world):
    with pytest.raises(NotAllowed, match="appoints themselves"):
        appoint(world, "olive")
    with pytest.raises(NotAllowed, match="own training"):
        appoint(world, "tara")
    with pytest.raises(DatabaseError, match="own training"), transaction.atomic():
        row = Appointment(record=world.tara, person=world.cast.tara, kind=MODERATOR, starts_on=TODAY, made_at=NOW)
        row.save(force_insert=True)


@pytest.mark.parametrize("kind", AppointmentKind)
def test_e4_a_trainee_is_appointed_to_nobody_elses_training(world, kind):
    Appointment.objects.filter(record=world.tara).update(ends_on=TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed, match="A trainee is not appointed"):
        appoint(world, "tom", kind=kind)
    assert not sees(world, "tom")


def test_e4_the_appointment_of_somebody_who_became_a_trainee_can_be_ended(world):
    days = {"starts_on": TODAY - timedelta(days=9), "made_at": NOW}
    made = Appointment.objects.create(record=world.tara, person=world.cast.tom, kind=MODERATOR, **days)
    end(world, made)
    assert not sees(world, "tom")


def test_e3_nobody_ends_their_own_appointment(world):
    days = {"starts_on": TODAY - timedelta(days=9), "made_at": NOW}
    made = Appointment.objects.create(record=world.tara, person=world.cast.olive, kind=MODERATOR, **days)
    with pytest.raises(NotAllowed, match="a colleague does it"):
        end(world, made)


def test_e3_one_external_moderator_at_a_time_but_several_trainers(world):
    appoint(world, "mia")
    with pytest.raises(TooLate, match="is External Moderator already"):
        appoint(world, "max")
    appoint(world, "trina", kind=AppointmentKind.TRAINER)
    appoint(world, "sid", kind=AppointmentKind.TRAINER)


ONE_BY_ONE = [kind for kind in AppointmentKind if kind not in (AppointmentKind.TRAINER, AppointmentKind.ADJUDICATOR)]
LEAVES_ON = TODAY + timedelta(days=30)


@pytest.mark.parametrize("kind", ONE_BY_ONE)
def test_e3_nobody_begins_in_a_function_before_the_last_day_of_who_leaves_it(world, kind):
    Appointment.objects.filter(record=world.tara, ends_on__isnull=True).update(ends_on=TODAY - timedelta(days=1))
    end(world, appoint(world, "mia", kind=kind), last_day=LEAVES_ON)
    for starts_on in (None, LEAVES_ON):
        with pytest.raises(TooLate, match=f"is {kind.label} until 1 July 2026; the next one begins after that day"):
            appoint(world, "max", kind=kind, starts_on=starts_on)
    appoint(world, "max", kind=kind, starts_on=LEAVES_ON + timedelta(days=1))
    with pytest.raises(TooLate, match=r"already\. End that appointment first"):
        appoint(world, "mona", kind=kind)
    held = Appointment.objects.filter(record=world.tara, kind=kind, starts_on__gte=TODAY).order_by("starts_on")
    assert list(held.values_list("person", "ends_on")) == [(world.cast.mia.pk, LEAVES_ON), (world.cast.max.pk, None)]


def test_e3_nobody_begins_in_a_function_that_somebody_takes_over_later(world):
    appoint(world, "mia", starts_on=LEAVES_ON)
    with pytest.raises(TooLate, match="already"):
        appoint(world, "max")


def test_e3_functions_records_and_trainers_do_not_stand_in_each_others_way(world):
    leaving = {"made_at": NOW, "starts_on": TODAY, "ends_on": LEAVES_ON}
    for record in (world.tara, world.tom):
        for kind in (MODERATOR, AppointmentKind.SUPPORTING_MODERATOR):
            Appointment.objects.create(record=record, person=world.cast.mia, kind=kind, **leaving)
    for kind in (AppointmentKind.TRAINER, AppointmentKind.ADJUDICATOR):
        Appointment.objects.create(record=world.tara, person=world.cast.mia, kind=kind, **leaving)
        appoint(world, "max", kind=kind)


def test_e3_an_appointment_ends_at_once_and_stays_in_the_history(world):
    made = appoint(world, "mia", starts_on=TODAY - timedelta(days=9))
    end(world, made)
    assert not sees(world, "mia")
    event = AuditEvent.objects.get(action="training.appointment.ended")
    assert event.after["ends_on"] == "2026-05-31"
    assert Appointment.objects.get(pk=made.pk).ends_on == date(2026, 5, 31)
    assert made.pk in queries.people_around(world.tara).values_list("pk", flat=True)
    appoint(world, "max")
    with pytest.raises(TooLate, match="last day already"):
        end(world, made)


def test_e3_a_last_day_lies_not_before_the_first(world):
    made = appoint(world, "mia")
    with pytest.raises(Invalid, match="before the first"):
        end(world, made)
    assert end(world, made, last_day=TODAY).ends_on == TODAY
    assert sees(world, "mia")


def test_e3_nobody_is_appointed_to_a_training_that_has_ended(world):
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=TODAY)
    with pytest.raises(TooLate, match="has ended"):
        appoint(world, "mia")


def test_e3_the_database_keeps_the_history(world):
    made = appoint(world, "mia")
    for sql in (
        "delete from training_appointment where id = %s",
        "update training_appointment set kind = 'adjudicator' where id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [made.pk])


def test_e3_a_supporting_moderator_does_not_see_the_record(world):
    appoint(world, "max", kind=AppointmentKind.SUPPORTING_MODERATOR)
    assert not sees(world, "max")
    assert access.appointed(world.cast.max, world.tara, TODAY) == {"supporting_moderator"}


def test_f5_nobody_around_the_trainee_learns_of_an_adjudicator(world):
    held = appoint(world, "max", kind=AppointmentKind.ADJUDICATOR, starts_on=TODAY - timedelta(days=9))
    appoint(world, "mia")
    assert not sees(world, "max")
    names = [row.person for row in queries.overview(world.tara, world.cast.tara, NOW).people]
    assert world.cast.mia in names and world.cast.max not in names
    assert held.pk not in queries.people_around(world.tara).values_list("pk", flat=True)
    assert "Max" not in str(queries.readers_of(world.tara, world.cast.tara, TODAY, shared=True))
    end(world, held)
    for who in ("tara", "sam", "cora", "mia"):
        lines = [line.what for line in queries.history_page(world.tara, getattr(world.cast, who), TODAY, None)[0]]
        assert "Mia Ferreira was appointed: External Moderator" in lines
        assert not [line for line in lines if "Max" in line or "djudicator" in line]


def test_f5_an_adjudicator_finishes_their_own_appointment_and_nobody_any_other(world):
    held = appoint(world, "max", kind=AppointmentKind.ADJUDICATOR)
    others = [held, appoint(world, "max", kind=MODERATOR)]
    for made, who in zip(others, ("olive", "max"), strict=True):
        with pytest.raises(NotAllowed, match="Only an adjudicator finishes"):
            actions.finish_appointment(by=getattr(world.cast, who), now=NOW, appointment_id=made.pk)
    end(world, held, last_day=LEAVES_ON)
    assert actions.finish_appointment(by=world.cast.max, now=NOW, appointment_id=held.pk).ends_on == TODAY
    events = AuditEvent.objects.filter(action="training.appointment.ended", object_id=held.pk).order_by("number")
    assert [(row.actor_id, row.after["ends_on"]) for row in events] == [
        (world.cast.olive.pk, "2026-07-01"),
        (world.cast.max.pk, "2026-06-01"),
    ]
    with pytest.raises(TooLate, match="last day already"):
        actions.finish_appointment(by=world.cast.max, now=NOW + timedelta(days=1), appointment_id=held.pk)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MODERATOR, "Open the training record"),
        (AppointmentKind.SUPPORTING_MODERATOR, "stay independent"),
        (AppointmentKind.ADJUDICATOR, "stay independent"),
    ],
)
def test_e4_the_mail_opens_the_record_only_to_those_who_read_it(world, kind, words):
    made = appoint(world, "mia", kind=kind)
    assert words in Message.objects.get(kind="training.appointed", about_id=made.pk).text
