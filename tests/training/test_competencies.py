"""Competencies: started, rated, submitted, returned, signed one by one or together, withdrawn (T2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training.world import (
    NOW,
    audit_of,
    edited,
    item_of,
    opened,
    sign,
    sign_all,
    signed,
    state_of,
    submitted,
    text_evidence,
)
from training import actions, queries
from training.actions import ChangedSinceSeen
from training.models import Appointment, EvidenceSeen, SignOff
from training.states import AppointmentKind, ItemState

LATER = NOW + timedelta(hours=1)
OTHERS = ["tara", "tom", "sue", "sid", "cora", "trina", "mia", "olive", "nobody"]


def replace_supervisor(world):
    """Sid becomes Tara's Training Supervisor today; Sam was it until yesterday."""
    held = Appointment.objects.get(record=world.tara, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk)
    given = {"record_id": world.tara.pk, "person": world.cast.sid, "kind": AppointmentKind.SUPERVISOR}
    return actions.add_appointment(by=world.cast.olive, now=NOW, **given)


# --- the trainee's part ---


def test_t2_the_trainee_begins_a_competency_once(world):
    item = item_of(world.tara)
    actions.start_item(by=world.cast.tara, now=NOW, item_id=item.pk)
    assert state_of(item) == ItemState.IN_PROGRESS
    assert audit_of(item) == ["training.competency.start"]
    with pytest.raises(TooLate):
        actions.start_item(by=world.cast.tara, now=NOW, item_id=item.pk)


@pytest.mark.parametrize("who", [name for name in OTHERS if name != "tara"] + ["sam"])
def test_t2_nobody_else_begins_rates_or_submits(world, who):
    other, item = getattr(world.cast, who), item_of(world.tara)
    with pytest.raises(NotAllowed):
        actions.start_item(by=other, now=NOW, item_id=item.pk)
    with pytest.raises(NotAllowed):
        actions.rate_item(by=other, now=NOW, item_id=item.pk, rating=1)
    with pytest.raises(NotAllowed):
        actions.submit_item(by=other, now=NOW, item_id=item.pk, seen="")
    assert state_of(item) == ItemState.NOT_STARTED


def test_t2_the_own_rating_is_kept_and_can_be_taken_away(world):
    item = item_of(world.tara)
    assert actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=3).own_rating == 3
    assert actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=None).own_rating is None
    assert audit_of(item) == ["training.competency.rated"] * 2
    for wrong in (-1, 5):
        with pytest.raises(Invalid):
            actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=wrong)


def test_t2_what_is_signed_is_not_rated_any_more(world):
    item = signed(world.cast.sam, world.tara).item
    with pytest.raises(TooLate, match="signed"):
        actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=1)


def test_t2_submitting_needs_shared_evidence(world):
    item, tara = item_of(world.tara), world.cast.tara
    with pytest.raises(TooLate, match="not started"):
        actions.submit_item(by=tara, now=NOW, item_id=item.pk, seen=queries.shown_digest(item))
    text_evidence(world.tara, item, declared=False)
    with pytest.raises(TooLate, match="No evidence is shared"):
        actions.submit_item(by=tara, now=NOW, item_id=item.pk, seen=queries.shown_digest(item))


def test_t2_a_submission_tells_the_supervisor_with_the_note(world):
    item = submitted(world.tara)
    assert state_of(item) == ItemState.SUBMITTED
    assert audit_of(item) == ["training.competency.start", "training.competency.submit"]
    [message] = Message.objects.filter(kind="training.submitted")
    assert message.to == world.cast.sam
    assert "Ready." in message.text
    assert f"/training/{world.tara.pk}/sign/" in message.text
    with pytest.raises(TooLate, match="cannot be done now"):
        actions.submit_item(by=world.cast.tara, now=NOW, item_id=item.pk, seen=queries.shown_digest(item))


def test_t2_a_submission_on_a_stale_page_is_refused(world):
    item = item_of(world.tara)
    text_evidence(world.tara, item)
    seen = queries.shown_digest(item)
    text_evidence(world.tara, item, title="Another")
    with pytest.raises(TooLate, match="changed since"):
        actions.submit_item(by=world.cast.tara, now=NOW, item_id=item.pk, seen=seen)
    assert state_of(item) == ItemState.IN_PROGRESS


def test_t2_without_a_supervisor_nobody_is_told_and_the_submission_waits(world):
    held = Appointment.objects.get(record=world.tara, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk)
    assert state_of(submitted(world.tara)) == ItemState.SUBMITTED
    assert not Message.objects.filter(kind="training.submitted").exists()


# --- returning ---


def test_t2_a_return_gives_feedback_to_the_trainee(world):
    item = submitted(world.tara)
    seen = queries.shown_digest(item)
    actions.return_item(by=world.cast.sam, now=NOW, item_id=item.pk, seen=seen, reason=" Add the baseline. ")
    assert state_of(item) == ItemState.RETURNED
    assert item.returns.get().reason == "Add the baseline."
    assert audit_of(item)[-1] == "training.competency.send_back"
    message = Message.objects.get(kind="training.returned")
    assert (message.to, "Add the baseline." in message.text) == (world.cast.tara, True)


@pytest.mark.parametrize("who", OTHERS)
def test_t2_only_the_current_supervisor_returns(world, who):
    item = submitted(world.tara)
    with pytest.raises(NotAllowed):
        given = {"item_id": item.pk, "seen": queries.shown_digest(item), "reason": "No."}
        actions.return_item(by=getattr(world.cast, who), now=NOW, **given)
    assert state_of(item) == ItemState.SUBMITTED


def test_t2_a_return_needs_feedback_a_submission_and_a_fresh_page(world):
    item, sam = submitted(world.tara), world.cast.sam
    seen = queries.shown_digest(item)
    with pytest.raises(Invalid):
        actions.return_item(by=sam, now=NOW, item_id=item.pk, seen=seen, reason="  ")
    text_evidence(world.tara, item, title="Another")
    with pytest.raises(ChangedSinceSeen):
        actions.return_item(by=sam, now=NOW, item_id=item.pk, seen=seen, reason="No.")
    other = item_of(world.tara, 1)
    with pytest.raises(TooLate):
        actions.return_item(by=sam, now=NOW, item_id=other.pk, seen=queries.shown_digest(other), reason="No.")


# --- signing ---


def test_t2_a_signature_keeps_who_what_when_how_proved_and_exactly_what_was_seen(world):
    item = submitted(world.tara)
    made = sign(world.cast.sam, item, comment=" Well done. ")
    assert (made.signer, made.printed_name, made.role) == (world.cast.sam, "Sam Patel", "Training Supervisor")
    assert (made.meaning, made.signed_at, made.authenticated_with) == ("signed", NOW, "password")
    assert made.content_sha256 == queries.shown_digest(item)
    assert made.content["statement"] == item.item.statement
    [evidence] = queries.judged_evidence([item])[item.pk]
    assert made.content["evidence"] == {str(evidence.pk): evidence.content_sha256}
    assert (state_of(item), made.comment) == (ItemState.SIGNED, "Well done.")
    assert audit_of(item)[-1] == "training.competency.sign"
    assert Message.objects.get(kind="training.signed").to == world.cast.tara


@pytest.mark.parametrize("who", OTHERS)
def test_t2_nobody_but_the_current_supervisor_signs_or_notes_what_was_seen(world, who):
    other, item = getattr(world.cast, who), submitted(world.tara)
    [evidence] = queries.judged_evidence([item])[item.pk]
    with pytest.raises(NotAllowed):
        actions.note_seen(by=other, now=NOW, item_id=item.pk, evidence_id=evidence.pk)
    with pytest.raises(NotAllowed):
        sign(other, item, queries.shown_digest(item))
    with pytest.raises(NotAllowed):
        sign_all(other, world.tara, [item])
    assert state_of(item) == ItemState.SUBMITTED


def test_t2_a_former_supervisor_does_not_sign_and_the_new_one_opens_everything_anew(world):
    item = submitted(world.tara)
    seen = opened(world.cast.sam, item)
    replace_supervisor(world)
    with pytest.raises(NotAllowed, match="current Training Supervisor"):
        sign(world.cast.sam, item, seen)
    with pytest.raises(TooLate, match="not opened yet"):
        sign(world.cast.sid, item, seen)
    assert sign(world.cast.sid, item).signer == world.cast.sid


def test_t2_evidence_not_opened_holds_the_signature_back(world):
    item = submitted(world.tara)
    with pytest.raises(TooLate, match="“Evidence 0” is not opened yet"):
        sign(world.cast.sam, item, queries.shown_digest(item))
    text_evidence(world.tara, item, title="Another")
    with pytest.raises(TooLate, match="2 of 2 pieces of evidence are not opened yet"):
        sign(world.cast.sam, item, queries.shown_digest(item))
    assert not SignOff.objects.exists()


def test_t2_opening_is_noted_once_for_each_version(world):
    item = submitted(world.tara)
    opened(world.cast.sam, item)
    opened(world.cast.sam, item, LATER)
    assert EvidenceSeen.objects.filter(item=item, seen_by=world.cast.sam).count() == 1


def test_t2_what_is_not_shared_for_a_competency_is_not_opened(world):
    item = submitted(world.tara)
    other = text_evidence(world.tara, item_of(world.tara, 1))
    draft = text_evidence(world.tara, item, declared=False)
    for evidence in (other, draft):
        with pytest.raises(TooLate, match="no longer shared"):
            actions.note_seen(by=world.cast.sam, now=NOW, item_id=item.pk, evidence_id=evidence.pk)


def test_t2_evidence_that_changed_after_it_was_opened_is_not_signed_and_both_texts_are_known(world):
    item = submitted(world.tara)
    seen = opened(world.cast.sam, item)
    [evidence] = queries.judged_evidence([item])[item.pk]
    edited(world, evidence)
    with pytest.raises(ChangedSinceSeen) as refused:
        sign(world.cast.sam, item, seen)
    assert refused.value.item_id == item.pk
    now = queries.judged_evidence([item])[item.pk]
    [found] = queries.differences(queries.seen_by(world.cast.sam, item), now)
    assert found.what == "was changed"
    assert "I measured the uniformity" in found.before
    assert "Something else was measured." in found.after


def test_t2_a_page_that_showed_other_evidence_signs_nothing(world):
    item = submitted(world.tara)
    seen = opened(world.cast.sam, item)
    text_evidence(world.tara, item, title="Another")
    opened(world.cast.sam, item)
    with pytest.raises(ChangedSinceSeen):
        sign(world.cast.sam, item, seen)


def test_t2_what_is_signed_or_not_submitted_is_not_signed(world):
    done = signed(world.cast.sam, world.tara)
    with pytest.raises(TooLate, match="Signed"):
        sign(world.cast.sam, done.item)
    with pytest.raises(TooLate, match="Not started"):
        sign(world.cast.sam, item_of(world.tara, 1))


def test_t2_evidence_taken_back_after_submission_closes_the_signature(world):
    item = submitted(world.tara)
    seen = opened(world.cast.sam, item)
    [evidence] = queries.judged_evidence([item])[item.pk]
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk)
    with pytest.raises(TooLate, match="No evidence is shared"):
        sign(world.cast.sam, item, seen)
