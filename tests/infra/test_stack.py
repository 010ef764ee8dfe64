"""`manage.py run`: started, killed in every part, started twice, stopped."""

import json
import os
import shutil
import signal
import socket
import time
import urllib.request
from contextlib import suppress
from threading import Event, Thread

import psycopg2
import pytest

from tests.conftest import wait_until
from tests.infra.running import Demonstration, busy, gone, manage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The state folder of a demonstration that was made from nothing and stopped; tests run copies of it."""
    first = Demonstration(tmp_path_factory.mktemp("made"))
    first.ready(seconds=600)
    first.drain(seconds=300)
    assert first.stop() == 0
    return first.state


@pytest.fixture(scope="module")
def running(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("running")
    shutil.copytree(made, folder / "state")
    demonstration = Demonstration(folder)
    demonstration.ready()
    yield demonstration
    demonstration.stop()


@pytest.fixture
def folder(made, tmp_path):
    """A folder in which the next demonstration has nothing to make."""
    shutil.copytree(made, tmp_path / "state")
    return tmp_path


def served(demonstration, *, seconds=60):
    """Wait until the front page is served; the seconds that took."""
    began = time.monotonic()

    def answers():
        with suppress(OSError), urllib.request.urlopen(f"http://localhost:{demonstration.port}/", timeout=5) as page:
            return page.status == 200

    wait_until(answers, seconds=seconds, what="The front page is not served.")
    return time.monotonic() - began


def ticked(demonstration, *, seconds=120):
    """Ring once and wait until the worker has looked."""
    rung = demonstration.ask("select now()")[0][0]
    demonstration.ring("common.tick")

    def looked():
        return demonstration.ask("select 1 from common_calendarbeat where name = 'common.tick' and at > %s", rung)

    wait_until(looked, seconds=seconds, what="The worker did nothing.")


def test_one_ready_line_with_the_address(running):
    ready = [line for line in running.out().splitlines() if line.startswith("READY")]
    assert ready == [f"READY http://localhost:{running.port}/"]
    served(running)


def test_status_names_the_processes_and_the_contract_role(running):
    status = running.status()
    assert status["url"] == f"http://localhost:{running.port}/"
    assert [len(status["pids"][name]) for name in ("web", "beat")] == [3, 1]
    wait_until(lambda: len(running.status()["pids"]["worker"]) == 3, seconds=120, what="The worker has no children.")
    connection = psycopg2.connect(status["database"])
    with connection.cursor() as cursor:
        cursor.execute("select current_user, current_setting('default_transaction_read_only')")
        assert cursor.fetchone() == ("ctts_contract", "on")
    connection.close()


def test_it_listens_on_this_machine_only(running):
    others = [address[4][0] for address in socket.getaddrinfo(socket.gethostname(), running.port, socket.AF_INET)]
    for other in {other for other in others if not other.startswith("127.")}:
        with pytest.raises(OSError):
            socket.create_connection((other, running.port), timeout=2)


@pytest.mark.parametrize("name", ["web", "worker", "beat", "sink", "redis", "postgres"])
def test_a_killed_process_is_started_again_and_everything_works(running, name):
    ticked(running)
    seconds = running.kill(name)
    assert seconds < 10 * busy()
    served(running)
    ticked(running)
    assert running.process.poll() is None


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_of_a_process_is_replaced(running, name):
    first, victim, *_ = running.status()["pids"][name]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len(running.status()["pids"][name]) == 3, seconds=120, what=f"No other child of {name}.")
    assert running.pids()[name] == first
    ticked(running)


def test_addresses_stay_the_same_when_servers_are_killed(running):
    before = (running.state / "stack.json").read_text()
    running.kill("postgres")
    running.kill("redis")
    served(running)
    assert (running.state / "stack.json").read_text() == before


def test_no_confirmed_row_is_lost_when_postgresql_is_killed(running):
    running.ask("delete from common_calendarbeat where name like 'row%%'")
    confirmed, ended = [], Event()

    def write():
        while not ended.is_set():
            with suppress(psycopg2.Error):
                name = f"row{len(confirmed)}"
                running.ask("insert into common_calendarbeat (name, at, problem) values (%s, now(), '')", name)
                confirmed.append(name)

    writer = Thread(target=write)
    writer.start()
    for _ in range(3):
        time.sleep(1)
        running.kill("postgres")
    served(running)
    ended.set()
    writer.join()
    stored = {name for (name,) in running.ask("select name from common_calendarbeat where name like 'row%%'")}
    assert len(confirmed) > 10
    assert set(confirmed) - stored == set()


def test_a_second_run_says_where_the_first_one_is(running):
    second = manage(running.state, "run")
    assert second.returncode != 0
    assert f"It is already running at http://localhost:{running.port}/" in second.stderr
    assert "READY" not in second.stdout


def test_two_state_folders_run_side_by_side_and_a_taken_port_moves_on(running, folder):
    other = Demonstration(folder, port=running.port)
    try:
        other.ready()
        moved = int(json.loads((other.state / "processes.json").read_text())["base_url"].rsplit(":", 1)[1])
        assert moved > running.port
        assert f"Port {running.port} is taken; using {moved}" in other.err()
        served(running)
        assert not set(other.pids().values()) & set(running.pids().values())
    finally:
        assert other.stop() == 0
    served(running)


def test_ctrl_c_stops_everything_and_the_next_run_resumes_quickly(folder):
    first = Demonstration(folder)
    first.ready()
    pids = first.all_pids()
    assert first.stop() == 0
    gone(pids, seconds=5)
    assert manage(first.state, "stack", "status", "--json").returncode == 1
    again = Demonstration(folder, port=first.port)
    seconds = again.ready()
    assert again.stop() == 0
    assert "Migrating" not in again.err()
    assert seconds <= 8 * busy()


@pytest.mark.parametrize("round_", range(3))
def test_a_killed_launcher_leaves_nothing_running(folder, round_):
    first = Demonstration(folder)
    first.ready()
    wait_until(lambda: len(first.status()["pids"]["worker"]) == 3, seconds=120, what="The worker has no children.")
    pids = first.all_pids()
    first.process.kill()
    first.process.wait()
    gone(pids, seconds=15 * busy())


def test_a_run_right_after_a_killed_launcher_gets_the_same_port(folder):
    first = Demonstration(folder)
    first.ready()
    first.process.kill()
    first.process.wait()
    again = Demonstration(folder, port=first.port)
    again.ready()
    served(again)
    assert manage(again.state, "stack", "stop").returncode == 0
    assert again.process.wait(30) == 0


def test_a_backup_of_a_running_demonstration_becomes_another_one(running, tmp_path):
    backup = str(tmp_path / "backup")
    made = manage(running.state, "backup", backup, "--json")
    assert made.returncode == 0, made.stderr
    restored = manage(tmp_path / "state", "restore", backup, "--json")
    assert (restored.returncode, json.loads(restored.stdout)) == (0, json.loads(made.stdout)), restored.stderr
    again = Demonstration(tmp_path)
    again.ready()
    assert again.out().splitlines()[1:-1] == running.out().splitlines()[1:-1]  # the same people with their passwords
    for command in ("verify_audit", "check_invariants"):
        assert manage(again.state, command).returncode == 0
    program = "from ctts.documents.models import Document; from ctts.documents.keeping import read"
    asked = manage(again.state, "shell", "--no-imports", "-c", f"{program}; print(len(read(Document.objects.first())))")
    assert int(asked.stdout) > 1000
    assert manage(again.state, "restore", backup).returncode == 1
    assert again.stop() == 0
    assert manage(again.state, "backup", str(tmp_path / "stopped"), "--json").returncode == 0
