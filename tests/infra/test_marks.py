"""Who may use which database: no server without a configuration, no demonstration on a database of production."""

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ctts.common.models import ClockOffset, DeploymentMark
from ctts.startup import StartError, check_start
from ctts.state import ROOT, StateFolder
from tests.infra.running import clean_environment, manage

PROGRAMS = {
    "web": ["-c", "import ctts.wsgi"],
    "worker": ["-m", "celery", "-A", "ctts", "worker", "--pool=solo"],
    "beat": ["-m", "celery", "-A", "ctts", "beat", "--pidfile=", "--schedule={folder}/schedule"],
}


@pytest.mark.parametrize("process", PROGRAMS)
def test_without_a_server_and_without_the_mark_nothing_starts(process, tmp_path):
    command = [sys.executable, *(part.format(folder=tmp_path) for part in PROGRAMS[process])]
    environment = {**clean_environment(tmp_path), "DJANGO_SETTINGS_MODULE": "ctts.settings"}
    started = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert started.returncode == 3
    lines = [line for line in started.stderr.splitlines() if "does not start" in line]
    assert lines == [
        f"The {process} process does not start: no database is configured. Set DATABASE_URL and the other settings of "
        "docs/operations.md, or start the demonstration with `python3 manage.py run`."
    ]


def test_the_first_use_of_a_database_is_written_down(db):
    check_start("production")
    assert DeploymentMark.objects.get().mode == "production"
    check_start("production")


@pytest.mark.parametrize(("used", "wanted"), [("production", "demo"), ("demo", "production"), ("test", "demo")])
def test_a_database_used_for_one_thing_never_enters_another(db, used, wanted):
    check_start(used)
    with pytest.raises(StartError, match=f"this database is used for {used}; it can never be used for {wanted}"):
        check_start(wanted)
    assert DeploymentMark.objects.get().mode == used


@pytest.mark.django_db(transaction=True)
def test_a_demonstrations_web_process_refuses_a_database_of_production(servers, tmp_path):
    DeploymentMark.objects.create(mode="production")
    mark = servers.folder.stack()
    StateFolder(tmp_path).write_stack({**mark, "mode": "demo"})
    command = [sys.executable, *PROGRAMS["web"]]
    environment = {**clean_environment(tmp_path), "DJANGO_SETTINGS_MODULE": "ctts.settings"}
    started = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert started.returncode == 3
    assert "this database is used for production; it can never be used for demo." in started.stderr


COMMANDS = [
    ("demo_clock", "--at", "2028-03-31T12:00:00+00:00"),
    ("run_due", "--at", "2028-03-31T12:00:00+00:00"),
    ("populate", "--trainees", "1", "--seed", "1"),
    ("demo",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_a_demonstrations_command_leaves_a_database_of_production_alone(db, command):
    DeploymentMark.objects.create(mode="production")
    with pytest.raises(CommandError, match="database is used for production; it can never be used for test"):
        call_command(*command)
    assert not ClockOffset.objects.exists()


def test_a_role_that_owns_tables_is_refused(db):
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relowner = 'ctts_app'::regrole and relkind = 'r'")
        assert cursor.fetchone() == (0,)
    check_start("test")


def test_run_with_half_of_the_server_settings_is_refused(tmp_path):
    done = manage(tmp_path, "run", REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 1
    assert "REDIS_URL is set, but DATABASE_URL is not: give all server settings or none." in done.stderr


def test_run_takes_every_server_setting_for_a_server(tmp_path):
    done = manage(tmp_path, "run", SECRET_KEY="x" * 50, BASE_URL="https://training.example.org")
    assert done.returncode == 1
    assert "BASE_URL, SECRET_KEY are set, but DATABASE_URL is not" in done.stderr


def test_run_with_a_wrong_port_is_refused(tmp_path):
    done = manage(tmp_path, "run", PORT="70000")
    assert done.returncode == 1
    assert "PORT is '70000'; it must be a number from 1 to 65535." in done.stderr


def test_status_of_nothing_is_empty_and_fails(tmp_path):
    done = manage(tmp_path, "stack", "status", "--json")
    assert done.returncode == 1
    assert '"pids": {"web": [], "worker": [], "beat": []}' in done.stdout


def test_the_mark_is_private(servers):
    assert (servers.folder.path / "stack.json").stat().st_mode & 0o077 == 0
