"""Who imports earlier logs, who reads their rows, and who makes something of one (T4, T5, T6; quality rule 16)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import Verdict, both, late, no
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.access.dops import can_request_dops, can_start_dops
from training.access.record import is_running, is_supervisor, visible_records
from training.access.reviews import can_write_review
from training.access.writing import can_write
from training.models import EarlierEntry, EarlierImport, EarlierUse, TrainingRecord
from training.states import IMPORT_MOVES, DopsState, EarlierKind

WHO = "The trainee imports earlier entries, or the scheme office for them."
IN_USE = "Something was made of this entry already."
RESTS = "Something was made of rows of this file, so it stays. Rows that are not used stay unsigned and do not count."


def can_import(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The trainee imports earlier entries, or the office for them, while training goes on."""
    if user.pk != record.trainee_id and not holds(user, Role.OFFICE, today):
        return no(WHO)
    return is_running(record)


def can_go_on_with(user: User, batch: EarlierImport, today: date) -> Verdict:
    """Whoever may import maps, imports or drops a file that is tried out."""
    return both(can_import(user, batch.record, today), can_move(batch, IMPORT_MOVES, "import"))


def can_undo_import(user: User, batch: EarlierImport, today: date) -> Verdict:
    """Whoever may import undoes one, while nothing rests on its rows."""
    may = both(can_import(user, batch.record, today), can_move(batch, IMPORT_MOVES, "undo"))
    if may and EarlierUse.objects.filter(entry__batch=batch).exists():
        return late(RESTS)
    return may


def visible_entries(user: User, today: date) -> Q:
    """The condition for imported rows a person reads: of records they see; of reflective pieces their own only (T6)."""
    seen = TrainingRecord.objects.filter(visible_records(user, today))
    return Q(record__trainee=user) | (Q(record__in=seen) & ~Q(kind=EarlierKind.REFLECTION))


def can_use_entry(user: User, entry: EarlierEntry, today: date) -> Verdict:
    """Who makes something of an imported row, which is signed the normal way (T4, T5, T6).

    Of a DOPS the trainee, who asks for it, or the supervisor, who starts it; of a review the supervisor; of a
    reflective piece the trainee.
    """
    may = _may_use(user, entry, today)
    gone = [DopsState.DECLINED, DopsState.VOIDED]
    if may and entry.uses.exclude(dops__state__in=gone).exists():
        return late(IN_USE)
    if may and entry.taken_back_at is not None:
        return late("The import of this entry was undone.")
    return may


def _may_use(user: User, entry: EarlierEntry, today: date) -> Verdict:
    record = entry.record
    if entry.kind == EarlierKind.REFLECTION:
        return can_write(user, record)
    if entry.kind == EarlierKind.REVIEW:
        return can_write_review(user, record, today)
    if user.pk == record.trainee_id:
        return can_request_dops(user, record)
    return both(is_supervisor(user, record, today), can_start_dops(user, record, today))
