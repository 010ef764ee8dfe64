"""What /readyz says when a server hangs: never nothing."""

import socket

import pytest
from django.db import connection

from ctts.home import readiness

pytestmark = pytest.mark.django_db


def test_all_is_ready():
    report = readiness.look()
    assert (report["status"], report["database"], report["broker"], report["migrations"]) == ("ready", *["ok"] * 3)


def test_a_database_that_takes_connections_and_never_answers_is_told_within_seconds(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", silent.getsockname()[1])
        assert readiness.look() == {"status": "not ready", "database": "OperationalError"}
