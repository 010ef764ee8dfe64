"""Evidence: added, mapped, scanned, shared, answered, reopened, withdrawn from view with its signatures (T3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from ctts.audit.models import AuditEvent, AuditWords
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training.world import (
    NOW,
    authentication,
    choose,
    file_evidence,
    item_of,
    settle,
    signed,
    text_evidence,
    upload,
)
from training import actions, periodic, queries
from training.actions import ChangedElsewhere, Content, StaleText
from training.models import Evidence, EvidenceVersion, IdentifierFinding, PlanItem
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


def entry(kind, evidence):
    row = AuditEvent.objects.get(action=kind, object="training.evidence", object_id=evidence.pk)
    return row.before, row.after


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


# --- adding and mapping ---


def test_t3_a_text_is_added_mapped_to_many_and_starts_them(world):
    items = [item_of(world.tara, number) for number in (0, 1)]
    evidence = text_evidence(world.tara, *items, declared=False)
    assert (evidence.state, evidence.declared_at) == (EvidenceState.DRAFT, None)
    assert set(evidence.mappings.values_list("item", flat=True)) == {item.pk for item in items}
    assert {row.state for row in PlanItem.objects.filter(mappings__evidence=evidence)} == {ItemState.IN_PROGRESS}
    assert audited(evidence) == ["added", "mapped"]


def test_t3_what_was_added_mapped_and_changed_is_on_the_audit_by_keys_and_digests(world):
    items = [item_of(world.tara, number).pk for number in (0, 1)]
    evidence = text_evidence(world.tara, item_of(world.tara), declared=False)
    first = evidence.content_sha256
    assert entry("training.evidence.added", evidence) == ({}, {"kind": "text", "content": first})
    assert entry("training.evidence.mapped", evidence) == ({"items": []}, {"items": items[:1]})
    second = edit(world, evidence).content_sha256
    assert entry("training.evidence.changed", evidence) == ({"content": first}, {"content": second})
    assert "Other words" not in str(AuditEvent.objects.filter(object_id=evidence.pk).values())


def test_t3_a_file_is_kept_in_the_dossier_of_the_trainee(world):
    evidence = file_evidence(world.tara, item_of(world.tara))
    assert (evidence.document.owner, evidence.document.purpose) == (world.cast.tara, "training.evidence")
    assert len(evidence.content_sha256) == 64


def test_t3_a_link_is_evidence(world):
    content = Content("Protocol", url="https://intranet.example.org/protocol")
    made = add(world, kind=EvidenceKind.LINK, content=content, declared=True)
    assert (made.url, made.state) == (content.url, EvidenceState.SHARED)


def add(world, by=None, **more):
    given = {"kind": EvidenceKind.TEXT, "content": Content("Title", "Words."), "key": uuid4(), **more}
    return actions.add_evidence(by=by or world.cast.tara, now=NOW, record_id=world.tara.pk, **given)


@pytest.mark.parametrize("who", OTHERS)
def test_t3_nobody_adds_evidence_to_the_record_of_another(world, who):
    with pytest.raises(NotAllowed):
        add(world, by=getattr(world.cast, who))


def test_t3_the_same_form_adds_once(world):
    key = uuid4()
    add(world, key=key)
    with pytest.raises(TooLate, match="already"):
        add(world, key=key)
    other = {"key": key, "kind": EvidenceKind.TEXT, "content": Content("Title", "Words.")}
    with pytest.raises(TooLate, match="already"):
        actions.add_evidence(by=world.cast.tom, now=NOW, record_id=world.tom.pk, **other)


def test_t3_a_competency_of_another_record_cannot_be_mapped(world):
    other = item_of(world.tom)
    with pytest.raises(Invalid, match="not a competency of your list"):
        add(world, item_ids=[other.pk])
    assert not Evidence.objects.exists()
    mine = text_evidence(world.tara)
    with pytest.raises(Invalid):
        choose(mine, [other.pk])


def test_t3_mapping_can_be_changed_by_the_author_alone(world):
    first, second = item_of(world.tara, 0), item_of(world.tara, 1)
    evidence = text_evidence(world.tara, first)
    choose(evidence, [second.pk])
    assert list(evidence.mappings.values_list("item", flat=True)) == [second.pk]
    choose(evidence, [second.pk])
    assert audited(evidence).count("mapped") == 2
    for who in OTHERS:
        with pytest.raises(NotAllowed):
            choose(evidence, [first.pk], getattr(world.cast, who))


def test_t3_a_choice_of_competencies_does_not_take_away_what_another_window_chose(world):
    first, second, third = (item_of(world.tara, number) for number in range(3))
    evidence = text_evidence(world.tara, first)
    seen = queries.mapping_digest([first.pk])
    choose(evidence, [first.pk, second.pk], seen=seen)
    with pytest.raises(StaleText):
        choose(evidence, [first.pk, third.pk], seen=seen)
    assert set(queries.mapped_items(evidence)) == {first, second}
    choose(evidence, [second.pk, first.pk], seen=seen)
    assert audited(evidence).count("mapped") == 2


# --- private until shared ---


def test_t3_a_draft_is_seen_by_its_author_alone_and_shared_evidence_by_those_around(world):
    evidence = text_evidence(world.tara, declared=False)
    assert [who for who in ["tara", *OTHERS] if sees(world, who, evidence)] == ["tara"]
    share(world, evidence)
    assert [who for who in ["tara", *OTHERS] if sees(world, who, evidence)] == ["tara", *AROUND]
    assert audited(evidence)[-2:] == ["declared", "share"]


def test_t3_sharing_declares_that_no_patient_can_be_identified(world):
    evidence = text_evidence(world.tara)
    assert (evidence.state, evidence.declared_at) == (EvidenceState.SHARED, NOW)
    version = EvidenceVersion.objects.get(evidence=evidence)
    assert (version.content_sha256, version.text) == (evidence.content_sha256, evidence.text)


def test_t3_the_database_refuses_shared_evidence_without_declaration(world):
    evidence = text_evidence(world.tara, declared=False)
    with pytest.raises(DatabaseError, match="shared_is_declared"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update training_evidence set state = 'shared' where id = %s", [evidence.pk])


@pytest.mark.parametrize("who", OTHERS)
def test_t3_only_the_author_edits_shares_answers_and_reopens(world, who):
    other, draft = getattr(world.cast, who), text_evidence(world.tara, declared=False)
    shared, held = text_evidence(world.tara), text_evidence(world.tara, text=FOUND)
    with pytest.raises(NotAllowed):
        edit(world, draft, by=other)
    with pytest.raises(NotAllowed):
        actions.share_evidence(by=other, now=NOW, evidence_id=draft.pk, seen=draft.content_sha256)
    with pytest.raises(NotAllowed):
        actions.answer_findings(by=other, now=NOW, evidence_id=held.pk, seen=held.content_sha256, answer="x")
    with pytest.raises(NotAllowed):
        actions.reopen_evidence(by=other, now=NOW, evidence_id=shared.pk)


def test_t3_what_changed_since_the_page_is_not_shared(world):
    evidence = text_evidence(world.tara, declared=False)
    with pytest.raises(ChangedElsewhere):
        actions.share_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk, seen="0" * 64)
    share(world, evidence)
    with pytest.raises(TooLate):
        share(world, evidence)


# --- the scan holds, never blocks (quality rule 17) ---


def test_t3_a_finding_holds_the_text_for_the_authors_answer(world):
    evidence = text_evidence(world.tara, item_of(world.tara), text=f"{FOUND} DOB: 3 May 1950. {NHS}.")
    assert evidence.state == EvidenceState.HELD
    assert dict(evidence.findings.values_list("kind", "count")) == {"nhs_number": 2, "date_of_birth": 1}
    assert not sees(world, "sam", evidence)
    seen = evidence.content_sha256
    given = {"evidence_id": evidence.pk, "seen": seen}
    with pytest.raises(Invalid):
        actions.answer_findings(by=world.cast.tara, now=NOW, answer=" ", **given)
    with pytest.raises(ChangedElsewhere):
        actions.answer_findings(by=world.cast.tara, now=NOW, evidence_id=evidence.pk, seen="0" * 64, answer="x")
    with pytest.raises(Invalid, match="names what may identify a patient") as told:
        actions.answer_findings(by=world.cast.tara, now=NOW, answer=f"The number {NHS} is of a phantom.", **given)
    assert told.value.field == "answer"
    actions.answer_findings(by=world.cast.tara, now=LATER, answer="A published test number.", **given)
    held = fresh(evidence)
    assert (held.state, held.answer, held.answered_at) == (EvidenceState.SHARED, "A published test number.", LATER)
    assert set(held.findings.values_list("settled_by", flat=True)) == {world.cast.tara.pk}
    assert audited(evidence) == ["added", "mapped", "declared", "hold", "answer"]
    assert sees(world, "sam", evidence)


def test_t3_the_value_found_is_stored_nowhere_but_in_the_evidence(world):
    text_evidence(world.tara, title="Report", text=FOUND)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_auditevent e where e::text like %s", [f"%{NHS}%"])
        events = cursor.fetchone()[0]
        cursor.execute("select count(*) from training_identifierfinding f where f::text like %s", [f"%{NHS}%"])
        assert (events, cursor.fetchone()[0]) == (0, 0)
    assert not AuditWords.objects.filter(text__icontains=NHS).exists()


def test_t3_a_number_of_the_test_range_holds_nothing(world):
    assert text_evidence(world.tara, text="Test number 999 000 0018.").state == EvidenceState.SHARED


def test_t3_the_title_and_the_name_of_a_file_are_scanned_too(world):
    assert text_evidence(world.tara, title=f"Report {NHS}").state == EvidenceState.HELD
    given = {"kind": EvidenceKind.FILE, "declared": True}
    file = replace(upload("training-plan.pdf", str(uuid4())), name=f"{NHS}.pdf")
    evidence = add(world, content=Content("Report", upload=file), **given)
    settle(evidence.document, NOW)
    assert periodic.share_evidence(NOW) == 1
    assert fresh(evidence).state == EvidenceState.HELD


def test_t3_held_evidence_is_taken_back_by_changing_it(world):
    evidence = text_evidence(world.tara, text=FOUND)
    edit(world, evidence, declared=True)
    assert fresh(evidence).state == EvidenceState.SHARED
    assert not queries.open_findings(evidence).exists()
    assert audited(evidence)[-4:] == ["take_back", "changed", "declared", "share"]


def test_t3_what_was_answered_once_is_not_held_again_unchanged(world):
    evidence = text_evidence(world.tara, text=FOUND)
    given = {"evidence_id": evidence.pk, "seen": evidence.content_sha256, "answer": "A test number."}
    actions.answer_findings(by=world.cast.tara, now=NOW, **given)
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk)
    assert share(world, evidence).state == EvidenceState.SHARED
    assert IdentifierFinding.objects.filter(evidence=evidence).count() == 1


# --- changing ---


def test_t3_shared_evidence_is_reopened_before_it_changes(world):
    evidence = text_evidence(world.tara)
    with pytest.raises(TooLate, match="Reopen it"):
        edit(world, evidence)
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk)
    assert (fresh(evidence).state, fresh(evidence).declared_at) == (EvidenceState.REOPENED, None)
    assert not sees(world, "sam", evidence)
    assert edit(world, evidence).text == "Other words."
    with pytest.raises(TooLate):
        actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk)


def test_t3_a_change_in_two_windows_loses_nothing(world):
    evidence = text_evidence(world.tara, declared=False)
    edit(world, evidence)
    with pytest.raises(ChangedElsewhere, match="another window"):
        edit(world, evidence, seen=evidence.content_sha256)
    assert fresh(evidence).text == "Other words."


def test_t3_a_change_after_signing_leaves_the_signature_and_shows_what_differs(world):
    done = signed(world.cast.sam, world.tara)
    [evidence] = queries.judged_evidence([done.item])[done.item_id]
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk)
    pieces = queries.judged_evidence([done.item])[done.item_id]
    [gone] = queries.differences(done.content["evidence"], pieces)
    assert gone.what == "is no longer shared for this competency"
    edit(world, evidence, declared=True)
    pieces = queries.judged_evidence([done.item])[done.item_id]
    [changed] = queries.differences(done.content["evidence"], pieces)
    assert (changed.what, "Other words." in changed.after) == ("was changed", True)
    groups = queries.matrix(world.tara, world.cast.sam, TODAY)
    assert groups[0].rows[0].badge.word == "Changed since signed"
    assert PlanItem.objects.get(pk=done.item_id).state == ItemState.SIGNED


def test_t3_evidence_added_or_unmapped_after_signing_is_named(world):
    done = signed(world.cast.sam, world.tara)
    [evidence] = queries.judged_evidence([done.item])[done.item_id]
    text_evidence(world.tara, done.item, title="Extra")
    choose(evidence, [])
    found = queries.differences(done.content["evidence"], queries.judged_evidence([done.item])[done.item_id])
    assert [(one.title, one.what) for one in found] == [
        ("Evidence 0", "is no longer shared for this competency"),
        ("Extra", "was added"),
    ]
