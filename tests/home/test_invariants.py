"""What must hold across tables is found when it does not: a superuser breaks it, whom no trigger stops; then undone."""

from __future__ import annotations

import psycopg2
import pytest

from ctts.embedded import ADMIN
from ctts.home.invariants import INVARIANTS, broken_invariants
from tests.kept import kept_world
from tests.moderation.awarding import Awarded, issued, job, make_awarded

pytestmark = pytest.mark.django_db(transaction=True)
SHEET = """insert into assessments_marksheet (attempt_id, marker_id, role, state, result, words, opened_at, changed_at)
           values ({attempt}, {marker}, 'external', 'open', '', '', now(), now())"""
BREAKS = {
    "delete from moderation_diploma where n = 1": ["D1"],
    "update moderation_diploma set n = 5, number = 'CTD-2028-00005' where n = 2": ["D1"],
    "update moderation_diploma set number = 'CTD-2028-00007' where n = 2": ["D1"],
    "update moderation_diplomayear set last = 3": ["D1"],
    "insert into moderation_diplomayear (year, last) values (2031, 1)": ["D1"],
    "delete from moderation_diplomayear": ["D1"],
    "update moderation_diploma set audit_head = repeat('0', 64) where n = 1": ["D1"],
    "update moderation_diploma set issued_at = '2027-01-01' where n = 1": ["D1"],
    "delete from moderation_award": ["D1"],
    "update moderation_diplomafile set pdf_sha256 = repeat('0', 64)": ["D1"],
    "update assessments_outcome set result = 'refer' where stage = 'viva'": ["F7"],
    "update assessments_outcome set result = 'fail' where stage = 'first_year'": ["F7", "Y1"],
    "update assessments_outcome set released_at = confirmed_at - interval '1 second'": ["F1"],
}


def make_diplomas() -> Awarded:
    """Two awards with diplomas, one of them with its file."""
    world = make_awarded()
    issued(world)
    job("make_diplomas")
    issued(world, "tom")
    return world


diplomas = kept_world(make_diplomas)


@pytest.fixture
def outside(servers, diplomas):
    """A cursor of the superuser in a transaction of its own, with every trigger off; nothing of it is kept."""
    connection = psycopg2.connect(servers.url(ADMIN, servers.database))
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        connection.commit()
        yield cursor
        connection.rollback()
    connection.close()


def found_by(cursor) -> list[str]:
    """The rules of the invariants that do not hold, as this transaction sees the tables."""
    broken = set()
    for invariant in INVARIANTS:
        cursor.execute(invariant.exceptions)
        broken |= {invariant.rule} if cursor.fetchall() else set()
    return sorted(broken)


def test_D1_F1_F7_Y1_each_break_is_found_and_nothing_else(outside):
    assert broken_invariants() == []
    seen = {}
    for statement in BREAKS:
        outside.execute(statement)
        seen[statement] = found_by(outside)
        outside.connection.rollback()
    assert seen == BREAKS
    assert found_by(outside) == []


def test_F3_two_sheets_of_one_person_or_one_of_the_trainee_are_found(outside, diplomas):
    outside.execute(
        "insert into assessments_stageattempt (record_id, stage, attempt, state, opened_at) "
        "values (%s, 'viva', 1, 'open', now()) returning id",
        [diplomas.tara.pk],
    )
    [attempt] = outside.fetchone()
    outside.execute(SHEET.format(attempt=attempt, marker=diplomas.cast.mia.pk))
    assert found_by(outside) == []
    left = SHEET.format(attempt=attempt, marker=diplomas.cast.mia.pk).replace("'open'", "'left'")
    outside.execute(left)  # what she had begun before, in another appointment
    assert found_by(outside) == []
    outside.execute(SHEET.format(attempt=attempt, marker=diplomas.tara.trainee_id).replace("external", "supporting"))
    assert found_by(outside) == ["F3"]
