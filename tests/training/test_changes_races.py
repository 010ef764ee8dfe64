"""Many decide about a change of circumstances at once: the database lets one through (E5; quality rule 2)."""

from __future__ import annotations

import pytest

from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.verdict import TooLate
from ctts.home.invariants import broken_invariants
from tests.at_once import MANY, at_once
from tests.kept import kept_world
from tests.training import changes as c
from tests.training import practice as p
from training import actions, periodic
from training.models import Appointment, ChangeDecision, ChangeRequest, Interruption, TrainingRecord
from training.states import AppointmentKind, ChangeKind, ChangeState

pytestmark = pytest.mark.django_db(transaction=True)


def make_scene_now() -> p.Scene:
    """Both records; the clock stands at 10 June 2026."""
    clock.set_offset(at=p.NOW)
    return p.make_scene()


scene = kept_world(make_scene_now)


def late(found):
    return sum(isinstance(one, TooLate) for one in found)


def test_E5_of_twenty_grants_and_declines_one_wins_and_dates_move_once(scene):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    seen = c.seen(change)

    def decide(number):
        given = {"by": scene.cast.olive, "now": p.NOW, "change_id": change.pk, "seen": seen, "words": "So."}
        return (actions.decline_change if number % 2 else actions.grant_change)(**given)

    assert late(at_once(decide)) == MANY - 1
    granted = ChangeRequest.objects.get().state == ChangeState.APPROVED
    assert ChangeDecision.objects.get().granted is granted
    assert Interruption.objects.count() == int(granted)
    moved = TrainingRecord.objects.get(pk=scene.tara.pk).expected_end_on != scene.tara.expected_end_on
    assert moved is granted and verify().faults == []


def test_E5_of_a_grant_and_a_withdrawal_one_wins(scene):
    on = {"new_supervisor": scene.cast.sid, "from_on": p.TODAY}
    change = c.answered(scene.tara, scene.cast.sam, "supervisor", **on)
    seen = c.seen(change)

    def act(number):
        if number % 2:
            return actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk)
        return actions.grant_change(by=scene.cast.olive, now=p.NOW, change_id=change.pk, seen=seen)

    assert late(at_once(act)) == MANY - 1
    granted = ChangeRequest.objects.get().state == ChangeState.APPROVED
    rows = Appointment.objects.filter(record=scene.tara, kind=AppointmentKind.SUPERVISOR)
    assert rows.count() == 1 + granted


def test_E5_twenty_presses_write_one_request_and_send_it_once(scene):
    one = c.written(scene.tom, "extension")
    key, seen = one.key, c.seen(one)
    given = {"record_id": scene.tom.pk, "kind": ChangeKind.EXTENSION, "key": key, "values": c.values("extension")}
    made = at_once(lambda _number: actions.write_change(by=scene.cast.tom, now=p.NOW, **given).pk)
    assert set(made) == {one.pk}
    sent = at_once(lambda _: actions.send_change(by=scene.cast.tom, now=p.NOW, change_id=one.pk, seen=seen))
    assert late(sent) == MANY - 1 and p.told(scene.cast.sue) == ["training.change_asked"]


def test_E5_two_workers_carry_out_once(scene):
    c.granted(scene, "withdrawal")
    later = p.at(2026, 7, 2, 9)
    at_once(lambda _: periodic.carry_out_changes(later), many=4)
    assert p.kinds_audited(scene.tara).count("training.record.withdraw") == 1
    assert [one for one in broken_invariants() if one.rule == "E5"] == [] and verify().faults == []
