"""What progress reports ask of whom, computed from their rows and the calendar (T7, N)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow, nudging
from training.models import ProgressReport
from training.queries.part import NOBODY_APPOINTED, DutiesOf, Ids, Part, Rows, ids
from training.queries.reports import reports_due
from training.states import AppointmentKind, RecordState, ReportState

SUPERVISOR, COORDINATOR = "Training Supervisor", "Training Co-ordinator"


def _reports(part: Part) -> Rows:
    """The supervisor writes what is due, and sends what is written; the co-ordinator acknowledges what was sent.

    In an interruption nothing is due.
    """
    coordinated = part.held(AppointmentKind.COORDINATOR)
    if not part.supervised and not coordinated:
        return
    mine, theirs = ids(part.supervised), ids(coordinated)
    begun, sent = set(), Counter[int]()
    for report in _reports_of(mine, theirs):
        trainee = str(part.running[report.record_id].trainee)
        if report.state == ReportState.DRAFT:
            begun.add(report.record_id)
            since = london_date(report.written_at)
            yield _row(
                "Send the progress report", "report", report.pk, trainee, SUPERVISOR, since, record=report.record_id
            )
            continue
        sent[report.record_id] += 1
        if report.state == ReportState.SENT and report.record_id in theirs and report.sent_at is not None:
            what, since = "Acknowledge a progress report", london_date(report.sent_at)
            yield _row(what, "report", report.pk, trainee, COORDINATOR, since, button="Read", record=report.record_id)
    active = [row for row in part.supervised if row.state == RecordState.ACTIVE and row.pk not in begun]
    due = reports_due(active, part.today, sent) if active else {}
    for record in active:
        wanted = due[record.pk]
        if wanted is not None and wanted.now:
            what, trainee = "Write the progress report", str(record.trainee)
            yield _row(what, "reports", record.pk, trainee, SUPERVISOR, due=wanted.due_on, record=record.pk)


def _reports_with_others(part: Part) -> Rows:
    """The supervisor waits for the acknowledgement."""
    if not part.supervised:
        return
    for report in ProgressReport.objects.filter(record__in=ids(part.supervised), state=ReportState.SENT):
        since = london_date(report.sent_at) if report.sent_at else None
        trainee = str(part.running[report.record_id].trainee)
        row = _row("Acknowledge a progress report", "report", report.pk, f"{COORDINATOR}, {trainee}", since=since)
        record, kind = part.running[report.record_id], AppointmentKind.COORDINATOR
        yield nudging(row, part.waits_for(f"report:{report.pk}", record, kind), NOBODY_APPOINTED)


def _reports_of(supervised: Ids, coordinated: Ids) -> QuerySet[ProgressReport]:
    """All reports of those whom somebody supervises, and what was sent of those whom they co-ordinate."""
    wanted = Q(record__in=supervised) | Q(record__in=coordinated, state=ReportState.SENT)
    return ProgressReport.objects.filter(wanted).defer("progress", "attention", "next_steps").order_by("number", "pk")


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
