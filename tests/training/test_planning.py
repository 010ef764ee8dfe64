"""The training plan: tailored and signed by trainee and Training Supervisor, version by version (T1)."""

from __future__ import annotations

from datetime import date

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training.world import NOW, authentication, item_of
from training import actions, queries
from training.models import PlanAgreement, PlanItem
from training.states import PlanState

OTHERS = ["tom", "sue", "sid", "cora", "mia", "olive", "nobody"]
VALUES = {"how": "Three supervised sessions", "where": "Ward 4", "with_whom": "T. Doyle", "by_on": date(2027, 1, 31)}


def standing(world):
    return queries.plan_standing(world.tara)


def agree(world, who, seen=None):
    given = {"record_id": world.tara.pk, "seen": seen or standing(world).digest}
    return actions.agree_plan(by=getattr(world.cast, who), now=NOW, authentication=authentication(NOW), **given)


def tailor(world, who="tara", seen=None, **changes):
    item = item_of(world.tara)
    given = {"item_id": item.pk, "seen": seen or queries.item_digest(item), "values": {**VALUES, **changes}}
    return actions.tailor_item(by=getattr(world.cast, who), now=NOW, **given)


@pytest.mark.parametrize("who", ["tara", "sam"])
def test_t1_trainee_and_supervisor_tailor_the_plan(world, who):
    assert tailor(world, who).how == VALUES["how"]
    event = AuditEvent.objects.get(action="training.plan.tailored")
    assert event.words.text["is"]["by_on"] == "2027-01-31"
    assert event.words.text["was"]["where"] == "Department"


@pytest.mark.parametrize("who", OTHERS)
def test_t1_nobody_else_tailors_or_signs_the_plan(world, who):
    with pytest.raises(NotAllowed):
        tailor(world, who)
    with pytest.raises(NotAllowed):
        agree(world, who)
    assert not PlanAgreement.objects.exists()


def test_t1_a_day_outside_the_training_is_refused(world):
    for day in (date(2026, 3, 31), date(2028, 4, 1)):
        with pytest.raises(Invalid, match="outside the training"):
            tailor(world, by_on=day)


def test_t1_a_row_changed_by_the_other_meanwhile_is_not_written_over(world):
    seen = queries.item_digest(item_of(world.tara))
    tailor(world, "sam")
    with pytest.raises(TooLate, match="Somebody changed this row"):
        tailor(world, "tara", seen=seen, where="Elsewhere")


def test_t1_a_plan_is_agreed_when_both_have_signed_the_same_version(world):
    assert (standing(world).state, standing(world).version) == (PlanState.DRAFT, 1)
    first = agree(world, "tara")
    assert (standing(world).state, standing(world).has_signed(world.cast.tara.pk)) == (PlanState.PROPOSED, True)
    second = agree(world, "sam")
    assert (standing(world).state, standing(world).agreed) == (PlanState.AGREED, 1)
    assert (first.version, second.version, second.role) == (1, 1, "Training Supervisor")
    assert first.content == second.content == standing(world).content
    assert AuditEvent.objects.filter(action="training.plan.signed").count() == 2


def test_t1_the_first_signature_tells_the_other_the_second_nobody(world):
    agree(world, "sam")
    agree(world, "tara")
    [message] = Message.objects.filter(kind="training.plan_signed")
    assert message.to == world.cast.tara


def test_t1_a_change_makes_a_new_version_and_keeps_the_agreed_one(world):
    agree(world, "tara")
    agree(world, "sam")
    tailor(world)
    now = standing(world)
    assert (now.state, now.version, now.agreed, list(now.signed)) == (PlanState.DRAFT, 2, 1, [])
    agree(world, "sam")
    assert (standing(world).state, standing(world).agreed) == (PlanState.PROPOSED, 1)
    kept = queries.plan_agreements(world.tara)
    assert [(row.version, row.role) for row in kept] == [
        (2, "Training Supervisor"),
        (1, "Trainee"),
        (1, "Training Supervisor"),
    ]
    assert kept[1].content["items"][0]["where"] == "Department"


def test_t1_nobody_signs_twice_or_what_changed_since(world):
    seen = standing(world).digest
    agree(world, "tara", seen)
    with pytest.raises(TooLate, match="signed this version already"):
        agree(world, "tara", seen)
    tailor(world)
    with pytest.raises(TooLate, match="changed since"):
        agree(world, "sam", seen)


def test_t1_a_gap_in_the_plan_is_filled_before_it_is_signed(world):
    PlanItem.objects.filter(pk=item_of(world.tara).pk).update(by_on=None)
    with pytest.raises(Invalid, match="needs how, where"):
        agree(world, "tara")
