"""Receiving files from people, keeping files the system made, withdrawing and restoring them."""

from __future__ import annotations

import logging
import re
from datetime import datetime

from django.db import connection, transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.moves import can_move, change_state
from ctts.common.queue import enqueue
from ctts.common.verdict import Invalid, require
from ctts.documents import access, rules
from ctts.documents.keeping import keep
from ctts.documents.models import Document, Quarantine
from ctts.documents.proving import FIELD, ProvenFile
from ctts.documents.queries import used_bytes
from ctts.documents.states import (
    DOCUMENT_MOVES,
    DocumentState,
    MalwareResult,
    MediaType,
    Origin,
    QuarantineReason,
)
from ctts.documents.storage import StorageAway
from ctts.documents.tasks import check_document

logger = logging.getLogger(__name__)

QUOTA_LOCKS = 0x51554F54
PURPOSE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
NOT_KEPT = "The file could not be kept just now; nothing was changed. Send it again in a minute."
WAS_WITHDRAWN = (
    "This very file was withdrawn before. Take out what must not be in it, save it under another name, and upload that."
)


@transaction.atomic
def store(
    *, upload: ProvenFile, owner: User | None, by: User | None, now: datetime, purpose: str, field: str = FIELD
) -> Document:
    """Keep a file somebody uploaded into the dossier of `owner` (None: the office), and have it checked.

    `by` None: somebody without an account, whose link the owning app has checked; there is an `owner` then.

    `upload` comes from `forms.DocumentField` or `proving.prove`; `purpose` is a code such as
    "applications.qualification". Quality rule 12. Raises Invalid at `field`: no room left (2 GB a person), withdrawn
    before, storage away.
    """
    _require_code(purpose)
    if owner is not None:
        _require_room(owner.pk, upload.size, field)
    if Document.objects.filter(sha256=upload.sha256, state=DocumentState.QUARANTINED).exists():
        raise Invalid(WAS_WITHDRAWN, field)
    try:
        sha256 = keep(upload.content)
    except StorageAway as problem:
        logger.exception("The storage did not take an upload.")
        raise Invalid(NOT_KEPT, field) from problem
    document = Document.objects.create(
        sha256=sha256,
        size=upload.size,
        media_type=upload.media_type,
        original_name=upload.name,
        pages=upload.pages,
        origin=Origin.UPLOADED if by else Origin.HANDED,
        removed=list(upload.removed),
        purpose=purpose,
        owner=owner,
        uploaded_by=by,
        uploaded_at=now,
    )
    facts = {"sha256": sha256, "size": upload.size, "media_type": upload.media_type, "purpose": purpose}
    record("documents.document.stored", by=by, at=now, about=document, within=document.owner_id, after=facts)
    enqueue(check_document, document_id=document.pk)
    return document


@transaction.atomic
def store_bytes(
    *,
    content: bytes,
    name: str,
    media_type: MediaType,
    owner: User | None,
    by: User | None,
    now: datetime,
    purpose: str,
    pages: int | None = None,
) -> Document:
    """Keep a file that the system itself made (letter, diploma, portfolio, pack), byte for byte, ready at once.

    Never cleaned or saved anew: that would break a signature. No limit and no quota. Raises ValueError for empty
    content or a purpose that is no code, StorageAway when the storage is away.
    """
    _require_code(purpose)
    if not content:
        raise ValueError("An empty file was made.")
    document = Document.objects.create(
        sha256=keep(content),
        size=len(content),
        media_type=media_type,
        original_name=rules.safe_name(name, media_type),
        pages=pages,
        origin=Origin.MADE,
        purpose=purpose,
        owner=owner,
        uploaded_by=by,
        uploaded_at=now,
        state=DocumentState.CHECKED,
        malware=MalwareResult.NOT_SCANNED,
        checked_at=now,
    )
    facts = {"sha256": document.sha256, "size": document.size, "media_type": media_type, "purpose": purpose}
    record("documents.document.made", by=by, at=now, about=document, within=document.owner_id, after=facts)
    return document


@transaction.atomic
def quarantine(*, document_id: int, by: User, now: datetime, reason: QuarantineReason) -> list[Document]:
    """Stop serving a file and every other file with the same content, whoever has it (T3); the content is kept.

    The owning app has asked whether `by` may. Returns the withdrawn files. Raises TooLate when the file is withdrawn or
    refused already.
    """
    document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document_id)
    require(can_move(document, DOCUMENT_MOVES, "quarantine"))
    copies = Document.objects.select_for_update(of=("self",), no_key=True).filter(
        sha256=document.sha256, state__in=DOCUMENT_MOVES["quarantine"].sources
    )
    withdrawn = list(copies.order_by("pk"))
    for copy in withdrawn:
        before = copy.state
        change_state(copy, DOCUMENT_MOVES, "quarantine")
        Quarantine.objects.create(document=copy, by=by, at=now, reason=reason)
        _record_move("quarantined", copy, by, now, before, reason)
    return withdrawn


@transaction.atomic
def restore(*, document_id: int, by: User, now: datetime) -> Document:
    """Lift the withdrawal of one file that was withdrawn by mistake; it is checked anew before anybody sees it.

    The owning app has asked whether `by` may. Raises TooLate when it is not withdrawn.
    """
    document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document_id)
    change_state(document, DOCUMENT_MOVES, "restore")
    last = Quarantine.objects.filter(document=document, lifts__isnull=True).latest("pk")
    Quarantine.objects.create(document=document, by=by, at=now, reason=last.reason, lifts=last)
    _ask_for_check(document)
    _record_move("restored", document, by, now, DocumentState.QUARANTINED, last.reason)
    return document


@transaction.atomic
def check_again(*, document_id: int, by: User, now: datetime) -> Document:
    """Start the check of a file anew after it was given up (scanner or storage were away too long).

    Raises TooLate when the file is checked, refused or withdrawn.
    """
    document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document_id)
    require(access.can_check_again(document))
    _ask_for_check(document)
    record("documents.document.check_asked", by=by, at=now, about=document, within=document.owner_id)
    return document


def _require_code(purpose: str) -> None:
    if not PURPOSE.fullmatch(purpose):
        raise ValueError("A purpose is a code such as “applications.qualification”.")


def _require_room(owner_id: int, size: int, field: str) -> None:
    """Judge the quota with other uploads into the same dossier waiting, so that two cannot share the last room."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [QUOTA_LOCKS, owner_id % 2**31])
    sentence = rules.over_quota(used_bytes(owner_id), size)
    if sentence:
        raise Invalid(sentence, field)


def _ask_for_check(document: Document) -> None:
    document.check_attempts = 0
    document.check_claimed_at = None
    document.save(update_fields=["check_attempts", "check_claimed_at"])
    enqueue(check_document, document_id=document.pk)


def _record_move(what: str, document: Document, by: User, now: datetime, before: str, reason: str) -> None:
    record(
        f"documents.document.{what}",
        by=by,
        at=now,
        about=document,
        within=document.owner_id,
        before={"state": before},
        after={"state": document.state, "reason": reason, "sha256": document.sha256},
    )
