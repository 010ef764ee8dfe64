"""Who may use which database: no server without a configuration, no demonstration on a database of production."""

import json
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
    started = start(process, clean_environment(tmp_path), tmp_path)
    assert started.returncode == 3
    lines = [line for line in started.stderr.splitlines() if "does not start" in line]
    assert lines == [
        f"The {process} process does not start: no database is configured. Set DATABASE_URL and the other settings of "
        "docs/operations.md, or start the demonstration with `python3 manage.py run`."
    ]


def start(process, environment, folder):
    """Start one of the processes of a server, which is expected to end by itself."""
    command = [sys.executable, *(part.format(folder=folder) for part in PROGRAMS[process])]
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "ctts.settings"}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("process", PROGRAMS)
def test_a_process_with_half_of_its_settings_says_which_one_is_missing(process, tmp_path):
    started = start(process, clean_environment(tmp_path, DATABASE_URL="postgres://a:b@127.0.0.1:1/c"), tmp_path)
    assert started.returncode == 3
    name = "web" if process == "web" else "Celery"
    line = f"The {name} process does not start: SECRET_KEY is not set; docs/operations.md says what it holds."
    assert started.stderr.splitlines() == [line]


@pytest.mark.parametrize("command", [("check",), ("run",), ("stack", "status", "--json"), ("help",)])
def test_a_command_with_half_of_the_settings_says_which_one_is_missing(command, tmp_path):
    done = manage(tmp_path, *command, DATABASE_URL="postgres://a:b@127.0.0.1:1/c")
    line = "SECRET_KEY is not set; docs/operations.md says what it holds."
    assert (done.returncode, done.stderr) == (1, f"{line}\n")
    assert done.stdout == (f'{{"error": "{line}"}}\n' if "--json" in command else "")


SPOILT = ["{", "\udc80", "[]", '"demo"', '{"mode": "else"}']


@pytest.mark.parametrize("content", SPOILT)
@pytest.mark.parametrize("command", [("migrate",), ("run",)])
def test_a_spoilt_mark_is_named_with_what_to_do(command, content, tmp_path):
    (tmp_path / "stack.json").write_bytes(content.encode(errors="surrogateescape"))
    done = manage(tmp_path, *command)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "stack.json" in done.stderr
    assert "again." in done.stderr


@pytest.mark.parametrize("command", [("check",), ("run",), ("stack", "stop")])
def test_a_state_folder_that_is_a_file_is_refused_in_one_line(command, tmp_path):
    (tmp_path / "file").touch()
    done = manage(tmp_path / "file", *command)
    why = f"The state folder {tmp_path}/file cannot be used (Not a directory)"
    assert (done.returncode, done.stderr) == (1, f"{why}; name a folder of your own by CTTS_STATE.\n")


def test_spoilt_numbers_of_processes_are_named_with_what_to_do(tmp_path):
    (tmp_path / "processes.json").write_text("no json")
    done = manage(tmp_path, "stack", "status", "--json")
    line = f"{tmp_path}/processes.json does not hold what it should; delete it and start `python3 manage.py run` again."
    assert (done.returncode, done.stderr, json.loads(done.stdout)) == (1, f"{line}\n", {"error": line})


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
    started = start("web", clean_environment(tmp_path), tmp_path)
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


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_refused_with_what_to_do(superuser):
    with superuser.cursor() as cursor:
        cursor.execute("alter table common_deploymentmark rename to hidden")
    try:
        with pytest.raises(StartError, match=r"^the database is not migrated; run `python3 manage.py migrate"):
            check_start("test")
        with pytest.raises(CommandError, match=r"^The database is not migrated; run `python3 manage.py migrate"):
            call_command("run_due")
    finally:
        with superuser.cursor() as cursor:
            cursor.execute("alter table hidden rename to common_deploymentmark")


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
