"""What the External Moderator owes to trainees, computed from their rows: the first meeting, the review of each year
with its DOPS, answers to questions (T11, N)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow, nudging
from ctts.common.prepared import prepared
from ctts.scheme.queries import numbers_of
from training.models import Appointment, Dops, Meeting, Milestone, TrainingRecord, YearReview
from training.queries.part import NOBODY_APPOINTED, DutiesOf, Ids, Part, Records, Rows, ids
from training.queries.pauses import pauses_of
from training.rules import later_review_due, training_year
from training.states import AppointmentKind, AssessorKind, DopsState, MilestoneKind

MODERATOR = "External Moderator"
YEAR_OF = {MilestoneKind.FIRST_YEAR_EVIDENCE: 1, MilestoneKind.PRACTICAL: 2}
"""The milestone by which a year is reviewed: with the first year's evidence, with the final DOPS (M, T11)."""
CALLED = {1: "the first year", 2: "the second year"}


def _meetings(part: Part) -> Rows:
    """The first meeting from the appointment on; the review of each year four weeks before it is due."""
    records = part.held(AppointmentKind.EXTERNAL_MODERATOR)
    if not records:
        return
    for kind, pk, due_on, years, observed, since in _meetings_due(ids(records)):
        record = part.running[pk]
        if kind == MilestoneKind.FIRST_MEETING:
            yield _row("Hold the first meeting", "meetings", record, since=since, due=due_on)
        elif _is_near(record, due_on, part.today):
            yield from _review_of_the_year(record, YEAR_OF[MilestoneKind(kind)], due_on, years, observed or 0)
    yield from _later_years(records, part.today)


@prepared
def _meetings_due(records: Any) -> QuerySet[Milestone, Any]:
    meetings = Meeting.objects.filter(record=OuterRef("record"))
    first = Q(kind=MilestoneKind.FIRST_MEETING, done_on__isnull=True) & ~Exists(meetings.filter(first=True))
    yearly = Q(kind=MilestoneKind.FIRST_YEAR_EVIDENCE, record__year_two__isnull=True)
    yearly |= Q(kind=MilestoneKind.PRACTICAL, record__year_two__isnull=False)
    rows = Milestone.objects.filter(first | yearly, record__any_of=records).order_by("due_on", "pk")
    held = Appointment.objects.filter(record=OuterRef("record"), kind=AppointmentKind.EXTERNAL_MODERATOR)
    since = Subquery(held.order_by("-starts_on").values("starts_on")[:1])
    years = ArraySubquery(YearReview.objects.filter(record=OuterRef("record")).order_by("year").values("year"))
    rows = rows.annotate(years=years, observed=_moderator_dops(), since=since)
    return rows.values_list("kind", "record", "due_on", "years", "observed", "since")


def _moderator_dops() -> Subquery:
    """How many DOPS of the External Moderator stand in a record, acknowledged or not."""
    written = [DopsState.AWAITING_ACKNOWLEDGEMENT, DopsState.COMPLETE]
    rows = Dops.objects.filter(
        record=OuterRef("record"), assessor_kind=AssessorKind.EXTERNAL_MODERATOR, state__in=written
    )
    counted = rows.order_by().values("record").annotate(many=Count("pk")).values("many")
    return Subquery(counted, output_field=IntegerField())


def _is_near(record: TrainingRecord, due_on: date, today: date) -> bool:
    return due_on - timedelta(days=numbers_of(record.rules).milestone_notice_days) <= today


def _review_of_the_year(record: TrainingRecord, year: int, due_on: date, years: Collection[int], observed: int) -> Rows:
    """What of a year's review is missing: its words, in the first year the DOPS of the gate, or both (T11, Y1).

    The final DOPS of the second year is a duty of the Final Assessment.
    """
    wanted = max(1, numbers_of(record.rules).first_year_moderator_dops) if year == 1 else 0
    if year in years and observed >= wanted:
        return
    more, called = "", CALLED.get(year, f"year {year}")
    if observed >= wanted:
        what = f"Write the review of {called}"
    else:
        what = f"Do the DOPS of {called}" if year in years else f"Do the review of {called} with a DOPS"
        more = f", {observed} of {wanted} DOPS"
    yield _row(what, "meetings", record, more=more, due=due_on)


def _later_years(records: Records, today: date) -> Rows:
    """The review of a third or fourth year, where training takes so long; two more queries for whoever has such."""
    long = [row for row in records if today >= row.start_on and training_year(row.start_on, today) > 2]
    if not long:
        return
    pauses, written = pauses_of(long), set(_years_written(ids(long)))
    for record in long:
        year = training_year(record.start_on, today, pauses[record.pk], numbers_of(record.rules))
        if year < 3 or (record.pk, year) in written:
            continue
        due_on = later_review_due(record.start_on, year, pauses[record.pk])
        if _is_near(record, due_on, today):
            yield from _review_of_the_year(record, year, due_on, (), 0)


def _years_written(records: Ids) -> QuerySet[YearReview, Any]:
    return YearReview.objects.filter(record__in=records).order_by().values_list("record", "year")


def _questions(part: Part) -> Rows:
    """The External Moderator answers what trainee or supervisor asked."""
    moderated = set(part.appointed(AppointmentKind.EXTERNAL_MODERATOR))
    if not moderated:
        return
    for question in part.questions:
        if question.record_id in moderated:
            what, record = f"Answer “{question.topic}”", part.running[question.record_id]
            since = london_date(question.asked_at)
            yield _row(what, "advice_one", record, question.pk, since=since, due=question.due_on)


def _questions_with_others(part: Part) -> Rows:
    """Whoever asked waits for the answer."""
    for question in part.questions:
        if question.asked_by_id == part.user.pk:
            since, url = london_date(question.asked_at), reverse("training:advice_one", args=[question.pk])
            row = WaitingRow(f"Answer “{question.topic}”", url, about=MODERATOR, since=since, due=question.due_on)
            record, kind = part.running[question.record_id], AppointmentKind.EXTERNAL_MODERATOR
            yield nudging(row, part.waits_for(f"advice:{question.pk}", record, kind), NOBODY_APPOINTED)


def _row(
    what: str,
    name: str,
    record: TrainingRecord,
    pk: int | None = None,
    more: str = "",
    since: date | None = None,
    due: date | None = None,
) -> WaitingRow:
    url = reverse(f"training:{name}", args=[record.pk if pk is None else pk])
    return WaitingRow(what, url, f"{record.trainee}{more}", MODERATOR, since, due, "Open", record=record.pk)


MODERATOR_DUTIES: tuple[DutiesOf, ...] = (_meetings, _questions)
MODERATOR_OTHERS: tuple[DutiesOf, ...] = (_questions_with_others,)
