"""Take it with you (quality rule 18): the trainee orders the whole record as one archive; what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.moves import change_state
from ctts.common.queue import ring
from ctts.common.races import taken_means
from ctts.common.verdict import TooLate, require
from ctts.scheme.queries import numbers_of
from training import access, notices
from training.access.copies import UNDER_WAY
from training.actions._practice import note
from training.actions._steps import lock_record, lock_with_record, tell
from training.models import RecordCopy
from training.states import COPY_MOVES, CopyState

MAKE_COPIES = "training.make_copies"
END_COPIES = "training.end_copies"


@dataclass(frozen=True, slots=True)
class MadeCopy:
    """An archive that lies in the storage: its address, its size, its files, and what is not in it, each with why."""

    sha256: str
    size: int
    files: int
    left_out: Sequence[dict[str, str]]


@transaction.atomic
def order_copy(*, by: User, now: datetime, record_id: int, key: UUID) -> RecordCopy:
    """The trainee orders the whole record; the worker puts it together. The same `key` again gives the same order.

    Raises NotAllowed for anybody else, TooLate while one is being put together.
    """
    record = lock_record(record_id)
    known = RecordCopy.objects.filter(key=key, record=record, record__trainee=by).first()
    if known is not None:
        return known
    require(access.can_order_copy(by, record))
    with taken_means(TooLate(UNDER_WAY)):
        copy = RecordCopy.objects.create(record=record, asked_at=now, key=key)
    note("copy.ordered", record, copy, by=by, now=now)
    ring(MAKE_COPIES)
    return copy


@transaction.atomic
def cancel_copy(*, by: User, now: datetime, copy_id: int) -> RecordCopy:
    """The trainee cancels an order; the worker stops at the next file. Raises NotAllowed, TooLate when it is over."""
    copy = lock_with_record(RecordCopy, copy_id)
    require(access.can_cancel_copy(by, copy))
    _move(copy, "cancel", "cancelled", by=by, now=now, ended_at=now)
    return copy


@transaction.atomic
def delete_copy(*, by: User, now: datetime, copy_id: int) -> RecordCopy:
    """The trainee has a copy deleted before its days are over. Raises NotAllowed, TooLate when it is gone already."""
    copy = lock_with_record(RecordCopy, copy_id)
    require(access.can_delete_copy(by, copy))
    _move(copy, "expire", "deleted", by=by, now=now, ended_at=now)
    ring(END_COPIES)
    return copy


@transaction.atomic
def note_download(*, by: User, now: datetime, copy_id: int) -> RecordCopy:
    """The trainee downloads a copy: each time stands in the audit. Raises NotAllowed, TooLate when it is over (T3)."""
    copy = lock_with_record(RecordCopy, copy_id)
    require(access.can_have_copy(by, copy, now))
    note("copy.downloaded", copy.record, copy, by=by, now=now, sha256=copy.sha256)
    return copy


@transaction.atomic
def keep_copy(*, by: None, now: datetime, copy_id: int, made: MadeCopy) -> RecordCopy:
    """Keep what the worker made, tell the trainee, and let go of the copies before it. It can be downloaded for as many
    days as the rules of the record say. Raises TooLate when the order was cancelled meanwhile."""
    copy = lock_with_record(RecordCopy, copy_id)
    days = numbers_of(copy.record.rules).record_copy_days
    columns = {
        "sha256": made.sha256,
        "size": made.size,
        "files": made.files,
        "left_out": list(made.left_out),
        "made_at": now,
        "expires_at": now + timedelta(days=days),
        "done": copy.total,
    }
    _move(copy, "finish", "made", by=by, now=now, **columns)
    for former in RecordCopy.objects.filter(record=copy.record, state=CopyState.READY).exclude(pk=copy.pk):
        former.record = copy.record
        _move(former, "expire", "replaced", by=by, now=now, ended_at=now)
    tell(notices.COPY_READY, copy.record, copy.record.trainee, about=copy, now=now, key=str(copy.pk), copy=copy)
    return copy


@transaction.atomic
def fail_copy(*, by: None, now: datetime, copy_id: int, error: str) -> RecordCopy:
    """Note that a copy could not be put together, in the sentence that the trainee reads, and tell them.

    Raises TooLate when the order is over.
    """
    copy = lock_with_record(RecordCopy, copy_id)
    _move(copy, "fail", "failed", by=by, now=now, ended_at=now, error=error)
    tell(notices.COPY_FAILED, copy.record, copy.record.trainee, about=copy, now=now, key=str(copy.pk), copy=copy)
    return copy


@transaction.atomic
def end_copy(*, by: None, now: datetime, copy_id: int) -> RecordCopy:
    """The calendar lets go of a copy whose days are over, or that holds what was withdrawn since (T3).

    Raises TooLate when it is gone already.
    """
    copy = lock_with_record(RecordCopy, copy_id)
    _move(copy, "expire", "expired", by=by, now=now, ended_at=now)
    return copy


def _move(copy: RecordCopy, step: str, what: str, *, by: User | None, now: datetime, **columns: Any) -> None:
    """Take a legal step with a locked copy, set `columns` with it, and put it on the audit of the dossier."""
    before = {"state": str(copy.state)}
    change_state(copy, COPY_MOVES, step, **columns)
    audit(
        f"training.copy.{what}",
        by=by,
        at=now,
        about=copy,
        within=copy.record.trainee_id,
        before=before,
        after={"state": str(copy.state), "sha256": copy.sha256},
        role="Trainee" if by else "",
    )
