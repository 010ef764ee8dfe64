"""Competencies: started, rated, submitted, returned, signed one by one or together, withdrawn (T2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training.world import NOW, authentication, item_of, opened, signed, submitted, text_evidence
from training import actions, queries
from training.actions import ChangedSinceSeen, Content
from training.models import Appointment, EvidenceSeen, PlanItem, SignOff
from training.states import AppointmentKind, ItemState

LATER = NOW + timedelta(hours=1)
OTHERS = ["tara", "tom", "sue", "sid", "cora", "trina", "mia", "olive", "nobody"]


def state(item):
    return PlanItem.objects.get(pk=item.pk).state


def audited(item):
    rows = AuditEvent.objects.filter(object="training.planitem", object_id=item.pk).order_by("seq")
    return list(rows.values_list("action", flat=True))


def sign(by, item, seen=None, **more):
    seen = opened(by, item) if seen is None else seen
    return actions.sign_item(by=by, now=NOW, item_id=item.pk, seen=seen, authentication=authentication(NOW), **more)


def sign_all(by, record, items, **more):
    seen = {item.pk: queries.shown_digest(item) for item in items}
    return actions.sign_items(
        by=by, now=NOW, record_id=record.pk, seen=seen, authentication=authentication(NOW), **more
    )


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
    assert state(item) == ItemState.IN_PROGRESS
    assert audited(item) == ["training.competency.start"]
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
    assert state(item) == ItemState.NOT_STARTED


def test_t2_the_own_rating_is_kept_and_can_be_taken_away(world):
    item = item_of(world.tara)
    assert actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=3).own_rating == 3
    assert actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=None).own_rating is None
    assert audited(item) == ["training.competency.rated"] * 2
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
    assert state(item) == ItemState.SUBMITTED
    assert audited(item) == ["training.competency.start", "training.competency.submit"]
    [message] = Message.objects.filter(kind="training.submitted")
    assert message.to == world.cast.sam
    assert "Ready." in message.text
    assert f"/training/{world.tara.pk}/sign/" in message.text
    with pytest.raises(TooLate, match="can no longer be done"):
        actions.submit_item(by=world.cast.tara, now=NOW, item_id=item.pk, seen=queries.shown_digest(item))


def test_t2_a_submission_on_a_stale_page_is_refused(world):
    item = item_of(world.tara)
    text_evidence(world.tara, item)
    seen = queries.shown_digest(item)
    text_evidence(world.tara, item, title="Another")
    with pytest.raises(TooLate, match="changed since"):
        actions.submit_item(by=world.cast.tara, now=NOW, item_id=item.pk, seen=seen)
    assert state(item) == ItemState.IN_PROGRESS


def test_t2_without_a_supervisor_nobody_is_told_and_the_submission_waits(world):
    held = Appointment.objects.get(record=world.tara, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk)
    assert state(submitted(world.tara)) == ItemState.SUBMITTED
    assert not Message.objects.filter(kind="training.submitted").exists()


# --- returning ---


def test_t2_a_return_gives_feedback_to_the_trainee(world):
    item = submitted(world.tara)
    seen = queries.shown_digest(item)
    actions.return_item(by=world.cast.sam, now=NOW, item_id=item.pk, seen=seen, reason=" Add the baseline. ")
    assert state(item) == ItemState.RETURNED
    assert item.returns.get().reason == "Add the baseline."
    assert audited(item)[-1] == "training.competency.send_back"
    message = Message.objects.get(kind="training.returned")
    assert (message.to, "Add the baseline." in message.text) == (world.cast.tara, True)


@pytest.mark.parametrize("who", OTHERS)
def test_t2_only_the_current_supervisor_returns(world, who):
    item = submitted(world.tara)
    with pytest.raises(NotAllowed):
        given = {"item_id": item.pk, "seen": queries.shown_digest(item), "reason": "No."}
        actions.return_item(by=getattr(world.cast, who), now=NOW, **given)
    assert state(item) == ItemState.SUBMITTED


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
    assert (state(item), made.comment) == (ItemState.SIGNED, "Well done.")
    assert audited(item)[-1] == "training.competency.sign"
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
    assert state(item) == ItemState.SUBMITTED


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


def edited(world, evidence, text="Something else was measured."):
    tara = world.cast.tara
    actions.reopen_evidence(by=tara, now=NOW, evidence_id=evidence.pk)
    evidence.refresh_from_db()
    given = {"seen": evidence.content_sha256, "content": Content(evidence.title, text), "declared": True}
    return actions.edit_evidence(by=tara, now=NOW, evidence_id=evidence.pk, **given)


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


# --- several at once ---


def test_t2_several_are_signed_at_once_each_with_its_own_signature_and_one_message(world):
    items = [submitted(world.tara, number) for number in range(3)]
    for item in items:
        opened(world.cast.sam, item)
    made = sign_all(world.cast.sam, world.tara, items, comment="All seen.")
    assert [row.item_id for row in made.signed] == [item.pk for item in items]
    assert len({row.content_sha256 for row in made.signed}) == 3
    assert made.refused == []
    message = Message.objects.get(kind="training.signed")
    assert all(item.item.code in message.text for item in items)


def test_t2_held_rows_are_left_out_with_their_reason(world):
    sam, items = world.cast.sam, [submitted(world.tara, number) for number in range(4)]
    opened(sam, items[0])
    opened(sam, items[2])
    [changed] = queries.judged_evidence([items[2]])[items[2].pk]
    edited(world, changed)
    [taken_back] = queries.judged_evidence([items[3]])[items[3].pk]
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=taken_back.pk)
    made = sign_all(sam, world.tara, items)
    assert [row.item_id for row in made.signed] == [items[0].pk]
    reasons = {item.pk: reason for item, reason in made.refused}
    assert reasons[items[1].pk] == "“Evidence 1” is not opened yet."
    assert "changed since you opened it" in reasons[items[2].pk]
    assert reasons[items[3].pk] == "No evidence is shared for it."


def test_t2_nothing_chosen_signs_nothing_and_tells_nobody(world):
    with pytest.raises(Invalid, match="at least one"):
        sign_all(world.cast.sam, world.tara, [])
    item = submitted(world.tara)
    assert sign_all(world.cast.sam, world.tara, [item]).signed == []
    assert not Message.objects.filter(kind="training.signed").exists()


def test_t2_a_competency_of_another_trainee_is_refused_whole(world):
    mine, other = submitted(world.tara), submitted(world.tom)
    opened(world.cast.sam, mine)
    with pytest.raises(Invalid, match="not a competency of this trainee"):
        sign_all(world.cast.sam, world.tara, [mine, other])
    assert not SignOff.objects.exists()


# --- withdrawing ---


def withdraw(by, sign_off, reason="Signed by mistake."):
    proof = authentication(LATER)
    return actions.withdraw_sign_off(by=by, now=LATER, sign_off_id=sign_off.pk, reason=reason, authentication=proof)


def test_t2_a_withdrawn_signature_stays_and_the_competency_is_signed_anew(world):
    first = signed(world.cast.sam, world.tara)
    gone = withdraw(world.cast.sam, first)
    assert (gone.withdraws, gone.reason, gone.content) == (first, "Signed by mistake.", first.content)
    assert state(first.item) == ItemState.RETURNED
    assert audited(first.item)[-1] == "training.competency.withdraw_sign_off"
    assert Message.objects.get(kind="training.sign_off_withdrawn").to == world.cast.tara
    item = item_of(world.tara)
    actions.submit_item(by=world.cast.tara, now=LATER, item_id=item.pk, seen=queries.shown_digest(item))
    assert sign(world.cast.sam, item).pk != first.pk
    assert SignOff.objects.filter(item=item, withdraws__isnull=True).count() == 2


@pytest.mark.parametrize("who", OTHERS)
def test_t2_only_the_current_supervisor_withdraws(world, who):
    done = signed(world.cast.sam, world.tara)
    with pytest.raises(NotAllowed):
        withdraw(getattr(world.cast, who), done)
    assert state(done.item) == ItemState.SIGNED


def test_t2_a_withdrawal_has_a_reason_and_happens_once(world):
    done = signed(world.cast.sam, world.tara)
    with pytest.raises(Invalid):
        withdraw(world.cast.sam, done, " ")
    gone = withdraw(world.cast.sam, done)
    for row in (done, gone):
        with pytest.raises(TooLate, match="withdrawn already"):
            withdraw(world.cast.sam, row)


# --- the database refuses too (T2, quality rule 6) ---


def refused(words):
    return pytest.raises(DatabaseError, match=words)


def copy_of(sign_off, **changes):
    """A signature row like another, for what no action would write."""
    names = [field.attname for field in SignOff._meta.concrete_fields if field.attname != "id"]
    return SignOff(**{**{name: getattr(sign_off, name) for name in names}, **changes})


def test_t2_the_database_refuses_a_signature_of_anyone_else_or_a_second_one(world):
    done = signed(world.cast.sam, world.tara)
    for signer in (world.cast.sue, world.cast.tara, world.cast.olive):
        with refused("only the current Training Supervisor"), transaction.atomic():
            copy_of(done, signer_id=signer.pk).save(force_insert=True)
    with refused("signed already"), transaction.atomic():
        copy_of(done).save(force_insert=True)


def test_t2_the_database_refuses_a_withdrawal_of_another_competency_or_without_reason(world):
    done, item = signed(world.cast.sam, world.tara), submitted(world.tara, 1)
    with refused("same competency"), transaction.atomic():
        copy_of(done, withdraws_id=done.pk, reason="x", item_id=item.pk).save(force_insert=True)
    with refused("withdrawal_has_reason"), transaction.atomic():
        copy_of(done, withdraws_id=done.pk).save(force_insert=True)


def test_t2_the_database_refuses_states_without_their_fact_and_edits_of_facts(world):
    item, done = submitted(world.tara, 1), signed(world.cast.sam, world.tara)
    statements = [
        ("update training_planitem set state = 'signed' where id = %s", item.pk, "signature that stands"),
        ("update training_planitem set state = 'returned' where id = %s", done.item_id, "signature that stands"),
        ("update training_planitem set state = 'not_started' where id = %s", item.pk, "Invalid transition"),
        ("update training_signoff set comment = 'x' where id = %s", done.pk, "Cannot update|permission denied"),
        ("delete from training_signoff where id = %s", done.pk, "Cannot delete|permission denied"),
        ("delete from training_planitem where id = %s", item.pk, "Cannot delete|permission denied"),
    ]
    for sql, key, words in statements:
        with refused(words), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [key])
