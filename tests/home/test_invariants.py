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
        "values (%s, 'viva', 2, 'open', now()) returning id",
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


CHANGE = """insert into training_changerequest (record_id, kind, state, from_on, until_on, new_name, telephone, address,
  postcode, reason, written_at, sent_at, key) select id, '{kind}', '{state}', '2026-07-01', '2026-07-30', 'N', '', '',
  '', 'Why', now(), now(), gen_random_uuid() from training_trainingrecord limit 1 returning id"""
DECIDED = """insert into training_changedecision (change_id, granted, words, decided_at, decided_by_id)
  select {pk}, true, '', now(), id from accounts_user limit 1"""
RUNS = "update training_trainingrecord set state = 'active', ended_on = null, expected_end_on = '{until}'"
FALLS = "Where training has ended, no request for a change is open, and who withdrew was granted it."
E5_BREAKS = {
    "name approved": "A request for a change is granted or declined exactly when its decision says so.",
    "interruption approved decided": "Every interruption that was granted stands with its days.",
    "extension awaiting_support": FALLS,
}


@pytest.mark.parametrize("change", E5_BREAKS)
def test_E5_a_request_that_says_another_thing_than_what_followed_is_found(outside, change):
    kind, state, *decided = change.split()
    outside.execute(CHANGE.format(kind=kind, state=state))
    [pk] = outside.fetchone()
    if decided:
        outside.execute(DECIDED.format(pk=pk))
    assert E5_BREAKS[change] in sentences_of(outside)


def test_E5_a_change_of_training_without_the_supervisors_word_is_found(outside):
    outside.execute(CHANGE.format(kind="extension", state="approved"))
    [pk] = outside.fetchone()
    outside.execute(DECIDED.format(pk=pk))
    found = sentences_of(outside)
    assert [one for one in found if "after the supervisor's word" in one]
    outside.execute(
        "insert into training_changeanswer (change_id, supports, words, answered_at, answered_by_id) "
        "select %s, true, '', now(), id from accounts_user limit 1",
        [pk],
    )
    assert sentences_of(outside) == []


def test_E5_a_training_beyond_the_longest_time_and_a_withdrawal_nobody_granted_are_found(outside):
    outside.execute(RUNS.format(until="2199-01-01"))
    assert "No training that goes on is expected to last longer than the scheme allows." in sentences_of(outside)
    outside.connection.rollback()
    outside.execute("update training_trainingrecord set state = 'withdrawn'")
    assert FALLS in sentences_of(outside)


def sentences_of(cursor) -> list[str]:
    """The sentences about changes that do not hold."""
    found = []
    for invariant in INVARIANTS:
        cursor.execute(invariant.exceptions)
        found += [invariant.sentence] if cursor.fetchall() and invariant.rule == "E5" else []
    return found
