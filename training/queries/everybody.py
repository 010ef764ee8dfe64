"""How far everybody is: the numbers of the first-year gate of all trainees in one query, each table read once."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, IntegerField, Q, QuerySet, Value

from training.models import CaseStudy, Concern, Dops, PlanItem, Reflection, SupervisorReview, TrainingRecord
from training.queries.around import FirstYearFacts
from training.states import WRITING_SUBMITTED, AssessorKind, ConcernState, DopsState, ItemState, ReviewState

ITEMS, REVIEWS, DOPS, PIECES, CASES, SAFETY, RECORD = range(7)
NO_WORDS = Value([], output_field=ArrayField(IntegerField()))
NOTHING = (0, 0, ())


def first_year_facts_of_all() -> dict[int, FirstYearFacts]:
    """The numbers of the gate for every record, by its id (Y1 to Y6); for what is said of all trainees together.

    For one record, or those of a page, `first_year_facts_of` looks up each record's own rows and is quicker.
    """
    found: dict[int, list[Any]] = {}
    for record, what, *numbers in _counted():
        found.setdefault(record, [NOTHING] * 7)[what] = numbers
    return {record: _facts(*rows) for record, rows in found.items()}


def _facts(items: Any, reviews: Any, dops: Any, pieces: Any, cases: Any, safety: Any, _record: Any) -> FirstYearFacts:
    return FirstYearFacts(dops[1], safety[0], items[0], items[1], reviews[0], dops[0], tuple(cases[2]), pieces[0])


def _counted() -> QuerySet[Any, Any]:
    """(record, what, number, another, words) of every table, one row for each record that has any, and one for each
    record."""
    moderators = Q(assessor_kind=AssessorKind.EXTERNAL_MODERATOR)
    complete = Dops.objects.filter(state=DopsState.COMPLETE)
    reviews = SupervisorReview.objects.filter(state=ReviewState.SUBMITTED)
    pieces = Reflection.objects.filter(state__in=WRITING_SUBMITTED)
    safety = Concern.objects.filter(patient_safety=True, state=ConcernState.OPEN)
    signed, many = Count("pk", filter=Q(state=ItemState.SIGNED)), Count("pk")
    none = {"what": Value(RECORD), "one": Value(0), "other": Value(0), "written": NO_WORDS}
    records = TrainingRecord.objects.order_by().annotate(**none).values_list("pk", *none)
    found: QuerySet[Any, Any] = records.union(
        _rows(PlanItem.objects.all(), ITEMS, one=signed, other=many),
        _rows(reviews, REVIEWS, one=many),
        _rows(complete, DOPS, one=Count("pk", filter=~moderators), other=Count("pk", filter=moderators)),
        _rows(pieces, PIECES, one=many),
        _rows(CaseStudy.objects.all(), CASES, written=ArrayAgg("words", order_by="pk")),
        _rows(safety, SAFETY, one=many),
        all=True,
    )
    return found


def _rows(rows: QuerySet[Any], what: int, **counted: Any) -> QuerySet[Any, Any]:
    given = {"what": Value(what), "one": Value(0), "other": Value(0), "written": NO_WORDS, **counted}
    found: QuerySet[Any, Any] = rows.order_by().values("record").annotate(**given).values_list("record", *given)
    return found
