"""The External Moderator's review of each year with its DOPS: what is written, and which year is next (T11)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from ctts.scheme.queries import numbers_of
from training.models import Dops, Interruption, TrainingRecord, YearReview, YearTwo
from training.rules import year_to_review, years_reached
from training.states import DOPS_WRITTEN, AssessorKind


def year_reviews_of(record: TrainingRecord) -> QuerySet[YearReview]:
    """The reviews of the years of a training, newest first (T11)."""
    return YearReview.objects.filter(record=record).select_related("written_by", "dops").order_by("-year")


def year_review_key(record_id: int) -> str:
    """Under which key the text typed into the review of a year is kept."""
    return f"year-review:{record_id}"


def next_review_year(record: TrainingRecord, today: date, reviewed: Collection[int] | None = None) -> int | None:
    """The year that the next review is of; None while every year so far is reviewed (T11).

    `reviewed` are the years with a review, where the caller knows.
    """
    if reviewed is None:
        reviewed = list(YearReview.objects.filter(record=record).values_list("year", flat=True))
    pauses = Interruption.objects.filter(record=record).values_list("starts_on", "ends_on")
    second = YearTwo.objects.filter(record=record).exists()
    years = years_reached(record.start_on, today, pauses, second_open=second, numbers=numbers_of(record.rules))
    return year_to_review(years, reviewed)


def dops_for_review(record: TrainingRecord, year: int) -> QuerySet[Dops]:
    """The External Moderator's DOPS that the review of a year may rest on, newest first (T11).

    Signed, and of no other year's review; those of the first year before the second was opened serve no later one.
    """
    rows = Dops.objects.filter(record=record, assessor_kind=AssessorKind.EXTERNAL_MODERATOR, state__in=DOPS_WRITTEN)
    rows = rows.filter(year_review__isnull=True)
    opened = YearTwo.objects.filter(record=record).first() if year > 1 else None
    if opened is not None:
        rows = rows.filter(signatures__meaning="assessed", signatures__signed_at__gte=opened.opened_at)
    return rows.order_by("-observed_on", "-pk")
