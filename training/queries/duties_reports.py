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
from training.queries.reports import ReportDue, reports_due
from training.states import REPORT_UNSENT, AppointmentKind, RecordState, ReportState

SUPERVISOR, COORDINATOR = "Training Supervisor", "Training Co-ordinator"


def _reports(part: Part) -> Rows:
    """The supervisor writes what is due, and sends what is written; the co-ordinator acknowledges what was sent.

    In an interruption nothing is due.
    """
    coordinated = part.held(AppointmentKind.COORDINATOR)
    if not part.supervised and not coordinated:
        return
    theirs = ids(coordinated)
    found = list(_reports_of(ids(part.supervised), theirs))
    sent = Counter(report.record_id for report in found if report.state not in REPORT_UNSENT)
    active = [row for row in part.supervised if row.state == RecordState.ACTIVE]
    due = reports_due(active, part.today, sent) if active else {}
    begun = {report.record_id for report in found if report.state == ReportState.DRAFT}
    for report in found:
        trainee = str(part.running[report.record_id].trainee)
        if report.state == ReportState.DRAFT:
            yield _begun(part, report, due.get(report.record_id))
        elif report.state == ReportState.SENT and report.record_id in theirs and report.sent_at is not None:
            what, since = "Acknowledge a progress report", london_date(report.sent_at)
            yield _row(what, "report", report.pk, trainee, COORDINATOR, since, button="Read", record=report.record_id)
    for record in active:
        wanted = due[record.pk]
        if wanted is not None and wanted.now and record.pk not in begun:
            what, trainee = "Write the progress report", str(record.trainee)
            yield _row(what, "reports", record.pk, trainee, SUPERVISOR, due=wanted.due_on, record=record.pk)


def _begun(part: Part, report: ProgressReport, wanted: ReportDue | None) -> WaitingRow:
    """What is written waits to be sent by the day on which the report is due; what a former supervisor left waits since
    there is another (T7)."""
    record, since = part.running[report.record_id], london_date(report.written_at)
    what, due = "Send the progress report", wanted.due_on if wanted else None
    if report.written_by_id != part.user.pk:
        what, since = "Take over or discard the draft progress report", max(since, part.supervises_since[record.pk])
    return _row(what, "report", report.pk, str(record.trainee), SUPERVISOR, since, due, record=record.pk)


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
