"""Evidence: added, changed, mapped, shared after the identifier scan, reopened, withdrawn from view (T3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.documents import actions as documents
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.documents.states import DocumentState, QuarantineReason
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from training import access, notices, queries
from training.actions._practice import fresh
from training.actions._steps import (
    forget_draft,
    holders,
    lock_evidence,
    lock_record,
    move_evidence,
    move_item,
    refuse_identifiers,
    role_of,
    strike,
    tell,
)
from training.models import Evidence, EvidenceMapping, EvidenceVersion, IdentifierFinding, PlanItem, TrainingRecord
from training.queries.changed import changed_sign_offs
from training.queries.evidence import evidence_digest, mapping_digest
from training.rules import patient_identifiers
from training.states import RECORD_ENDED, AppointmentKind, EvidenceKind, EvidenceState, ItemState

PURPOSE = "training.evidence"
CONTENT = ["title", "text", "url", "document", "content_sha256", "changed_at", "declared_at", "answer", "answered_at"]


@dataclass(frozen=True, slots=True)
class Content:
    """What a piece of evidence says: a title, and one of text, link, or a file just uploaded."""

    title: str
    text: str = ""
    url: str = ""
    upload: ProvenFile | None = None


class ChangedElsewhere(TooLate):
    """The evidence was saved elsewhere since the page was opened; nothing was written, both texts can be shown."""

    def __init__(self) -> None:
        super().__init__("This evidence was changed in another window since you opened it. Nothing was written over.")


def _digest(kind: str, content: Content, document: Document | None) -> str:
    return evidence_digest(kind, content.title, content.text, content.url, document)


def _store(content: Content, record: TrainingRecord, by: User, now: datetime) -> Document | None:
    if content.upload is None:
        return None
    return documents.store(upload=content.upload, owner=record.trainee, by=by, now=now, purpose=PURPOSE)


@transaction.atomic
def add_evidence(
    *,
    by: User,
    now: datetime,
    record_id: int,
    key: UUID,
    kind: EvidenceKind,
    content: Content,
    item_ids: Collection[int] = (),
    declared: bool = False,
) -> Evidence:
    """Add a file, a text or a link, mapped to competencies; `declared` shares it at once (T3).

    `declared`: the author declares that no patient can be identified. Raises NotAllowed on another's record, TooLate
    when the training has ended or the same form came twice, Invalid for a competency of another record.
    """
    record = lock_record(record_id)
    require(access.can_add_evidence(by, record))
    document = _store(content, record, by, now)
    columns: dict[str, Any] = {"title": content.title, "text": content.text, "url": content.url, "document": document}
    columns |= {"made_at": now, "changed_at": now, "content_sha256": _digest(kind, content, document)}
    with taken_means(DoneAlready("This evidence was added already.")):
        made = Evidence.objects.create(record=record, author=by, kind=kind, key=key, **columns)
    facts = {"kind": str(kind), "content": made.content_sha256}
    audit("training.evidence.added", by=by, at=now, about=made, within=record.trainee_id, after=facts)
    forget_draft(by, queries.new_evidence_key(record.pk, kind))
    _map(made, item_ids, by, now)
    if declared:
        _declare(made, by, now)
    return made


@transaction.atomic
def edit_evidence(
    *, by: User, now: datetime, evidence_id: int, seen: str, content: Content, declared: bool = False
) -> Evidence:
    """Change what is not shared: a draft, held, reopened or withdrawn piece (T3); a file stays unless another comes.

    `seen` is the digest the page was filled from. Raises NotAllowed for others, TooLate while it is shared,
    ChangedElsewhere when another window saved since, Invalid when what was withdrawn is to be shared unchanged.
    """
    evidence = lock_evidence(evidence_id)
    require(access.can_edit_evidence(by, evidence))
    if seen != evidence.content_sha256:
        raise ChangedElsewhere
    document = _store(content, evidence.record, by, now) or evidence.document
    digest = _digest(evidence.kind, content, document)
    withdrawn = evidence.state == EvidenceState.QUARANTINED
    if withdrawn and digest == evidence.content_sha256:
        raise Invalid("It was withdrawn as it is. Change it first: take out what identifies the patient.")
    before = {"content": evidence.content_sha256}
    evidence.title, evidence.text, evidence.url = content.title, content.text, content.url
    evidence.document, evidence.content_sha256, evidence.changed_at = document, digest, now
    evidence.declared_at = evidence.answered_at = None
    evidence.answer = ""
    evidence.save(update_fields=CONTENT)
    step = {EvidenceState.HELD: "take_back", EvidenceState.QUARANTINED: "replace"}.get(EvidenceState(evidence.state))
    if step:
        _settle(evidence, by, now)
        move_evidence(evidence, step, by=by, now=now)
    facts = {"content": digest}
    within = evidence.record.trainee_id
    audit("training.evidence.changed", by=by, at=now, about=evidence, within=within, before=before, after=facts)
    forget_draft(by, queries.evidence_key(evidence.pk))
    if declared:
        _declare(evidence, by, now)
    return evidence


@transaction.atomic
def map_evidence(*, by: User, now: datetime, evidence_id: int, seen: str, item_ids: Collection[int]) -> Evidence:
    """Make the competencies that a piece of evidence shows exactly these; one not started begins (T2, T3).

    `seen` is the digest of those that the page showed. Raises NotAllowed for others, TooLate when the training has
    ended, StaleText when another window chose others meanwhile, Invalid for a competency of another record.
    """
    evidence = lock_evidence(evidence_id)
    require(access.is_author(by, evidence))
    shown = mapping_digest(evidence.mappings.values_list("item_id", flat=True))
    if shown != mapping_digest(set(item_ids)):  # the same sent twice is no other choice
        fresh(seen, shown)
    _map(evidence, item_ids, by, now)
    return evidence


def _map(evidence: Evidence, item_ids: Collection[int], by: User, now: datetime) -> None:
    items = list(PlanItem.objects.filter(record=evidence.record, pk__in=item_ids))
    if len(items) != len(set(item_ids)):
        raise Invalid("One of these is not a competency of your list. Reload the page.", "items")
    was = set(EvidenceMapping.objects.filter(evidence=evidence).values_list("item_id", flat=True))
    wanted = {item.pk for item in items}
    if was == wanted:
        return
    EvidenceMapping.objects.filter(evidence=evidence).exclude(item__in=wanted).delete()
    new = [EvidenceMapping(evidence=evidence, item=item, mapped_at=now) for item in items if item.pk not in was]
    EvidenceMapping.objects.bulk_create(new)
    before, after = {"items": sorted(was)}, {"items": sorted(wanted)}
    within = evidence.record.trainee_id
    audit("training.evidence.mapped", by=by, at=now, about=evidence, within=within, before=before, after=after)
    _tell_changed(evidence, was ^ wanted, now)
    for item in items:
        if item.state == ItemState.NOT_STARTED:
            item.record = evidence.record
            move_item(item, "start", by=by, now=now, evidence=evidence.pk)


@transaction.atomic
def share_evidence(*, by: User, now: datetime, evidence_id: int, seen: str) -> Evidence:
    """The author declares that no patient can be identified, and shares (T3).

    A file that is still being checked is shared by the calendar afterwards. Where the scan finds something, it is held
    for the author's answer. Raises NotAllowed for others, TooLate when it is shared, held or changed since `seen`.
    """
    evidence = lock_evidence(evidence_id)
    require(access.can_share(by, evidence))
    if seen != evidence.content_sha256:
        raise ChangedElsewhere
    _declare(evidence, by, now)
    return evidence


def _declare(evidence: Evidence, by: User, now: datetime) -> None:
    document = evidence.document
    if evidence.versions.filter(content_sha256=evidence.content_sha256, closing__isnull=False).exists():
        raise Invalid("A patient could be identified in what it says: a version with these words is closed. Change it.")
    if document is not None and document.state in {DocumentState.REFUSED, DocumentState.QUARANTINED}:
        raise Invalid("This file cannot be shared: it was refused or withdrawn. Upload another.", "upload")
    evidence.declared_at = now
    evidence.save(update_fields=["declared_at"])
    what, within = "training.evidence.declared", evidence.record.trainee_id
    audit(what, by=by, at=now, about=evidence, within=within, after={"content": evidence.content_sha256})
    if document is None or document.state == DocumentState.CHECKED:
        _share_or_hold(evidence, by, now)


@transaction.atomic
def finish_sharing(*, by: None, now: datetime, evidence_id: int) -> Evidence:
    """Share, or hold, evidence whose author declared it while its file was being checked (T3); for the calendar.

    Running it again changes nothing: only a draft that was declared and whose file is checked moves.
    """
    evidence = lock_evidence(evidence_id)
    ready = queries.sharing_owed().filter(pk=evidence_id).exists()
    if ready:
        _share_or_hold(evidence, by, now)
        if evidence.state == EvidenceState.HELD:
            key = f"evidence{evidence.pk}:{evidence.content_sha256[:16]}"
            told = {"evidence": evidence}
            tell(notices.EVIDENCE_HELD, evidence.record, evidence.author, about=evidence, now=now, key=key, **told)
    return evidence


def _share_or_hold(evidence: Evidence, by: User | None, now: datetime) -> None:
    """Scan title, text, link and the words of the file (quality rule 17); what was shared as it is goes again."""
    shared_before = EvidenceVersion.objects.filter(evidence=evidence, content_sha256=evidence.content_sha256).exists()
    found = {} if shared_before else _scan(evidence)
    IdentifierFinding.objects.bulk_create(
        IdentifierFinding(evidence=evidence, kind=kind, count=count, found_at=now) for kind, count in found.items()
    )
    if found:
        move_evidence(evidence, "hold", by=by, now=now, after={"found": sorted(found)})
    else:
        _share(evidence, "share", by, now)


def _scan(evidence: Evidence) -> dict[str, int]:
    words = [evidence.title, evidence.text, evidence.url]
    if evidence.document is not None:
        words += [evidence.document.original_name, queries.document_words(evidence.document)]
    found: dict[str, int] = {}
    for finding in patient_identifiers("\n\n".join(words)):
        if finding.holds:
            found[str(finding.kind)] = found.get(str(finding.kind), 0) + 1
    return found


def _share(evidence: Evidence, step: str, by: User | None, now: datetime) -> None:
    move_evidence(evidence, step, by=by, now=now, after={"content": evidence.content_sha256})
    EvidenceVersion.objects.get_or_create(
        evidence=evidence,
        content_sha256=evidence.content_sha256,
        defaults={
            "title": evidence.title,
            "text": evidence.text,
            "url": evidence.url,
            "document": evidence.document,
            "shared_at": now,
            "shared_by": by,
        },
    )
    _tell_changed(evidence, evidence.mappings.values("item"), now)


def _tell_changed(evidence: Evidence, items: Any, now: datetime) -> None:
    """The supervisor hears at once which signatures rest on other evidence now; of what is not shared, nothing (T2).

    `items`: the competencies that this step is about."""
    if evidence.state != EvidenceState.SHARED:
        return
    rows = changed_sign_offs().filter(item__record=evidence.record, item__in=items).order_by("item__position")
    codes = list(rows.values_list("item__item__code", flat=True))
    key, told = f"evidence{evidence.pk}:{now.isoformat()}", {"codes": codes, "evidence": evidence}
    for supervisor in holders(evidence.record, now, AppointmentKind.SUPERVISOR) if codes else []:
        tell(notices.EVIDENCE_CHANGED, evidence.record, supervisor, about=evidence, now=now, key=key, **told)


@transaction.atomic
def answer_findings(*, by: User, now: datetime, evidence_id: int, seen: str, answer: str) -> Evidence:
    """The author says in words why no patient can be identified; what was held is shared (T3, quality rule 17).

    Raises NotAllowed for others, TooLate when it is not held or changed since `seen`, Invalid without an answer.
    """
    evidence = lock_evidence(evidence_id)
    require(access.can_answer(by, evidence))
    if seen != evidence.content_sha256:
        raise ChangedElsewhere
    if not answer.strip():
        raise Invalid("Say why no patient can be identified, or take it back and change it.", "answer")
    refuse_identifiers(answer, "Your answer", "answer")
    evidence.answer, evidence.answered_at = answer.strip(), now
    evidence.save(update_fields=["answer", "answered_at"])
    _settle(evidence, by, now)
    _share(evidence, "answer", by, now)
    return evidence


def _settle(evidence: Evidence, by: User, now: datetime) -> None:
    open_ones = IdentifierFinding.objects.filter(evidence=evidence, settled_at__isnull=True)
    open_ones.update(settled_at=now, settled_by=by)


@transaction.atomic
def reopen_evidence(*, by: User, now: datetime, evidence_id: int) -> Evidence:
    """The author takes shared evidence back to change it; others no longer see it until it is shared again (T3).

    Signatures that rest on it stand; once it is shared again with other words they show that it changed. Raises
    NotAllowed for others, TooLate when it is not shared.
    """
    evidence = lock_evidence(evidence_id)
    require(access.can_reopen(by, evidence))
    evidence.declared_at = None
    evidence.answer, evidence.answered_at = "", None
    move_evidence(evidence, "reopen", by=by, now=now)
    evidence.save(update_fields=["declared_at", "answer", "answered_at"])
    return evidence


@transaction.atomic
def quarantine_evidence(
    *, by: User, now: datetime, evidence_id: int, reason: str, authentication: AuthenticationEvent
) -> list[str]:
    """A patient could be identified: withdraw the evidence and its file from view, and the signatures on it (T3).

    The signatures stay in the record, struck; the competencies are returned. Once the training has ended nobody could
    sign again: then they stand, and the office is told. Returns the codes of what was struck. Raises NotAllowed for
    people who do not stand around the trainee, TooLate when it is withdrawn already, Invalid without a reason or when
    the reason says again what was found.
    """
    evidence = lock_evidence(evidence_id)
    require(access.can_quarantine(by, evidence, london_date(now)))
    if not reason.strip():
        raise Invalid("Say what was found, without repeating it.", "reason")
    refuse_identifiers(reason, "Your description", "reason")
    evidence.quarantined_at = now
    evidence.save(update_fields=["quarantined_at"])
    role = role_of(by, evidence.record, now)
    move_evidence(evidence, "quarantine", by=by, now=now, role=role, words={"reason": reason.strip()})
    if evidence.document is not None and evidence.document.state in {DocumentState.RECEIVED, DocumentState.CHECKED}:
        documents.quarantine(document_id=evidence.document.pk, by=by, now=now, reason=QuarantineReason.PATIENT)
    forget_draft(evidence.author, queries.evidence_key(evidence.pk))
    ended = evidence.record.state in RECORD_ENDED
    withdrawn = [] if ended else _strike_all(evidence, by, now, authentication, role)
    around = holders(evidence.record, now, AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR)
    around = [*around, *(people_with(Role.OFFICE, london_date(now)) if ended else [])]
    told = {"by": by, "evidence": evidence, "withdrawn": withdrawn, "ended": ended}
    key = f"evidence{evidence.pk}:{now.isoformat()}"
    for person in {evidence.record.trainee, *around} - {by}:
        tell(notices.EVIDENCE_QUARANTINED, evidence.record, person, about=evidence, now=now, key=key, **told)
    return withdrawn


STRUCK = "The evidence was withdrawn: a patient could be identified in it."


def _strike_all(
    evidence: Evidence, by: User, now: datetime, authentication: AuthenticationEvent, role: str
) -> list[str]:
    """Withdraw every standing signature that rests on this evidence; the codes of the competencies."""
    codes = []
    for sign_off in queries.resting_on(evidence):
        sign_off.item.record = evidence.record
        strike(sign_off, by=by, now=now, reason=STRUCK, authentication=authentication, role=role)
        codes.append(sign_off.item.item.code)
    return codes
