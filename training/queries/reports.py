"""Progress reports: who sees which, what is signed, which is due when (T7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.months import days_after
from ctts.scheme.queries import numbers_of
from training.access import reported_records
from training.models import ProgressReport, ReportSignature, TrainingRecord
from training.queries.pauses import Pauses, pauses_of
from training.queries.reviews import supervised_by
from training.rules import progress_reports_due
from training.states import REPORT_UNSENT

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
    """The next report of a record: by when, and whether it is time to write it."""

    number: int
    due_on: date
    now: bool


def reports_due(
    records: Iterable[TrainingRecord],
    today: date,
    sent: Mapping[int, int] | None = None,
    pauses: Pauses | None = None,
) -> dict[int, ReportDue | None]:
    """The next report of each record (with `rules` loaded), None where none is due any more; two queries in all (T7).

    It is time from four weeks before. Days move with interruptions; none is due after the expected end. `sent` is how
    many of each record were sent, `pauses` the interruptions, where the caller knows.
    """
    rows = list(records)
    paused = pauses_of(rows) if pauses is None else pauses
    known = Counter(_sent(rows)) if sent is None else sent
    return {row.pk: _next(row, paused[row.pk], known.get(row.pk, 0), today) for row in rows}


def _sent(rows: list[TrainingRecord]) -> QuerySet[Any, int]:
    found = ProgressReport.objects.filter(record__in=rows).exclude(state__in=REPORT_UNSENT)
    return found.order_by().values_list("record", flat=True)


def _next(record: TrainingRecord, pauses: Sequence[tuple[date, date]], sent: int, today: date) -> ReportDue | None:
    numbers = numbers_of(record.rules)
    days = progress_reports_due(record.start_on, record.expected_end_on, pauses, numbers)
    if record.ended_on is not None or sent >= len(days):
        return None
    due_on = days[sent]
    return ReportDue(sent + 1, due_on, days_after(due_on, -numbers.milestone_notice_days) <= today)
