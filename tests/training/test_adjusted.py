"""Whoever supervises or examines a trainee hears of an adjustment as it is agreed, and never why (A5, E6)."""

from datetime import timedelta

from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.applications.adjusting import agree as agreed_by
from tests.applications.adjusting import asked_of
from tests.training.world import NOW
from tests.worlds import built_once
from training import actions, periodic
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind


@built_once
def asked(world):
    """Tara asked for an adjustment; Ada reads such requests, Mia is the External Moderator."""
    given = {"record_id": world.tara.pk, "person": world.cast.mia, "kind": AppointmentKind.EXTERNAL_MODERATOR}
    actions.add_appointment(by=world.cast.olive, now=NOW, **given)
    return request(world.cast.tara)


def request(person):
    return asked_of(person, NOW)


def agree(world, row, agreed, now=NOW, by="ada"):
    agreed_by(getattr(world.cast, by), row, agreed, now)


def told():
    """Who was told, by first name."""
    return sorted(row.to.full_name.split()[0] for row in Message.objects.filter(kind="training.adjusted"))


def test_a5_those_who_act_on_it_are_told_once_and_again_when_it_changes(world, asked):
    assert periodic.tell_of_adjustments(NOW) == 0
    agree(world, asked, "A quarter more time")
    assert [periodic.tell_of_adjustments(NOW) for _ in range(2)] == [2, 0]
    assert told() == ["Mia", "Sam"]
    later = NOW + timedelta(hours=1)
    agree(world, asked, "Half as much time again", later)
    assert [periodic.tell_of_adjustments(later) for _ in range(2)] == [2, 0]
    assert told() == ["Mia", "Mia", "Sam", "Sam"]


def test_a5_the_mail_says_neither_what_nor_why(world, asked):
    agree(world, asked, "A quarter more time")
    periodic.tell_of_adjustments(NOW)
    for message in Message.objects.filter(kind="training.adjusted"):
        assert f"/training/{world.tara.pk}/" in message.text
        for words in ("quarter", "Dyslexia"):
            assert words not in message.text + message.html + message.subject


def test_a5_each_request_counts_for_itself_and_other_trainees_people_hear_nothing(world, asked):
    other = request(world.cast.tara)
    agree(world, asked, "A quarter more time")
    periodic.tell_of_adjustments(NOW)
    agree(world, other, "Large print")
    assert periodic.tell_of_adjustments(NOW) == 2
    assert "Sue" not in told()


def test_a5_who_follows_in_a_function_is_told_who_agreed_it_is_not(world, asked):
    organisations.grant(by=None, now=NOW, person=world.cast.mia, role=Role.ADJUSTMENTS)
    forget_held(world.cast.mia)
    agree(world, asked, "A quarter more time", by="mia")
    assert (periodic.tell_of_adjustments(NOW), told()) == (1, ["Sam"])
    (sam,) = Appointment.objects.filter(record=world.tara, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=sam.pk)
    given = {"record_id": world.tara.pk, "person": world.cast.sue, "kind": AppointmentKind.SUPERVISOR}
    next_day = NOW + timedelta(days=1)
    actions.add_appointment(by=world.cast.olive, now=next_day, **given)
    assert (periodic.tell_of_adjustments(next_day), told()) == (1, ["Sam", "Sue"])


def test_a5_nobody_is_told_of_training_that_has_ended(world, asked):
    agree(world, asked, "A quarter more time")
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="not_completed", ended_on=NOW.date())
    assert periodic.tell_of_adjustments(NOW) == 0
