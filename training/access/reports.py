"""Who writes and sends a progress report, and who acknowledges it (T7; G 3.4, 3.5)."""

from __future__ import annotations

from datetime import date

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import co_ordinates
from training.access.record import appointed, is_in_training, is_running, is_supervisor
from training.access.reviews import is_own_draft
from training.models import ProgressReport, TrainingRecord
from training.states import REPORT_MOVES, AppointmentKind, ReportState


def can_write_report(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The current Training Supervisor writes progress reports while training goes on (T7)."""
    return both(is_supervisor(user, record, today), is_running(record))


def can_change_report(user: User, report: ProgressReport, today: date) -> Verdict:
    """The current Training Supervisor changes a report that they wrote or took over, and sends it, until it is sent
    (T7)."""
    who = can_write_report(user, report.record, today)
    if who and report.state == ReportState.DISCARDED:
        return late("This draft was discarded. Write a new report.")
    if who and report.state != ReportState.DRAFT:
        return late("This report was sent. What is to be added stands in the next one.")
    return both(who, is_own_draft(user, report, "if you can stand by what it says"))


def can_take_over_report(user: User, report: ProgressReport, today: date) -> Verdict:
    """The current Training Supervisor takes over a draft that a former one has left (T7)."""
    who = can_discard_report(user, report, today)
    return late("This draft is your own.") if who and report.written_by_id == user.pk else who


def can_discard_report(user: User, report: ProgressReport, today: date) -> Verdict:
    """The current Training Supervisor discards a draft that will not be sent, whoever wrote it (T7)."""
    return both(can_write_report(user, report.record, today), can_move(report, REPORT_MOVES, "discard"))


def is_coordinator(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether somebody co-ordinates this training: appointed to it, or Training Co-ordinator of its centre (C2, T7)."""
    if user.pk == record.trainee_id:
        return no("Nobody acknowledges a report about themselves.")
    held = AppointmentKind.COORDINATOR in appointed(user, record, today)
    if not held and not co_ordinates(user, record.centre, today):
        return no("Only the Training Co-ordinator can do this.")
    return no("A trainee never assesses a trainee.") if is_in_training(user.pk) else YES


def can_acknowledge_report(user: User, report: ProgressReport, today: date) -> Verdict:
    """The Training Co-ordinator acknowledges a report that was sent, also when training has ended since (T7)."""
    return both(is_coordinator(user, report.record, today), can_move(report, REPORT_MOVES, "acknowledge"))
