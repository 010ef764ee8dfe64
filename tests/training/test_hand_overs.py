"""The office grants a hand-over: another Training Supervisor or Training Centre from a day on (E5, E3, C2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ctts.accounts.actions import deactivate
from ctts.common.calendar_jobs import run_due
from ctts.common.months import in_words
from ctts.common.verdict import Invalid
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from tests.cast import accredit, at
from tests.training import changes as c
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.test_changes_granted import COORDINATOR, SUPERVISOR, held, now_of, refused
from training import actions, queries
from training.actions import StaleText
from training.models import Appointment, ChangeRequest
from training.states import ChangeState


def test_E5_a_new_supervisor_takes_over_on_the_day_and_the_old_one_ends_the_day_before(scene):
    signed = p.submitted_review(scene.tara, scene.cast.sam)
    on = date(2026, 7, 1)
    c.granted(scene, "supervisor", new_supervisor=scene.cast.sid, from_on=on)
    assert held(scene.tara, SUPERVISOR) == [
        ("Sam Patel", date(2026, 4, 1), date(2026, 6, 30)),
        ("Sid Marsh", on, None),
    ]
    assert p.told(scene.cast.sid) == ["training.appointed"]
    assert "Sid Marsh" in scene.cast.sam.messages.last().text
    signed.refresh_from_db()
    assert signed.signatures.count() == 2
    assert held(scene.tom, SUPERVISOR) == [("Sue Lindqvist", date(2026, 4, 1), None)]


def test_E5_a_hand_over_whose_day_is_past_is_today(scene):
    change = c.answered(scene.tara, scene.cast.sam, "supervisor", new_supervisor=scene.cast.sid, from_on=p.TODAY)
    c.grant(change, scene.cast.olive, at(2026, 6, 15, 10))
    assert held(scene.tara, SUPERVISOR)[1] == ("Sid Marsh", date(2026, 6, 15), None)


def test_E5_the_office_sets_another_day_of_the_hand_over(scene):
    on = {"new_supervisor": scene.cast.sid, "from_on": date(2026, 7, 1)}
    change = c.answered(scene.tara, scene.cast.sam, "supervisor", **on)
    c.grant(change, scene.cast.olive, from_on=date(2026, 7, 15))
    assert held(scene.tara, SUPERVISOR)[0][2] == date(2026, 7, 14)


def test_E5_a_hand_over_comes_after_the_first_day_of_the_old_one(scene):
    p.end_appointment(scene.tara, SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sam, SUPERVISOR, starts_on=p.TODAY)
    change = c.answered(scene.tara, scene.cast.sam, "supervisor", new_supervisor=scene.cast.sid, from_on=p.TODAY)
    assert refused(change, scene.cast.olive) == "from_on"
    assert c.grant(change, scene.cast.olive, from_on=date(2026, 6, 11)).state == ChangeState.APPROVED


@pytest.mark.parametrize("begins", [date(2026, 7, 1), date(2026, 7, 20)], ids=["without a gap", "after a gap"])
def test_E3_E5_somebody_stands_in_until_whoever_is_appointed_already_begins(scene, begins):
    p.end_appointment(scene.tara, SUPERVISOR, date(2026, 6, 30))
    p.appoint(scene.tara, scene.cast.sue, SUPERVISOR, starts_on=begins)
    change = c.granted(scene, "supervisor", new_supervisor=scene.cast.sid, from_on=date(2026, 6, 15))
    page = words(p.client_of(scene.cast.tara).get(address("change", change.pk))).replace("\xa0", " ")
    assert f"Until</dt><dd>{in_words(begins - timedelta(days=1))}" in page
    assert held(scene.tara, SUPERVISOR) == [
        ("Sam Patel", date(2026, 4, 1), date(2026, 6, 14)),
        ("Sid Marsh", date(2026, 6, 15), begins - timedelta(days=1)),
        ("Sue Lindqvist", begins, None),
    ]


def test_E5_whoever_is_to_begin_later_may_begin_earlier(scene):
    p.end_appointment(scene.tara, SUPERVISOR, date(2026, 6, 14))
    p.appoint(scene.tara, scene.cast.sid, SUPERVISOR, starts_on=date(2026, 7, 1))
    c.granted(scene, "supervisor", new_supervisor=scene.cast.sid, from_on=date(2026, 6, 15))
    assert held(scene.tara, SUPERVISOR)[1:] == [("Sid Marsh", date(2026, 6, 15), None)]
    assert not Message.objects.filter(kind="training.appointment_called_off").exists()  # nothing changed for anybody


def test_E5_nobody_stands_in_before_somebody_who_has_no_access_any_more(scene):
    p.end_appointment(scene.tara, SUPERVISOR, date(2026, 6, 14))
    p.appoint(scene.tara, scene.cast.sue, SUPERVISOR, starts_on=date(2026, 7, 1))
    deactivate(person=scene.cast.sue, reason="Left the trust.", by=scene.cast.olive, now=p.NOW)
    c.granted(scene, "supervisor", new_supervisor=scene.cast.sid, from_on=date(2026, 6, 15))
    assert held(scene.tara, SUPERVISOR)[1:] == [("Sid Marsh", date(2026, 6, 15), None)]


def test_E5_whoever_was_to_begin_on_that_day_is_called_off_as_the_page_says_before(scene):
    p.end_appointment(scene.tara, SUPERVISOR, date(2026, 6, 30))
    p.appoint(scene.tara, scene.cast.sue, SUPERVISOR, starts_on=date(2026, 7, 1))
    on = {"new_supervisor": scene.cast.sid, "from_on": date(2026, 7, 1)}
    change = c.answered(scene.tara, scene.cast.sam, "supervisor", **on)
    page = words(p.client_of(scene.cast.olive).get(address("change_decide", change.pk)))
    assert "Was to begin on 1 July 2026, and is called off:" in page.replace("\xa0", " ") and "Sue Lindqvist" in page
    c.grant(change, scene.cast.olive)
    assert held(scene.tara, SUPERVISOR)[1:] == [("Sid Marsh", date(2026, 7, 1), None)]
    told = Message.objects.filter(kind="training.appointment_called_off")
    assert sorted(mail.to.full_name for mail in told) == ["Cora Whitfield", "Sue Lindqvist", "Tara Quinn"]


def test_E5_a_hand_over_that_falls_through_is_taken_back_by_asking_for_the_present_supervisor(scene):
    """Sue was to follow Sam in July, and takes another post: Tara asks to keep Sam, and Sue is called off."""
    assert scene.cast.sam not in queries.supervisors_to_choose(scene.tara, "supervisor", p.TODAY)
    p.end_appointment(scene.tara, SUPERVISOR, date(2026, 6, 30))
    p.appoint(scene.tara, scene.cast.sue, SUPERVISOR, starts_on=date(2026, 7, 1))
    assert scene.cast.sam in queries.supervisors_to_choose(scene.tara, "supervisor", p.TODAY)
    with pytest.raises(Invalid, match="until 30 June 2026 already") as problem:
        c.written(scene.tara, "supervisor", new_supervisor=scene.cast.sam, from_on=date(2026, 6, 30))
    assert problem.value.field == "from_on"
    c.granted(scene, "supervisor", new_supervisor=scene.cast.sam, from_on=date(2026, 7, 1))
    assert held(scene.tara, SUPERVISOR) == [
        ("Sam Patel", date(2026, 4, 1), date(2026, 6, 30)),
        ("Sam Patel", date(2026, 7, 1), None),
    ]


def test_E5_a_follower_who_was_appointed_meanwhile_is_looked_at_first(scene):
    on = {"new_supervisor": scene.cast.sid, "from_on": date(2026, 6, 15)}
    change = c.answered(scene.tara, scene.cast.sam, "supervisor", **on)
    seen = c.seen(change)
    p.end_appointment(scene.tara, SUPERVISOR, date(2026, 6, 30))
    p.appoint(scene.tara, scene.cast.sue, SUPERVISOR, starts_on=date(2026, 7, 1))
    with pytest.raises(StaleText):
        actions.grant_change(by=scene.cast.olive, now=p.NOW, change_id=change.pk, seen=seen)


def test_E5_who_is_no_supervisor_of_the_centre_any_more_is_not_appointed(scene):
    on = {"new_supervisor": scene.cast.sid, "from_on": date(2026, 7, 1)}
    change = c.answered(scene.tara, scene.cast.sam, "supervisor", **on)
    Affiliation.objects.filter(person=scene.cast.sid, role=Role.SUPERVISOR).update(ends_on=date(2026, 6, 9))
    assert refused(change, scene.cast.olive) == "new_supervisor"
    assert held(scene.tara, SUPERVISOR) == [("Sam Patel", date(2026, 4, 1), None)]


def to_bristol(scene, on):
    accredit(scene.cast.bristol, "NM")
    given = {"new_centre": scene.cast.bristol, "new_supervisor": scene.cast.sue, "from_on": on}
    return c.answered(scene.tara, scene.cast.sam, "centre", **given)


def test_E5_a_new_centre_brings_its_supervisor_and_co_ordinator_on_its_day(scene):
    on = date(2026, 7, 1)
    change = c.grant(to_bristol(scene, on), scene.cast.olive)
    assert held(scene.tara, SUPERVISOR)[1] == ("Sue Lindqvist", on, None)
    assert held(scene.tara, COORDINATOR) == [
        ("Cora Whitfield", date(2026, 4, 1), date(2026, 6, 30)),
        ("Carl Nowak", on, None),
    ]
    assert (now_of(scene.tara).centre, change.carried_out_at) == (scene.cast.leeds, None)
    run_due(at(2026, 6, 30, 20))
    assert now_of(scene.tara).centre == scene.cast.leeds
    run_due(at(2026, 7, 1, 8))
    assert now_of(scene.tara).centre == scene.cast.bristol
    assert "training.record.centre" in p.kinds_audited(scene.tara)
    assert ChangeRequest.objects.get().carried_out_at == at(2026, 7, 1, 8)


def test_E5_a_new_centre_without_a_co_ordinator_leaves_the_old_one_until_somebody_is_appointed(scene):
    Affiliation.objects.filter(organisation=scene.cast.bristol, role=Role.COORDINATOR).update(ends_on=date(2026, 6, 1))
    c.grant(to_bristol(scene, p.TODAY), scene.cast.olive)
    assert held(scene.tara, COORDINATOR) == [("Cora Whitfield", date(2026, 4, 1), None)]
    assert now_of(scene.tara).centre == scene.cast.bristol


def test_E5_whoever_holds_a_function_already_goes_on(scene):
    Appointment.objects.filter(record=scene.tara, kind=COORDINATOR).update(ends_on=date(2026, 6, 1))
    p.appoint(scene.tara, scene.cast.carl, COORDINATOR, starts_on=date(2026, 6, 2))
    c.grant(to_bristol(scene, date(2026, 7, 1)), scene.cast.olive)
    assert held(scene.tara, COORDINATOR)[-1] == ("Carl Nowak", date(2026, 6, 2), None)


def test_E5_a_supervisor_of_both_centres_goes_on_at_the_new_one(scene):
    common = {"by": scene.cast.olive, "now": p.NOW, "person": scene.cast.sam, "role": Role.SUPERVISOR}
    organisations.grant(**common, organisation=scene.cast.bristol)
    forget_held(scene.cast.sam)
    accredit(scene.cast.bristol, "NM")
    given = {"new_centre": scene.cast.bristol, "new_supervisor": scene.cast.sam, "from_on": p.TODAY}
    c.grant(c.answered(scene.tara, scene.cast.sam, "centre", **given), scene.cast.olive)
    assert held(scene.tara, SUPERVISOR) == [("Sam Patel", date(2026, 4, 1), None)]
    assert now_of(scene.tara).centre == scene.cast.bristol
