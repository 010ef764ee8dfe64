"""No session makes a trigger look away: `pgtrigger.ignore` is a setting that nothing reads any more."""

from __future__ import annotations

import psycopg2
import pytest
from psycopg2.errors import RaiseException

from ctts.embedded import OWNER

EVERY_TRIGGER = (
    "select array_agg(tgrelid::regclass || ':' || tgname)::text from pg_trigger where tgname like 'pgtrigger%'"
)
# As django-pgtrigger installs it, before `migrate` replaces it.
READS_THE_SETTING = """
create or replace function public._pgtrigger_should_ignore(trigger_name name) returns boolean language plpgsql as $$
begin
    return trigger_name = any(current_setting('pgtrigger.ignore')::text[]);
end $$
"""
EDIT = "update scheme_ruleset set reason = 'another' where version = 1"


@pytest.fixture
def owner(servers):
    """A session of the tables' owner, who may do everything to them; nothing of it stays."""
    session = psycopg2.connect(servers.url(OWNER, servers.database))
    yield session
    session.rollback()
    session.close()


def ignoring(session):
    """A cursor of a session that asks every trigger to look away, by all names a trigger has."""
    cursor = session.cursor()
    cursor.execute(EVERY_TRIGGER)
    (named,) = cursor.fetchone()
    cursor.execute("select array_agg(tgname)::text from pg_trigger where tgname like 'pgtrigger%'")
    (short,) = cursor.fetchone()
    cursor.execute("set pgtrigger.ignore = %s", [f"{named[:-1]},{short[1:]}"])
    return cursor


@pytest.mark.django_db
def test_a_session_that_asks_triggers_to_look_away_is_refused(owner):
    cursor = ignoring(owner)
    cursor.execute("select 1 from scheme_ruleset where version = 1")
    assert cursor.fetchone() == (1,)  # a row that the trigger can be asked about
    with pytest.raises(RaiseException, match="Cannot update or delete rows from scheme_ruleset"):
        cursor.execute(EDIT)


@pytest.mark.django_db
def test_the_librarys_own_function_would_have_let_it_pass(owner):
    cursor = ignoring(owner)
    cursor.execute(READS_THE_SETTING)
    cursor.execute(EDIT)
    assert cursor.rowcount == 1
