"""A Training Centre at a glance, for its Training Co-ordinator: what needs them, and the lists behind each number
(T4, T7, T8, C1, C2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import Month
from ctts.organisations.models import Organisation
from ctts.scheme.queries import numbers_of
from training.models import Concern, PlanItem, ProgressReport, TrainingRecord
from training.queries.around import concerns_visible_to
from training.queries.pauses import Pauses, pauses_of
from training.queries.records import RUNNING, records_visible_to
from training.queries.reports import ReportDue, reports_to_come
from training.queries.reviews import months_without_review
from training.rules import is_stalled
from training.states import ConcernState, ItemState, RecordState, ReportState

BEGUN = (ItemState.IN_PROGRESS, ItemState.SUBMITTED, ItemState.RETURNED)


@dataclass(frozen=True, slots=True)
class Missed:
    """A trainee with calendar months that are over and have no Supervisor Review."""

    record: TrainingRecord
    months: Sequence[Month]


@dataclass(frozen=True, slots=True)
class Stalled:
    """A competency that was begun, is not signed, and has not moved for long."""

    item: PlanItem
    moved_on: date


@dataclass(frozen=True, slots=True)
class Owed:
    """A progress report of a trainee that is to be written."""

    record: TrainingRecord
    report: ReportDue


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything that the page of a centre counts; each number is the length of the list behind it."""

    records: Sequence[TrainingRecord]
    missed: Sequence[Missed]
    stalled: Sequence[Stalled]
    concerns: Sequence[Concern]
    owed: Sequence[Owed]
    sent: Sequence[ProgressReport]


def trainees_of_centre(user: User, centre: Organisation, today: date) -> QuerySet[TrainingRecord]:
    """The trainees of a centre who train or are interrupted, by name, as far as a person sees them (T7)."""
    rows = records_visible_to(user, today).filter(centre=centre, state__in=RUNNING)
    return rows.order_by("trainee__sort_name", "pk")


def glance(user: User, centre: Organisation, today: date) -> Glance:
    """A centre as its co-ordinator sees it on a day; seven queries, whatever the number of trainees (T7).

    What is behind is asked of those who train: in an interruption nothing is due.
    """
    records = list(trainees_of_centre(user, centre, today))
    active = [row for row in records if row.state == RecordState.ACTIVE]
    pauses = pauses_of(active)
    gaps, due = months_without_review(active, today, pauses), reports_to_come(active, today, pauses=pauses)
    return Glance(
        records=records,
        missed=[Missed(row, gaps[row.pk]) for row in active if gaps[row.pk]],
        stalled=_stalled(active, today, pauses),
        concerns=list(open_concerns_of_centre(user, centre, today)),
        owed=[Owed(row, report) for row in active for report in due[row.pk] if report.now],
        sent=list(reports_to_acknowledge(records)),
    )


def _stalled(records: Sequence[TrainingRecord], today: date, pauses: Pauses) -> list[Stalled]:
    """Competencies that were begun and have not moved for as long as each record's rules say, the longest first."""
    by_id = {row.pk: row for row in records}
    numbers = {row.pk: numbers_of(row.rules) for row in records}
    shortest = min((one.stalled_days for one in numbers.values()), default=0)
    before = today - timedelta(days=shortest)
    rows = PlanItem.objects.filter(record__in=list(by_id), state__in=BEGUN, changed_at__date__lte=before)
    found = []
    for item in rows.select_related("item").order_by("changed_at", "pk"):
        moved_on, item.record = london_date(item.changed_at), by_id[item.record_id]
        if is_stalled(moved_on, today, pauses[item.record_id], numbers[item.record_id]):
            found.append(Stalled(item, moved_on))
    return found


def open_concerns_of_centre(user: User, centre: Organisation, today: date) -> QuerySet[Concern]:
    """The open concerns about trainees of a centre that a person reads, the first due first (T8)."""
    rows = concerns_visible_to(user, today).filter(record__centre=centre, state=ConcernState.OPEN)
    return rows.order_by("due_on", "pk")


def reports_to_acknowledge(records: Sequence[TrainingRecord]) -> QuerySet[ProgressReport]:
    """Progress reports of these trainees that wait for the co-ordinator, the oldest first (T7)."""
    rows = ProgressReport.objects.filter(record__in=[row.pk for row in records], state=ReportState.SENT)
    return rows.select_related("record__trainee", "written_by").order_by("sent_at", "pk")
