"""Trainees whom nobody supervises: who is told, who has the next move, and when it is over (E3, E5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ctts.accounts.actions import deactivate
from ctts.home import queries as home
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations import leaving
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from tests.training import changes as c
from tests.training import practice as p
from tests.training.pages import words
from tests.training.test_reminding import seven_on
from training import actions, periodic, queries
from training.models import TrainingRecord
from training.states import AppointmentKind, ChangeKind, ChangeState, RecordState

LOST = "training.supervisor_lost"
WHAT = "Name another Training Supervisor"
SUPERVISOR = AppointmentKind.SUPERVISOR
JUNE_10 = (2026, 6, 10)


def lose(scene):
    """Sam's account is closed: nobody supervises Tara any more."""
    deactivate(person=scene.cast.sam, reason="Left the trust.", by=scene.cast.olive, now=p.NOW)


def hand_over(scene, on):
    """Sid supervises Tara from a day, Sam until the day before."""
    p.end_appointment(scene.tara, SUPERVISOR, on - timedelta(days=1))
    p.appoint(scene.tara, scene.cast.sid, SUPERVISOR, starts_on=on)


def rows(who, group=None):
    """(what, about) of the rows of somebody that are about a lost supervisor, outside or in a group."""
    groups = {one.key: one.rows for one in home.waiting_for(who, p.TODAY)}
    found = groups.get("others", []) if group else [row for key, of in groups.items() if key != "others" for row in of]
    return [(row.what, row.about) for row in found if row.what == WHAT]


def mails_of(record):
    return sorted(row.to.full_name for row in Message.objects.filter(kind=LOST, about_id=record.pk))


def tell(day=JUNE_10):
    return periodic.tell_of_lost_supervisors(seven_on(*day))


def test_E5_who_ends_the_access_of_a_supervisor_reads_whom_they_train(scene):
    said = [one.words for one in leaving.left_behind(scene.cast.sam, p.TODAY)]
    assert "They are Training Supervisor of Tara Quinn, who is asked to name another" in " ".join(said)
    page = p.client_of(scene.cast.olive).get(reverse("organisations:deactivate", args=[scene.cast.sam.pk]))
    assert "They are Training Supervisor of Tara Quinn" in words(page)


def test_E5_the_trainee_names_another_and_the_co_ordinator_waits_for_them(scene):
    assert rows(scene.cast.tara) == rows(scene.cast.cora, "others") == []
    lose(scene)
    assert rows(scene.cast.tara) == [(WHAT, "Sam Patel has no access to the system any more")]
    assert (WHAT, "Tara Quinn") in rows(scene.cast.cora, "others")
    assert rows(scene.cast.cora) == rows(scene.cast.olive) == rows(scene.cast.olive, "others") == []


def test_E3_an_appointment_that_ended_leaves_nobody_as_well(scene):
    p.end_appointment(scene.tara, SUPERVISOR)
    assert rows(scene.cast.tara) == [(WHAT, "Nobody is appointed at present")]


def test_E5_a_request_that_names_another_takes_the_place_of_the_duty(scene):
    lose(scene)
    c.written(scene.tara, ChangeKind.SUPERVISOR, new_supervisor=scene.cast.sid, from_on=p.TODAY)
    assert rows(scene.cast.tara) == rows(scene.cast.cora, "others") == []


def test_E3_until_one_who_begins_later_somebody_stands_in(scene):
    """Nobody signs in between: the trainee is asked, and whoever is named stands in until the other begins."""
    hand_over(scene, p.TODAY + timedelta(days=9))
    assert rows(scene.cast.tara) == [] and tell() == 0
    lose(scene)
    why = "Sam Patel has no access to the system any more; Sid Marsh begins on 19 June 2026"
    assert rows(scene.cast.tara) == [(WHAT, why)]
    assert tell() and why in Message.objects.get(kind=LOST, to=scene.cast.tara).text
    given = {"person": scene.cast.sue, "role": Role.SUPERVISOR, "organisation": scene.cast.leeds}
    organisations.grant(by=scene.cast.olive, now=p.NOW, **given)
    change = c.sent(scene.tara, "supervisor", new_supervisor=scene.cast.sue, from_on=p.TODAY)
    page = words(p.client_of(scene.cast.olive).get(reverse("training:change_decide", args=[change.pk])))
    assert "10 June 2026 to 18 June 2026: Sue Lindqvist" in page
    assert "Sid Marsh" in page.partition("After that, as appointed already:")[2]
    c.grant(change, scene.cast.olive)
    mails = {"tara": "training.change_decided", "sue": "training.appointed"}
    said = {who: getattr(scene.cast, who).messages.get(kind=kind).text for who, kind in mails.items()}
    assert "until 18\xa0June\xa02026 is Sue Lindqvist" in said["tara"]
    assert "From 10\xa0June\xa02026 to 18\xa0June\xa02026 you are" in said["sue"]
    assert rows(scene.cast.tara) == [] and tell() == 0


def test_N_trainee_and_co_ordinator_hear_it_once_for_each_loss(scene):
    lose(scene)
    assert [tell() > 0, tell()] == [True, 0]
    assert mails_of(scene.tara) == ["Cora Whitfield", "Tara Quinn"]
    assert actions.tell_of_lost_supervisor(by=None, now=p.NOW, record_id=scene.tara.pk) == 2
    own, other = (
        Message.objects.get(kind=LOST, to=who, about_id=scene.tara.pk) for who in (scene.cast.tara, scene.cast.cora)
    )
    assert "Nobody supervises your training" in own.text and "Tara Quinn was asked to name another" in other.text
    hand_over(scene, p.TODAY + timedelta(days=1))
    deactivate(person=scene.cast.sid, reason="Left too.", by=scene.cast.olive, now=p.NOW)
    assert tell((2026, 6, 11)) and len(mails_of(scene.tara)) == 4


def test_E5_a_request_goes_to_the_office_when_whoever_would_support_it_has_left(scene):
    asked = c.sent(scene.tara, "extension")
    assert asked.state == ChangeState.AWAITING_SUPPORT
    lose(scene)
    held = [(row.what, row.about) for one in home.waiting_for(scene.cast.olive, p.TODAY) for row in one.rows]
    assert ("Go on with a change of circumstances", "Tara Quinn, Extension") in held
    [waits] = [
        row for one in home.waiting_for(scene.cast.tara, p.TODAY) for row in one.rows if row.what == "Answer a request"
    ]
    assert (waits.waits, waits.nudged) == (None, "Nobody is appointed at present")
    later = c.sent(scene.tara, "supervisor", new_supervisor=scene.cast.sid, from_on=p.TODAY)
    assert later.state == ChangeState.AWAITING_DECISION


def test_E5_where_nobody_else_supervises_the_form_says_what_to_do(scene):
    page = reverse("training:change_new", args=[scene.tara.pk, "supervisor"])
    assert "Nobody else is a Training Supervisor" not in words(p.client_of(scene.cast.tara).get(page))
    Affiliation.objects.filter(person=scene.cast.sid).update(ends_on=p.TODAY - timedelta(days=1))
    assert "Nobody else is a Training Supervisor at your centre" in words(p.client_of(scene.cast.tara).get(page))


@pytest.mark.parametrize("state", [RecordState.INTERRUPTED, RecordState.WITHDRAWN])
def test_N_nothing_is_told_in_an_interruption_or_after_the_end(scene, state):
    lose(scene)
    ended_on = date(2026, 6, 1) if state == RecordState.WITHDRAWN else None
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=state, ended_on=ended_on)
    assert scene.tara.pk not in queries.losses_to_tell(p.TODAY)
    assert actions.tell_of_lost_supervisor(by=None, now=p.NOW, record_id=scene.tara.pk) == 0
