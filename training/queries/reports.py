"""Progress reports: who sees which, what is signed, which is due when (T7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.months import days_after
from ctts.scheme.queries import numbers_of
from training.access import reported_records
from training.models import ProgressReport, ReportSignature, TrainingRecord
from training.queries.pauses import Pauses, pauses_of
from training.queries.reviews import supervised_by
from training.rules import Period, progress_reports_due, reports_owed
from training.states import REPORT_UNSENT, ReportState

REPORT_FIELDS = ("period_starts_on", "period_ends_on", "progress", "attention", "next_steps")


def reports_visible_to(user: User, today: date) -> QuerySet[ProgressReport]:
    """Reports of the records a person sees, unless they only train there; one that is not sent is the supervisor's own
    (T7)."""
    records = TrainingRecord.objects.filter(reported_records(user, today))
    shown = ~Q(state__in=REPORT_UNSENT) | Q(record__in=supervised_by(user, today))
    rows = ProgressReport.objects.filter(shown, record__in=records)
    return rows.select_related("record__trainee", "record__centre", "record__scope", "record__rules", "written_by")


def reads_reports(record: TrainingRecord, user: User, today: date) -> bool:
    """Whether somebody who sees a record is among those who read its progress reports (T7)."""
    return TrainingRecord.objects.filter(reported_records(user, today), pk=record.pk).exists()


def reports_of(record: TrainingRecord, user: User, today: date) -> QuerySet[ProgressReport]:
    """The reports of a record that a person sees, newest first."""
    return reports_visible_to(user, today).filter(record=record).order_by("-number")


def report_begun(record: TrainingRecord) -> ProgressReport | None:
    """The report of a record that is being written: one at a time, whoever wrote it (T7)."""
    return ProgressReport.objects.filter(record=record, state=ReportState.DRAFT).select_related("written_by").first()


def report_digest(report: ProgressReport) -> str:
    """The digest of what a report says now; forms that decide about it carry it (quality rule 8)."""
    content = {name: getattr(report, name) for name in REPORT_FIELDS}
    return sha256({"report": report.pk, "record": report.record_id, "number": report.number, **content})


def report_signatures(report: ProgressReport) -> list[ReportSignature]:
    """The signatures under a report, oldest first."""
    return list(ReportSignature.objects.filter(report=report).order_by("signed_at", "pk"))


def new_report_key(record_id: int) -> str:
    """Under which key the text typed into a new report of a record is kept."""
    return f"report:new:{record_id}"


def report_key(report_id: int) -> str:
    """Under which key the text typed into a report that is not sent is kept."""
    return f"report:{report_id}"


def report_period(record: TrainingRecord, today: date) -> tuple[date, date]:
    """The days a new report is about: from the day after the last one's, or the start, to `today`."""
    last = ProgressReport.objects.filter(record=record).exclude(state__in=REPORT_UNSENT).order_by("-number").first()
    first = last.period_ends_on + timedelta(days=1) if last else record.start_on
    return min(first, today), today


# --- when one is due ---


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A report that is owed: the `number` of its day among those of the training, by when, whether it is time to write
    it, and whether its day is over."""

    number: int
    due_on: date
    now: bool
    late: bool


def reports_due(
    records: Iterable[TrainingRecord],
    today: date,
    sent: Mapping[int, Sequence[Period]] | None = None,
    pauses: Pauses | None = None,
) -> dict[int, ReportDue | None]:
    """The next report of each record (with `rules` loaded), None where none is due any more; two queries in all (T7).

    `sent` is what the reports sent of each record are about, `pauses` the interruptions, where the caller knows.
    """
    return {pk: next(iter(owed), None) for pk, owed in reports_to_come(records, today, sent, pauses).items()}


def reports_to_come(
    records: Iterable[TrainingRecord],
    today: date,
    sent: Mapping[int, Sequence[Period]] | None = None,
    pauses: Pauses | None = None,
) -> dict[int, list[ReportDue]]:
    """All reports that are still owed of each record until its expected end, the first first, as `reports_due` (T7).

    It is time from four weeks before. Days move with interruptions; none is due after the expected end.
    """
    rows = list(records)
    paused = pauses_of(rows) if pauses is None else pauses
    known = periods_sent(_sent(rows)) if sent is None else sent
    return {row.pk: _owed(row, paused[row.pk], known.get(row.pk, ()), today) for row in rows}


def periods_sent(rows: Iterable[ProgressReport]) -> dict[int, list[Period]]:
    """What the reports among these that were sent are about, by record (T7)."""
    found: dict[int, list[Period]] = {}
    for row in rows:
        if row.state not in REPORT_UNSENT:
            found.setdefault(row.record_id, []).append((row.period_starts_on, row.period_ends_on))
    return found


def _sent(rows: list[TrainingRecord]) -> QuerySet[ProgressReport]:
    found = ProgressReport.objects.filter(record__in=rows).exclude(state__in=REPORT_UNSENT)
    return found.order_by().only("record", "state", "period_starts_on", "period_ends_on")


def _owed(
    record: TrainingRecord, pauses: Sequence[tuple[date, date]], sent: Sequence[Period], today: date
) -> list[ReportDue]:
    if record.ended_on is not None:
        return []
    numbers = numbers_of(record.rules)
    days = progress_reports_due(record.start_on, record.expected_end_on, pauses, numbers)
    from_on = days_after(today, numbers.milestone_notice_days)
    owed = reports_owed(days, sent)
    return [ReportDue(number, due_on, due_on <= from_on, due_on < today) for number, due_on in owed]
