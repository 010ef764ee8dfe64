"""An earlier version of evidence in which a patient can be identified is closed to everybody (T3, quality rule 17)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import require
from ctts.documents import actions as documents
from ctts.documents.states import DocumentState, QuarantineReason
from training import access, notices
from training.actions._practice import note, want
from training.actions._steps import holders, lock_evidence, refuse_identifiers, role_of, tell
from training.models import EvidenceVersion, EvidenceVersionClosing
from training.queries.evidence import number_of_version
from training.queries.items import READABLE
from training.states import AppointmentKind


@transaction.atomic
def close_evidence_version(*, by: User, now: datetime, version_id: int, reason: str) -> EvidenceVersionClosing:
    """A patient can be identified in what a piece of evidence said earlier: nobody opens that version any more, and its
    file neither, unless the piece or another version still shows that; what the piece says now stays (T3).

    Signatures that rest on it stand and show that the evidence changed since. The author, the Training Supervisor and
    the Training Co-ordinator are told. Raises DoesNotExist without it, NotAllowed for strangers, TooLate when it is
    closed or is what the piece says now, Invalid without a reason or when it says again what was found.
    """
    evidence = lock_evidence(EvidenceVersion.objects.values_list("evidence", flat=True).get(pk=version_id))
    version = evidence.versions.select_related("document", "closing").get(pk=version_id)
    version.evidence = evidence
    require(access.can_close_evidence_version(by, version, london_date(now)))
    said = want(reason, "reason", "Say what was found, without repeating it.")
    refuse_identifiers(said, "Your description", "reason")
    record, number = evidence.record, number_of_version(version)
    facts = {"reason": said, "closed_at": now, "closed_by": by, "role": role_of(by, record, now)}
    made = EvidenceVersionClosing.objects.create(version=version, **facts)
    gone = {"version": number, "content": version.content_sha256, "file": _close_file(version, by, now)}
    note("evidence.version_closed", record, evidence, by=by, now=now, words=said, **gone)
    around = holders(record, now, AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR)
    key, told = f"evidence_version{version.pk}", {"by": by, "version": version, "number": number}
    for person in {record.trainee, *around} - {by}:
        tell(notices.EVIDENCE_VERSION_CLOSED, record, person, about=evidence, now=now, key=key, **told)
    return made


def _close_file(version: EvidenceVersion, by: User, now: datetime) -> bool:
    """Whether the file of a version was withdrawn from view with it: nothing else shows it."""
    document = version.document
    if document is None or document.state not in {DocumentState.RECEIVED, DocumentState.CHECKED}:
        return False
    others = version.evidence.versions.filter(READABLE, document=document)
    if document.pk == version.evidence.document_id or others.exists():
        return False
    documents.quarantine(document_id=document.pk, by=by, now=now, reason=QuarantineReason.PATIENT)
    return True
