"""What progress reports ask of whom, computed from their rows and the calendar (T7, N)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.months import days_after
from ctts.common.parts import WaitingRow, nudging
from ctts.scheme.queries import numbers_of
from training.models import ProgressReport
from training.queries.part import NOBODY_APPOINTED, DutiesOf, Part, Rows, ids
from training.queries.reports import ReportDue
from training.states import AppointmentKind, ReportState

SUPERVISOR, COORDINATOR = "Training Supervisor", "Training Co-ordinator"


def _reports(part: Part) -> Rows:
    """The supervisor writes what is due, and sends what is written; the co-ordinator acknowledges what was sent, and
    asks after what was not once they are told of it.

    In an interruption nothing is due.
    """
    supervised, theirs = set(ids(part.supervised)), set(ids(part.held(AppointmentKind.COORDINATOR)))
    begun = set()
    for report in part.reports:
        pk, trainee = report.record_id, str(part.running[report.record_id].trainee)
        if report.state == ReportState.DRAFT:
            begun.add(pk)
            yield _begun(part, report, part.reports_ahead.get(pk))
        elif report.state == ReportState.SENT and pk in theirs and report.sent_at is not None:
            what, since = "Acknowledge a progress report", london_date(report.sent_at)
            yield _row(what, "report", report.pk, trainee, COORDINATOR, since, button="Read", record=pk)
    for pk, wanted in part.reports_to_write.items():
        if pk in supervised and pk not in begun:
            what, trainee = "Write the progress report", str(part.running[pk].trainee)
            yield _row(what, "reports", pk, trainee, SUPERVISOR, due=wanted.due_on, record=pk)
    for pk, row in _to_ask_after(part):
        yield replace(row, record=pk)


def _to_ask_after(part: Part) -> Iterator[tuple[int, WaitingRow]]:
    """Reports that are late for longer than the supervisor is asked alone, of those whom somebody co-ordinates (T7)."""
    supervised = set(ids(part.supervised))
    for pk, wanted in part.reports_to_write.items():
        record = part.running[pk]
        late_on = days_after(wanted.due_on, numbers_of(record.rules).review_chase_coordinator_days)
        if pk not in supervised and late_on <= part.today:
            what, trainee = "Ask after the progress report", str(record.trainee)
            yield pk, _row(what, "reports", pk, trainee, COORDINATOR, wanted.due_on, late_on)


def _begun(part: Part, report: ProgressReport, wanted: ReportDue | None) -> WaitingRow:
    """What is written waits to be sent by the day on which the report is due; what a former supervisor left waits since
    there is another (T7)."""
    record, since = part.running[report.record_id], london_date(report.written_at)
    what, due = "Send the progress report", wanted.due_on if wanted else None
    if report.written_by_id != part.user.pk:
        what, since = "Take over or discard the draft progress report", max(since, part.supervises_since[record.pk])
    return _row(what, "report", report.pk, str(record.trainee), SUPERVISOR, since, due, record=record.pk)


def _reports_with_others(part: Part) -> Rows:
    """The supervisor waits for the acknowledgement, unless they co-ordinate the training too; the co-ordinator for the
    report that they ask after, and may nudge the supervisor (T7, screens 1)."""
    supervised = set(ids(part.supervised)) - set(ids(part.held(AppointmentKind.COORDINATOR)))
    for report in part.reports:
        if report.state != ReportState.SENT or report.record_id not in supervised:
            continue
        since = london_date(report.sent_at) if report.sent_at else None
        record, kind = part.running[report.record_id], AppointmentKind.COORDINATOR
        about = f"{COORDINATOR}, {record.trainee}"
        row = _row("Acknowledge a progress report", "report", report.pk, about, since=since)
        yield nudging(row, part.waits_for(f"report:{report.pk}", record, kind), NOBODY_APPOINTED)
    for pk, row in _to_ask_after(part):
        record, kind = part.running[pk], AppointmentKind.SUPERVISOR
        asked = replace(row, what="Write the progress report", about=f"{SUPERVISOR}, {record.trainee}", role="")
        yield nudging(asked, part.waits_for(f"report_due:{pk}", record, kind), NOBODY_APPOINTED)


def _row(
    what: str,
    name: str,
    pk: int,
    about: str,
    role: str = "",
    since: date | None = None,
    due: date | None = None,
    button: str = "Open",
    record: int | None = None,
) -> WaitingRow:
    return WaitingRow(what, reverse(f"training:{name}", args=[pk]), about, role, since, due, button, record=record)


REPORT_DUTIES: tuple[DutiesOf, ...] = (_reports,)
REPORT_OTHERS: tuple[DutiesOf, ...] = (_reports_with_others,)
