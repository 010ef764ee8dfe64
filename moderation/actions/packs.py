"""The pack for the register: what the trainee adds, asking for it, and what became of it (D2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.moves import move_rows
from ctts.common.queue import ring
from ctts.common.verdict import require
from ctts.documents.actions import store, store_bytes
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.documents.states import MediaType
from moderation import access, notices
from moderation.models import Pack, PackFile
from moderation.states import PACK_MOVES, PackPart, PackState
from training.actions import lock_record, lock_with_record, tell

MAKE = "moderation.make_packs"


@transaction.atomic
def give_pack_part(*, by: User, now: datetime, record_id: int, part: PackPart, upload: ProvenFile) -> PackFile:
    """The trainee adds the CV or the organisation chart, or replaces it; the former file is in no pack any more (D2).

    Raises NotAllowed for anybody else, TooLate before the award, Invalid at `file` when there is no room for it.
    """
    record = lock_record(record_id)
    require(access.can_use_pack(by, record))
    document = store(upload=upload, owner=by, by=by, now=now, purpose=f"moderation.pack_{part}")
    given = {"document": document, "given_at": now}
    made, _ = PackFile.objects.update_or_create(record=record, part=part, defaults=given)
    facts = {"part": str(part), "sha256": document.sha256}
    audit("moderation.pack.part_given", by=by, at=now, about=made, within=record.trainee_id, after=facts)
    return made


@transaction.atomic
def ask_pack(*, by: User, now: datetime, record_id: int) -> Pack:
    """The trainee asks for the pack; the worker puts together what is there and names what is missing (D2).

    Raises NotAllowed for anybody else, TooLate before the award and while one is being put together.
    """
    record = lock_record(record_id)
    require(access.can_ask_pack(by, record))
    pack = Pack.objects.create(record=record, asked_at=now)
    audit("moderation.pack.asked", by=by, at=now, about=pack, within=record.trainee_id)
    ring(MAKE)
    return pack


@transaction.atomic
def finish_pack(
    *, by: None, now: datetime, pack_id: int, archive: bytes, printable: bytes, pages: int, missing: Sequence[str]
) -> Pack:
    """Keep the two files of a pack and tell the trainee, once; what comes a second time is dropped (D2)."""
    pack = _lock(pack_id)
    if pack.state != PackState.REQUESTED:
        return pack
    owner = pack.record.trainee
    common: dict[str, Any] = {"owner": owner, "by": by, "now": now, "purpose": "moderation.pack"}
    stem = f"Pack for the register, {owner.full_name}"
    files: dict[str, Document] = {
        "archive": store_bytes(content=archive, name=f"{stem}.zip", media_type=MediaType.ZIP, **common),
        "printable": store_bytes(
            content=printable, name=f"{stem}.pdf", media_type=MediaType.PDF, pages=pages, **common
        ),
    }
    _end(pack, "finish", missing=list(missing), made_at=now, **files)
    hashes = {name: document.sha256 for name, document in files.items()}
    audit("moderation.pack.made", by=by, at=now, about=pack, within=owner.pk, after=hashes)
    tell(notices.PACK_READY, pack.record, owner, about=pack, now=now, key=str(pack.pk), pack=pack)
    return pack


@transaction.atomic
def fail_pack(*, by: None, now: datetime, pack_id: int, error: str) -> Pack:
    """Note that a pack could not be put together, in the sentence that the trainee reads (D2)."""
    pack = _lock(pack_id)
    if pack.state == PackState.REQUESTED:
        _end(pack, "fail", error=error)
        audit("moderation.pack.failed", by=by, at=now, about=pack, within=pack.record.trainee_id)
    return pack


def _lock(pack_id: int) -> Pack:
    return lock_with_record(Pack, pack_id)


def _end(pack: Pack, step: str, **columns: Any) -> None:
    """Take the step that ends the work on a pack, with the columns that belong to it."""
    move_rows(Pack.objects.filter(pk=pack.pk), PACK_MOVES, step, **columns)
    record = pack.record
    pack.refresh_from_db()
    pack.record = record
