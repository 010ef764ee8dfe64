"""Who writes in a CPD log (T10): the trainee alone, as long as the training goes on; when it can be put on paper."""

from __future__ import annotations

from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from training.access.record import is_running, is_trainee
from training.models import Attendance, CpdEntry, TrainingRecord
from training.states import CPD_MOVES, AttendanceState, CpdState


def can_write_cpd(user: User, record: TrainingRecord) -> Verdict:
    """The log is the trainee's own, while training goes on; afterwards it stays as it is and can be taken along."""
    return both(is_trainee(user, record), is_running(record))


def can_change_cpd(user: User, entry: CpdEntry) -> Verdict:
    """The trainee writes on a draft; what stands in the log is reopened first (T10)."""
    own = can_write_cpd(user, entry.record)
    if own and entry.state == CpdState.ENTERED:
        return late("It stands in the log. Reopen it before you change it.")
    return own


def can_reopen_cpd(user: User, entry: CpdEntry) -> Verdict:
    """The trainee takes an activity out of the log to write on it again (T10)."""
    return both(can_write_cpd(user, entry.record), can_move(entry, CPD_MOVES, "reopen"))


def can_take_over_event(user: User, attendance: Attendance) -> Verdict:
    """The trainee takes an event at which they were into their log, once (T9, T10)."""
    own = can_write_cpd(user, attendance.record)
    if own and attendance.state != AttendanceState.ATTENDED:
        return no("Only an event at which you were becomes CPD.")
    if own and CpdEntry.objects.filter(attendance=attendance).exists():
        return late("It is in your log already.")
    return own


def can_print_cpd(entries: QuerySet[CpdEntry]) -> Verdict:
    """Whoever reads a CPD log has as PDF what stands in it, or those `entries` to which they narrowed it; also after
    training has ended (T10)."""
    if not entries.filter(state=CpdState.ENTERED).exists():
        return late("A PDF holds what stands in the log, and nothing that fits stands in it yet.")
    return YES
