"""`manage.py run` with server settings: the same product on servers of somebody else, and no demonstration."""

import json
import urllib.request

import pytest

from ctts.demo.keys import make_secrets
from ctts.embedded import ADMIN, APP, OWNER
from ctts.processes import free_port
from tests.infra.running import Demonstration, manage

pytestmark = pytest.mark.slow
DATABASE = "ctts_test_server_mode"


@pytest.fixture
def settings_of_a_server(servers, tmp_path):
    """An empty database with its roles, a Redis, and everything else that production asks for."""
    drop = f"drop database if exists {DATABASE} with (force)"
    servers.as_superuser(drop)
    servers.postgres.apply_roles(DATABASE, servers.passwords)
    port = free_port()
    secrets = {name.upper(): value for name, value in make_secrets(tmp_path / "keys").items()}
    yield {
        "DATABASE_URL": servers.url(APP, DATABASE),
        "MIGRATE_DATABASE_URL": servers.url(OWNER, DATABASE),
        "REDIS_URL": servers.redis.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{servers.mail_port}",
        "STORAGE_URL": f"file://{tmp_path / 'files'}",
        "BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "MAIL_FROM": "Office <office@ctts.example>",
        "AUDIT_HEAD_DIR": str(tmp_path / "heads"),
        **secrets,
    }
    servers.as_superuser(drop)


def test_the_product_runs_on_given_servers_and_marks_the_database(servers, settings_of_a_server, tmp_path):
    port = int(settings_of_a_server["BASE_URL"].rpartition(":")[2])
    running = Demonstration(tmp_path, port=port, **settings_of_a_server)
    try:
        running.ready()
        with urllib.request.urlopen(f"http://localhost:{running.port}/", timeout=10) as page:
            assert page.status == 200
        assert set(running.pids()) == {"web", "worker", "beat"}
        assert not (running.state / "stack.json").exists()
        assert not (running.state / "postgres18").exists()
        status = json.loads(manage(running.state, "stack", "status", "--json").stdout)
        assert (status["url"], status["database"]) == (f"http://localhost:{running.port}/", None)
    finally:
        assert running.stop() == 0
    assert servers.as_superuser("select mode from common_deploymentmark", database=DATABASE) == [("production",)]
    assert ADMIN not in running.err()
