"""Evidence: files that are checked first, what is withdrawn from view with its signatures, typed text (T3)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from ctts.audit.models import AuditEvent
from ctts.common.drafts import LONGEST, NewerDraft
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents.models import Document
from ctts.documents.states import DocumentState
from ctts.notifications.models import Message
from tests.training.world import (
    NOW,
    authentication,
    file_evidence,
    item_of,
    opened,
    settle,
    signed,
    submitted,
    text_evidence,
    upload,
)
from training import actions, periodic, queries
from training.actions import Content
from training.models import Evidence, PlanItem, SignOff, TrainingDraft, TrainingRecord
from training.states import EvidenceKind, EvidenceState, ItemState

LATER = NOW + timedelta(hours=1)
TODAY = NOW.date()
NHS = "943 476 5919"
FOUND = f"The patient with the number {NHS} was scanned."
OTHERS = ["tom", "sam", "sue", "cora", "mia", "olive", "nobody"]
AROUND = ["sam", "cora", "olive"]


def fresh(evidence):
    return Evidence.objects.select_related("document", "record").get(pk=evidence.pk)


def audited(evidence):
    rows = AuditEvent.objects.filter(object="training.evidence", object_id=evidence.pk).order_by("seq")
    return [row.removeprefix("training.evidence.") for row in rows.values_list("action", flat=True)]


def sees(world, who, evidence):
    return queries.evidence_visible_to(getattr(world.cast, who), TODAY).filter(pk=evidence.pk).exists()


def share(world, evidence):
    seen = fresh(evidence).content_sha256
    return actions.share_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk, seen=seen)


def edit(world, evidence, by=None, **more):
    now = fresh(evidence)
    given = {"seen": now.content_sha256, "content": Content("Other title", "Other words."), **more}
    return actions.edit_evidence(by=by or world.cast.tara, now=LATER, evidence_id=evidence.pk, **given)


def quarantine(world, evidence, by=None, reason="A number in the second paragraph."):
    proof = authentication(LATER)
    given = {"evidence_id": evidence.pk, "reason": reason, "authentication": proof}
    return actions.quarantine_evidence(by=by or world.cast.sam, now=LATER, **given)


def add(world, by=None, **more):
    given = {"kind": EvidenceKind.TEXT, "content": Content("Title", "Words."), "key": uuid4(), **more}
    return actions.add_evidence(by=by or world.cast.tara, now=NOW, record_id=world.tara.pk, **given)


# --- files are shared when they are checked ---


def test_t3_a_file_is_shared_by_the_calendar_once_it_is_checked(world):
    evidence = file_evidence(world.tara, item_of(world.tara))
    assert fresh(evidence).state == EvidenceState.DRAFT
    assert periodic.share_evidence(NOW) == 0
    assert not sees(world, "sam", evidence)
    settle(evidence.document, NOW, "The report says that all is well.")
    assert periodic.share_evidence(LATER) == 1
    assert fresh(evidence).state == EvidenceState.SHARED
    assert periodic.share_evidence(LATER) == 0
    assert actions.finish_sharing(by=None, now=LATER, evidence_id=evidence.pk).state == EvidenceState.SHARED
    assert not Message.objects.filter(kind="training.evidence_held").exists()


def test_t3_words_found_in_a_file_hold_it_and_the_author_is_told_once(world):
    evidence = file_evidence(world.tara)
    settle(evidence.document, NOW, FOUND)
    periodic.share_evidence(LATER)
    assert fresh(evidence).state == EvidenceState.HELD
    [message] = Message.objects.filter(kind="training.evidence_held")
    assert message.to == world.cast.tara
    assert NHS not in message.text


def test_t3_a_checked_file_is_shared_at_once(world):
    evidence = file_evidence(world.tara)
    Evidence.objects.filter(pk=evidence.pk).update(declared_at=None)
    settle(evidence.document, NOW)
    assert share(world, evidence).state == EvidenceState.SHARED


def test_t3_a_draft_changed_while_its_file_is_checked_is_not_shared_by_itself(world):
    evidence = file_evidence(world.tara)
    edit(world, evidence, content=Content("Other title"))
    settle(evidence.document, NOW)
    assert periodic.share_evidence(LATER) == 0


def test_t3_a_refused_file_cannot_be_shared(world):
    evidence = file_evidence(world.tara)
    refused = {"state": "refused", "malware": "infected", "checked_at": NOW}
    Document.objects.filter(pk=evidence.document.pk).update(**refused)
    with pytest.raises(Invalid, match="refused or withdrawn"):
        share(world, evidence)
    edit(world, evidence, content=Content("Clean", upload=upload("training-plan.pdf", "clean")), declared=True)
    assert fresh(evidence).document.state == DocumentState.RECEIVED


def test_t3_one_piece_that_cannot_be_shared_stops_no_other(world, caplog):
    broken, good = file_evidence(world.tom), file_evidence(world.tara)
    for evidence in (broken, good):
        settle(evidence.document, NOW)
    with connection.execute_wrapper(_too_late_for(broken)):
        assert periodic.share_evidence(LATER) == 1
    assert f"Evidence {broken.pk} is not shared" in caplog.text
    assert fresh(good).state == EvidenceState.SHARED


def _too_late_for(evidence):
    def look(execute, sql, params, many, context):
        if sql.startswith('UPDATE "training_evidence"') and evidence.pk in params:
            raise TooLate("Somebody was quicker.")
        return execute(sql, params, many, context)

    return look


# --- withdrawn from view ---


def test_t3_a_quarantine_strikes_the_signatures_and_locks_the_file(world):
    item = item_of(world.tara)
    evidence = file_evidence(world.tara, item)
    settle(evidence.document, NOW, "Nothing to see.")
    periodic.share_evidence(NOW)
    actions.submit_item(by=world.cast.tara, now=NOW, item_id=item.pk, seen=queries.shown_digest(item))
    seen, proof = opened(world.cast.sam, item), authentication(NOW)
    done = actions.sign_item(by=world.cast.sam, now=NOW, item_id=item.pk, seen=seen, authentication=proof)
    assert quarantine(world, evidence) == [item.item.code]
    assert fresh(evidence).state == EvidenceState.QUARANTINED
    assert fresh(evidence).document.state == DocumentState.QUARANTINED
    assert (done.withdrawn_by.signer, PlanItem.objects.get(pk=item.pk).state) == (world.cast.sam, ItemState.RETURNED)
    assert SignOff.objects.filter(pk=done.pk).exists()
    assert not sees(world, "sam", evidence)
    assert sees(world, "tara", evidence)


def test_t3_once_the_training_has_ended_what_was_signed_stays_signed_and_the_office_is_told(world):
    item = signed(world.cast.sam, world.tara)
    [mapping] = item.item.mappings.select_related("evidence")
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="completed", ended_on=TODAY)
    assert quarantine(world, mapping.evidence) == []
    assert not SignOff.objects.filter(withdraws=item).exists()
    assert fresh(mapping.evidence).state == EvidenceState.QUARANTINED
    olives = Message.objects.get(kind="training.evidence_quarantined", to=world.cast.olive)
    assert "what was signed stays signed" in olives.text


def test_t3_a_quarantine_is_on_the_audit_with_its_reason_and_tells_those_around(world):
    evidence = text_evidence(world.tara)
    assert quarantine(world, evidence) == []
    event = AuditEvent.objects.get(action="training.evidence.quarantine")
    assert (event.actor_id, event.after) == (world.cast.sam.pk, {"state": "quarantined"})
    assert event.words.text == {"reason": "A number in the second paragraph."}
    told = Message.objects.filter(kind="training.evidence_quarantined").values_list("to__full_name", flat=True)
    assert sorted(told) == ["Cora Whitfield", "Tara Quinn"]


@pytest.mark.parametrize("who", ["tara", "cora", "olive"])
def test_t3_the_trainee_those_around_and_the_office_withdraw_evidence(world, who):
    done = signed(world.cast.sam, world.tara)
    [evidence] = queries.judged_evidence([done.item])[done.item_id]
    assert quarantine(world, evidence, by=getattr(world.cast, who)) == [done.item.item.code]
    gone = SignOff.objects.get(withdraws=done)
    roles = {"tara": "Trainee", "cora": "Training Co-ordinator", "olive": "Scheme office"}
    assert (gone.role, gone.reason) == (roles[who], "The evidence was withdrawn: a patient could be identified in it.")


@pytest.mark.parametrize("who", ["tom", "sue", "carl", "mia", "nobody"])
def test_t3_nobody_else_withdraws_evidence(world, who):
    evidence = text_evidence(world.tara)
    with pytest.raises(NotAllowed):
        quarantine(world, evidence, by=getattr(world.cast, who))


def test_t3_a_quarantine_has_a_reason_and_happens_once(world):
    evidence = text_evidence(world.tara)
    with pytest.raises(Invalid):
        quarantine(world, evidence, reason=" ")
    quarantine(world, evidence)
    with pytest.raises(TooLate):
        quarantine(world, evidence)


def test_t3_the_same_file_withdrawn_elsewhere_is_locked_already(world):
    mark = str(uuid4())
    first, second = file_evidence(world.tara, mark=mark), file_evidence(world.tara, mark=mark)
    quarantine(world, first, by=world.cast.tara)
    assert fresh(second).document.state == DocumentState.QUARANTINED
    quarantine(world, second, by=world.cast.tara)
    assert fresh(second).state == EvidenceState.QUARANTINED


def test_t3_withdrawn_evidence_comes_back_only_changed(world):
    evidence = text_evidence(world.tara, item_of(world.tara))
    quarantine(world, evidence)
    now = fresh(evidence)
    with pytest.raises(Invalid, match="withdrawn as it is"):
        edit(world, evidence, content=Content(now.title, now.text), declared=True)
    edit(world, evidence, declared=True)
    assert fresh(evidence).state == EvidenceState.SHARED
    assert audited(evidence)[-4:] == ["replace", "changed", "declared", "share"]


def test_t3_what_was_signed_and_is_withdrawn_is_named_without_its_title(world):
    done = signed(world.cast.sam, world.tara)
    pieces = queries.judged_evidence([done.item])[done.item_id]
    quarantine(world, pieces[0])
    [found] = queries.differences(done.content["evidence"], queries.judged_evidence([done.item])[done.item_id])
    assert (found.title, found.what, found.before) == ("A piece of evidence", "was withdrawn from view", "")


def test_t3_what_was_withdrawn_stays_unread_when_it_is_replaced(world):
    done = signed(world.cast.sam, world.tara)
    [evidence] = queries.judged_evidence([done.item])[done.item_id]
    before = fresh(evidence).text
    quarantine(world, evidence)
    edit(world, evidence, declared=True)
    assert fresh(evidence).state == EvidenceState.SHARED
    [found] = queries.differences(done.content["evidence"], queries.judged_evidence([done.item])[done.item_id])
    assert (found.what, found.before) == ("was changed", queries.items.WITHDRAWN)
    assert before not in found.before + found.after


def test_t2_a_submitted_competency_keeps_waiting_when_its_evidence_is_withdrawn(world):
    item = submitted(world.tara)
    [evidence] = queries.judged_evidence([item])[item.pk]
    quarantine(world, evidence)
    assert PlanItem.objects.get(pk=item.pk).state == ItemState.SUBMITTED
    [row] = queries.sign_rows(world.cast.sam, [item_of(world.tara)])
    assert row.hold == "No evidence is shared for it any more. It waits for the trainee, who shares it again."


# --- typed text keeps itself (screens 13) ---


def keep(world, by=None, seen_version=0, key="evidence:new:1:text", text="Half a sen"):
    given = {"record_id": world.tara.pk, "form_key": key, "fields": {"text": text}}
    return actions.keep_draft(by=by or world.cast.tara, now=NOW, seen_version=seen_version, **given)


def test_typed_text_is_kept_and_two_windows_notice_each_other(world):
    assert keep(world).version == 1
    with pytest.raises(NewerDraft):
        keep(world)
    assert keep(world, seen_version=1).version == 2


def test_far_too_much_text_is_refused_and_nothing_is_kept(world):
    with pytest.raises(Invalid, match="more text than a draft can hold"):
        keep(world, text="x" * (LONGEST + 1))
    assert not TrainingDraft.objects.exists()


def test_t3_typed_text_is_dropped_when_the_evidence_is_saved(world):
    keep(world, key=queries.new_evidence_key(world.tara.pk, "text"))
    evidence = add(world)
    assert not TrainingDraft.objects.exists()
    for step in (edit, quarantine):
        keep(world, key=queries.evidence_key(evidence.pk))
        step(world, evidence, by=world.cast.tara)
        assert queries.kept_by(world.cast.tara, queries.evidence_key(evidence.pk)) is None
