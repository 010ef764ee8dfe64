"""A device is handed over for one DOPS (T5, screens 11): who to whom, what it takes, how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import NotAllowed, TooLate
from tests.training import handed as h
from tests.training import outside as o
from tests.training import practice as p
from tests.training.dops import again, approve, head
from training import access, actions, queries
from training.models import Dops, HandOver, TrainingDraft
from training.states import DopsState, HandOverEnd

HOUR = timedelta(hours=1)


@pytest.fixture
def dops(scene):
    """A DOPS that Sam, who supervises Tara, has begun."""
    return p.started_dops(scene.tara, scene.cast.sam)


@pytest.fixture
def handed(scene, dops):
    """Tara's device in Sam's hand."""
    return h.handed(dops, scene.cast.tara)


def last_audit(kind):
    return AuditEvent.objects.filter(action=kind).latest("seq")


def keep(by, dops, **fields):
    given = {"record_id": dops.record_id, "form_key": queries.dops_step_key(dops.pk, 4), "seen_version": 0}
    return actions.keep_draft(by=by, now=p.NOW, fields=fields, **given)


def test_T5_a_dops_is_filled_in_and_signed_on_a_device_handed_over(scene, dops, handed):
    taken = h.taken(handed)
    p.filled_dops(again(dops), taken)
    assert last_audit("training.dops.step_saved").actor_id == scene.cast.sam.pk
    assert last_audit("training.dops.step_saved").after["hand_over"] == handed.pk
    assert h.sign(taken).state == DopsState.AWAITING_ACKNOWLEDGEMENT
    assert again(dops).signatures.get().signer == scene.cast.sam
    assert h.fresh(handed).ended_as == HandOverEnd.SIGNED
    for kind in ("training.dops.handed_over", "training.dops.taken_over", "training.dops.handed_back"):
        assert last_audit(kind).chain == last_audit("training.dops.started").chain
    with pytest.raises(TooLate, match="is signed"):
        head(again(dops), h.fresh(handed))


def test_T5_nothing_is_written_before_the_assessor_has_proved_who_they_are(dops, handed):
    steps = [lambda: head(again(dops), handed), lambda: keep(handed, dops, done_well="Well"), lambda: h.sign(handed)]
    for step in steps:
        with pytest.raises(TooLate, match="Say first that you are Sam"):
            step()


def test_T5_an_hour_after_the_proof_it_is_asked_for_again(dops, handed):
    taken = h.taken(handed)
    assert not access.can_write_handed(taken, p.NOW + HOUR)
    assert access.can_write_handed(taken, p.NOW + HOUR - timedelta(seconds=1))
    later = h.taken(taken, now=p.NOW + HOUR)
    assert access.can_write_handed(later, p.NOW + HOUR)


def test_T5_after_twelve_hours_it_opens_nothing(handed):
    assert "more than 12 hours" in access.can_come_handed(handed, p.NOW + 12 * HOUR).reason
    assert access.can_come_handed(handed, p.NOW + 11 * HOUR)


def test_T5_what_is_typed_on_it_is_kept_for_the_assessor(scene, dops, handed):
    keep(h.taken(handed), dops, done_well="Calm")
    assert TrainingDraft.objects.get().owner == scene.cast.sam
    assert queries.kept_by(h.fresh(handed), queries.dops_step_key(dops.pk, 4)).fields == {"done_well": "Calm"}
    assert queries.steps_kept(h.fresh(handed), dops) == [4]


def test_T5_who_hands_a_device_over(scene, dops):
    cast, today = scene.cast, p.NOW.date()
    assert "second factor first" in access.can_hand_over(cast.tara, again(dops), today).reason
    h.equipped(cast.sam)
    assert access.can_hand_over(cast.tara, again(dops), today)
    assert "under your own sign-in" in access.can_hand_over(cast.sam, dops, today).reason
    for other in (cast.cora, cast.mia, cast.tom):
        with pytest.raises(NotAllowed, match="trainee or the Training Supervisor"):
            actions.hand_over(by=other, now=p.NOW, dops_id=dops.pk)
    colleague = p.approved_dops(scene.tara, cast.trina, cast.sam)
    assert h.handed(colleague, cast.sam).assessor == cast.trina


def test_T5_a_device_is_handed_to_nobody_who_cannot_write(scene, dops):
    cast, today = scene.cast, p.NOW.date()
    asked = p.asked_dops(scene.tara, cast.trina)
    assert "Once the Training Supervisor has approved" in access.can_hand_over(cast.tara, asked, today).reason
    approve(asked, cast.sam)
    assert access.can_hand_over(cast.tara, again(asked), today)
    outside = o.asked(scene.tara, cast.sam).dops
    assert "uses the link" in access.can_hand_over(cast.tara, again(outside), today).reason
    signed = p.signed_dops(scene.tara, cast.sam)
    assert "nothing to hand over for" in access.can_hand_over(cast.tara, again(signed), today).reason


def test_T5_a_former_supervisor_is_handed_nothing_and_holds_nothing_any_more(scene, dops, handed):
    taken = h.taken(handed)
    p.end_appointment(scene.tara, "supervisor")
    found = h.fresh(taken)
    assert "not needed any more" in access.can_come_handed(found, p.NOW).reason
    assert "cannot assess this DOPS any more" in access.can_hand_over(scene.cast.tara, again(dops), p.NOW.date()).reason
    with pytest.raises(TooLate):
        head(again(dops), found)


def test_T5_another_hand_over_takes_the_place_of_the_first(scene, dops, handed):
    newer = h.handed(dops, scene.cast.tara)
    assert h.fresh(handed).ended_as == HandOverEnd.REPLACED
    assert "handed over once more" in access.can_come_handed(h.fresh(handed), p.NOW).reason
    assert list(HandOver.objects.filter(dops=dops)) == [newer, handed]
    with pytest.raises(TooLate, match="once more"):
        h.taken(handed)


def test_T5_a_device_is_handed_back_once_and_by_whom(scene, dops, handed):
    given = {"now": p.NOW, "hand_over_id": handed.pk}
    actions.hand_back(by=handed, end=HandOverEnd.HANDED_BACK, **given)
    assert last_audit("training.dops.handed_back").actor_id is None
    assert last_audit("training.dops.handed_back").role == "Whoever holds the device"
    actions.hand_back(by=scene.cast.tara, end=HandOverEnd.UNLOCKED, **given)
    assert h.fresh(handed).ended_as == HandOverEnd.HANDED_BACK
    assert AuditEvent.objects.filter(action="training.dops.handed_back").count() == 1


def test_T5_the_database_keeps_one_hand_over_a_dops_and_what_it_says(scene, dops, handed):
    for change in ({"assessor": scene.cast.trina}, {"ended_as": "signed", "ended_at": p.NOW}, {"ended_as": "lost"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HandOver.objects.filter(pk=handed.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.create(dops=dops, handed_by=scene.cast.tara, assessor=scene.cast.sam, handed_at=p.NOW)
    assert Dops.objects.get(pk=dops.pk).state == DopsState.STARTED
