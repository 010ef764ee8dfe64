"""What the app role may not do, whatever the code tries (quality rule 6)."""

from __future__ import annotations

import psycopg2
import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import connection
from django.test import override_settings

from ctts.common.checks import OWNED, app_role_owns_nothing
from ctts.common.rows import AppendOnly
from ctts.embedded import OWNER

pytestmark = pytest.mark.django_db
FACTS = [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def may(table: str, right: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege(current_user, %s, %s)", [table, right])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("model", FACTS, ids=lambda model: model._meta.label)
def test_facts_are_only_ever_added(model):
    table = model._meta.db_table
    assert may(table, "SELECT") and may(table, "INSERT")
    assert not any(may(table, right) for right in ("UPDATE", "DELETE", "TRUNCATE"))


def test_no_table_can_be_emptied_by_the_app_role():
    assert not [model for model in apps.get_models() if may(model._meta.db_table, "TRUNCATE")]


def test_the_app_role_owns_nothing_and_the_check_says_so_when_it_does():
    assert app_role_owns_nothing(databases=["default"]) == []
    assert [problem.id for problem in run_checks(databases=["default"]) if problem.id == "ctts.E001"] == []
    with override_settings(MODE="none"):
        assert app_role_owns_nothing(databases=["default"]) == []


def test_the_check_refuses_a_role_that_owns_tables(servers):
    """As the owner would see it: the same query, asked with the owner's address."""
    owner = psycopg2.connect(servers.url(OWNER, servers.database))
    with owner, owner.cursor() as cursor:
        cursor.execute(OWNED)
        assert cursor.fetchone()[0] > 50
    owner.close()
