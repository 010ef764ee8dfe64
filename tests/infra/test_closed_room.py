"""The room in which every test runs: own database as the app role, own Redis, no network, no logged error."""

import logging
import socket
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from ctts.common.models import ClockOffset, DeploymentMark
from tests.plugin import ForbiddenNetworkError


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def refused(sql):
    with pytest.raises(DatabaseError) as problem, transaction.atomic():
        ask(sql)
    return str(problem.value)


def test_settings_are_those_of_a_test():
    assert settings.MODE == "test"
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_the_connection_is_the_app_role_and_owns_no_table(db):
    assert ask("select current_user") == [("ctts_app",)]
    assert ask("select count(*) from pg_class where relkind = 'r' and relowner = 'ctts_app'::regrole") == [(0,)]


def test_the_owner_made_every_table(db):
    owners = "select distinct tableowner from pg_tables where schemaname = 'public'"
    assert ask(owners) == [("ctts_owner",)]


@pytest.mark.parametrize(
    "sql",
    [
        "truncate common_clockoffset",
        "alter table common_deploymentmark disable trigger all",
        "drop table common_clockoffset",
        "create table mine (id int)",
        "create role more",
    ],
)
def test_the_app_role_may_not(db, sql):
    assert "permission denied" in refused(sql) or "must be owner" in refused(sql)


def test_text_is_sorted_by_code_point(db):
    assert ask("select string_agg(w, ' ' order by w) from unnest(array['adam', 'Bea', 'Ábel', 'zed']) w") == [
        ("Bea adam zed Ábel",)
    ]


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_begins_with_a_fresh_clone(round_):
    assert not ClockOffset.objects.exists()
    ClockOffset.objects.create(ahead=timedelta(seconds=round_))
    DeploymentMark.objects.create(mode="test")  # a row that nobody could delete


def test_what_a_transactional_test_left_is_gone(db):
    assert not DeploymentMark.objects.exists()


@pytest.mark.parametrize("round_", [1, 2])
def test_redis_begins_empty(round_):
    assert cache.get("left") is None
    cache.set("left", round_)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_another_machine_is_out_of_reach(address):
    with pytest.raises(ForbiddenNetworkError, match="must not reach"):
        socket.create_connection(address, timeout=1)


def test_this_machine_is_reachable():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=1).close()


@pytest.mark.logs_errors
def test_a_marked_test_may_log_an_error():
    logging.getLogger("ctts.tests").error("On purpose.")
