"""How far everybody is: the numbers of the first-year gate of all trainees in one query, each table read once."""

from __future__ import annotations

from typing import Any

from django.db import connection

from training.queries.around import FirstYearFacts
from training.states import WRITING_SUBMITTED, AssessorKind, ConcernState, DopsState, ItemState, ReviewState

# Written by hand: joining what was counted table by table is what the ORM cannot say, and a look-up for each record
# costs three times as much over thousands.
COUNTED = """
select r.id, coalesce(d.moderator, 0), coalesce(k.safety, 0), coalesce(i.signed, 0), coalesce(i.total, 0),
    coalesce(v.reviews, 0), coalesce(d.dops, 0), coalesce(c.words, '{}'), coalesce(w.pieces, 0)
from training_trainingrecord r
left join (select record_id, count(*) filter (where state = %(signed)s) signed, count(*) total
    from training_planitem group by 1) i on i.record_id = r.id
left join (select record_id, count(*) reviews from training_supervisorreview where state = %(submitted)s group by 1) v
    on v.record_id = r.id
left join (select record_id, count(*) filter (where assessor_kind <> %(moderator)s) dops,
    count(*) filter (where assessor_kind = %(moderator)s) moderator
    from training_dops where state = %(complete)s group by 1) d on d.record_id = r.id
left join (select record_id, count(*) pieces from training_reflection where state = any(%(handed_in)s) group by 1) w
    on w.record_id = r.id
left join (select record_id, array_agg(words order by id) words from training_casestudy group by 1) c
    on c.record_id = r.id
left join (select record_id, count(*) safety from training_concern where patient_safety and state = %(open)s
    group by 1) k on k.record_id = r.id
"""
STATES: dict[str, Any] = {
    "signed": str(ItemState.SIGNED),
    "submitted": str(ReviewState.SUBMITTED),
    "moderator": str(AssessorKind.EXTERNAL_MODERATOR),
    "complete": str(DopsState.COMPLETE),
    "handed_in": [str(state) for state in WRITING_SUBMITTED],
    "open": str(ConcernState.OPEN),
}


def first_year_facts_of_all() -> dict[int, FirstYearFacts]:
    """The numbers of the gate for every record, by its id (Y1 to Y6); for what is said of all trainees together.

    For one record, or those of a page, `first_year_facts_of` looks up each record's own rows and is quicker.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, STATES)
        return {
            pk: FirstYearFacts(moderator, safety, signed, total, reviews, dops, tuple(words), pieces)
            for pk, moderator, safety, signed, total, reviews, dops, words, pieces in cursor.fetchall()
        }
