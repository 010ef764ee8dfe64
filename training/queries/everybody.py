"""How far trainees are: the numbers of the first-year gate, of a few or of everybody, in one query each (Y1 to Y6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import connection
from psycopg2.sql import SQL, Composable

from training.models import TrainingRecord
from training.states import WRITING_SUBMITTED, AssessorKind, ConcernState, DopsState, ItemState, ReviewState


class FirstYearFacts(NamedTuple):
    """The numbers of the gate, counted from the rows of a record; the supervisor's confirmation is assessments' own.

    `case_study_words` are the words of each long case study, references left out.
    """

    moderator_dops: int
    open_safety_concerns: int
    signed: int
    total: int
    reviews: int
    dops: int
    case_study_words: tuple[int, ...]
    reflections: int


# Written by hand: joining what was counted table by table is what the ORM cannot say. What is counted, by the name that
# NUMBERS uses: the columns, the table, and which rows of it.
COUNTED: dict[str, tuple[str, str, str]] = {
    "i": ("count(*) filter (where state = %(signed)s) signed, count(*) total", "training_planitem", "true"),
    "v": ("count(*) reviews", "training_supervisorreview", "state = %(submitted)s"),
    "d": (
        "count(*) filter (where assessor_kind = %(moderator)s) moderator,"
        " count(*) filter (where assessor_kind <> %(moderator)s) dops",
        "training_dops",
        "state = %(complete)s",
    ),
    "w": ("count(*) pieces", "training_reflection", "state = any(%(handed_in)s)"),
    "c": ("array_agg(words order by id) words", "training_casestudy", "true"),
    "k": ("count(*) safety", "training_concern", "patient_safety and state = %(open)s"),
}
NUMBERS = SQL(
    "select r.id, coalesce(d.moderator, 0), coalesce(k.safety, 0), coalesce(i.signed, 0), coalesce(i.total, 0),"
    " coalesce(v.reviews, 0), coalesce(d.dops, 0), coalesce(c.words, '{{}}'), coalesce(w.pieces, 0)"
    " from {records} {counted}"
)
# For everybody each table is read once: looking up each record's own rows, as for a few, would cost three times that.
OF_EVERYBODY = (
    "left join (select record_id, {what} from {table} where {which} group by 1) {name} on {name}.record_id = r.id"
)
OF_A_FEW = "cross join lateral (select {what} from {table} where record_id = r.id and {which}) {name}"
STATES: dict[str, Any] = {
    "signed": str(ItemState.SIGNED),
    "submitted": str(ReviewState.SUBMITTED),
    "moderator": str(AssessorKind.EXTERNAL_MODERATOR),
    "complete": str(DopsState.COMPLETE),
    "handed_in": [str(state) for state in WRITING_SUBMITTED],
    "open": str(ConcernState.OPEN),
}


def _statement(records: str, joined: str) -> Composable:
    counted = [
        SQL(joined).format(name=SQL(name), what=SQL(what), table=SQL(table), which=SQL(which))
        for name, (what, table, which) in COUNTED.items()
    ]
    return NUMBERS.format(records=SQL(records), counted=SQL(" ").join(counted))


EVERYBODY = _statement("training_trainingrecord r", OF_EVERYBODY)
A_FEW = _statement("unnest(%(records)s) r(id)", OF_A_FEW)


def first_year_facts(record: TrainingRecord) -> FirstYearFacts:
    """The numbers of the first-year gate for one record, in one query (Y1 to Y6)."""
    return first_year_facts_of([record])[record.pk]


def first_year_facts_of(records: Iterable[TrainingRecord]) -> dict[int, FirstYearFacts]:
    """The same for many records by their id, such as those of a page, in one query, whatever their number."""
    return _facts(A_FEW, [record.pk for record in records])


def first_year_facts_of_all() -> dict[int, FirstYearFacts]:
    """The same for every record, by its id; for what is said of all trainees together."""
    return _facts(EVERYBODY, ())


def _facts(statement: Composable, records: Collection[int]) -> dict[int, FirstYearFacts]:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.cursor), {**STATES, "records": list(records)})
        return {
            pk: FirstYearFacts(moderator, safety, signed, total, reviews, dops, tuple(words), pieces)
            for pk, moderator, safety, signed, total, reviews, dops, words, pieces in cursor
        }
