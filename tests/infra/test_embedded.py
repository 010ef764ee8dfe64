"""PostgreSQL and Redis from their wheels: as every account, side by side, after every kind of end."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg2
import pytest
from redis import Redis as Client

from ctts.embedded import ADMIN, Account, Postgres, Redis, usual_account
from ctts.processes import free_port
from ctts.state import ROOT
from tests.conftest import wait_until
from tests.infra.running import gone

FAST = {"fsync": "off"}
ACCOUNTS = [Account.SELF] if os.geteuid() else [Account.NAMESPACE, Account.NOBODY]


@pytest.fixture
def make(tmp_path):
    """Makes a cluster in a folder of its own; whatever still runs at the end is stopped."""
    started = []

    def made(name, account=None):
        postgres = Postgres(tmp_path / name, settings=FAST, account=account or usual_account())
        started.append((postgres, postgres.start()))
        return started[-1]

    yield made
    for postgres, child in started:
        child.stop()
        postgres.clear_remains()
        for left in (postgres.home, postgres.sockets.parent):  # outside tmp_path
            shutil.rmtree(left, ignore_errors=True)


def ask(postgres, sql, database="postgres"):
    connection = psycopg2.connect(postgres.url(ADMIN, postgres.password(), database))
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        connection.close()


@pytest.mark.parametrize("account", ACCOUNTS)
def test_postgresql_starts_as_each_account_of_this_machine(make, account):
    if account is not Account.SELF and subprocess.run([*account.prefix, "true"], check=False).returncode:
        account = usual_account()  # this machine denies namespaces; then its usual account is proved twice
    postgres, child = make("one", account)
    assert ask(postgres, "show server_version").startswith("18")
    assert ask(postgres, "select datcollate || datlocale from pg_database where datname = 'postgres'") == "CC.UTF-8"
    assert started_as(child.pid) != 0 or account is Account.NAMESPACE


def started_as(pid):
    return Path(f"/proc/{pid}").stat().st_uid


def test_two_clusters_run_side_by_side_with_their_own_passwords(make):
    one, _ = make("one")
    two, _ = make("two")
    assert one.port != two.port
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(two.url(ADMIN, one.password(), "postgres"))


def test_an_interrupted_first_run_does_not_count(tmp_path, make):
    half_made = tmp_path / "one" / "postgres18.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    postgres, _ = make("one")
    assert ask(postgres, "select 1") == 1


def test_a_killed_server_recovers_by_itself(make):
    postgres, child = make("one")
    connection = psycopg2.connect(postgres.url(ADMIN, postgres.password(), "postgres"))
    connection.autocommit = True
    connection.cursor().execute("create table kept as select 1 as n")
    os.kill(child.pid, signal.SIGKILL)
    wait_until(child.ended, seconds=5, what="Still there.")
    again, child = make("one")
    assert ask(again, "select n from kept") == 1
    connection.close()


def test_a_pid_file_that_names_somebody_else_does_not_block(make):
    postgres, child = make("one")
    child.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
    again, _ = make("one")
    assert ask(again, "select 1") == 1


def test_a_server_that_lost_its_launcher_is_ended_before_the_next_start(tmp_path, make):
    program = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from ctts.embedded import Postgres
        postgres = Postgres(Path(sys.argv[1]), settings={"fsync": "off"})
        postgres.prepare()
        postgres.port = int(sys.argv[2])
        child = postgres.child()
        command = [part for part in child.command if part not in ("--pdeathsig", "INT", "setpriv")]
        os.chdir("/")
        os.execvp(command[0], command)
    """)
    stray = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "one"), str(free_port())], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    wait_until((tmp_path / "one" / "postgres18" / "postmaster.pid").exists, seconds=60, what="No stray server.")
    postgres, _ = make("one")
    assert stray.wait(60) is not None
    assert ask(postgres, "select 1") == 1


def test_redis_keeps_what_it_was_given_over_a_kill(tmp_path):
    server = Redis(tmp_path)
    child = server.start()
    client = Client.from_url(server.url)
    client.set("kept", "yes")
    os.kill(child.pid, signal.SIGTERM)
    wait_until(child.ended, seconds=5, what="Still there.")
    child = server.start()
    assert client.get("kept") == b"yes"
    pid = child.pid
    child.stop()
    client.close()
    gone([pid], seconds=5)
