"""Who orders, cancels, downloads and deletes a copy of a whole record (quality rule 18)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late
from ctts.documents.models import Quarantine
from training.access.record import is_trainee
from training.models import Evidence, PieceWithdrawal, RecordCopy, TrainingRecord
from training.states import COPY_MOVES, CopyState

UNDER_WAY = "A copy is being put together already. Wait for it, or cancel it."
OVER = "This copy has been deleted: its days were over. Order another one."
WITHDRAWN = (
    "Evidence or writing was withdrawn from view since this copy was begun, so it is not given out. Order another one."
)


def can_order_copy(user: User, record: TrainingRecord) -> Verdict:
    """The trainee orders a copy of the whole record, also when training has ended; one at a time (quality rule 18)."""
    own = is_trainee(user, record)
    if own and RecordCopy.objects.filter(record=record, state=CopyState.REQUESTED).exists():
        return late(UNDER_WAY)
    return own


def can_cancel_copy(user: User, copy: RecordCopy) -> Verdict:
    """The trainee cancels a copy while it is being put together."""
    return both(is_trainee(user, copy.record), can_move(copy, COPY_MOVES, "cancel"))


def can_delete_copy(user: User, copy: RecordCopy) -> Verdict:
    """The trainee has a copy deleted before its days are over."""
    return both(is_trainee(user, copy.record), can_move(copy, COPY_MOVES, "expire"))


def can_have_copy(user: User, copy: RecordCopy, now: datetime) -> Verdict:
    """The trainee alone downloads a copy, until its days are over, and not with what was withdrawn since (T3)."""
    own = is_trainee(user, copy.record)
    if not own:
        return own
    if copy.state != CopyState.READY:
        return late(OVER if copy.state == CopyState.EXPIRED else "There is no file to download.")
    if copy.expires_at is None or copy.expires_at <= now:
        return late(OVER)
    return late(WITHDRAWN) if withdrawn_since(copy) else YES


def withdrawn_since(copy: RecordCopy) -> bool:
    """Whether evidence, writing or a file of the trainee was withdrawn since a copy was begun: it may be in it (T3)."""
    begun = copy.asked_at
    gone = Q(quarantined_at__gte=begun) | Q(versions__closing__closed_at__gte=begun)
    evidence = Evidence.objects.filter(gone, record=copy.record_id)
    files = Quarantine.objects.filter(document__owner=copy.record.trainee_id, at__gte=begun, lifts__isnull=True)
    of_record = Q(reflection__record=copy.record_id) | Q(case__record=copy.record_id)
    writing = PieceWithdrawal.objects.filter(of_record, withdrawn_at__gte=begun)
    return evidence.exists() or files.exists() or writing.exists()
