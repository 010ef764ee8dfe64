"""Processes that are kept: started again when they die, stopped in order, never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ctts.processes import Child, children_of, end_by_force, free_port, started_at, working_in
from ctts.supervisor import Member, StackError, Supervisor
from tests.conftest import wait_until
from tests.infra.running import gone

SLEEP = ["sleep", "300"]


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(said):
    kept = Supervisor(say=said.append, changed=lambda: None)
    yield kept
    kept.stop(order=[member.child.name for member in kept.members])


def sleeper(tmp_path, name="sleeper", command=SLEEP):
    return Member(Child(name, command, log=tmp_path / f"{name}.log"))


def test_a_killed_member_is_started_again_at_once(supervisor, said, tmp_path):
    member = sleeper(tmp_path)
    supervisor.start(member)
    member.since -= 3600
    first = member.child.pid
    os.kill(first, signal.SIGKILL)
    wait_until(
        lambda: supervisor.look(fatal=False) or member.child.pid not in (None, first), seconds=5, what="Not kept."
    )
    assert said == ["sleeper was ended by SIGKILL; starting it again"]


def test_a_member_that_keeps_dying_is_tried_less_often_but_within_ten_seconds(tmp_path):
    member = sleeper(tmp_path)
    member.since = time.monotonic()
    pauses = [member.pause(member.since + 0.1) for _ in range(6)]
    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0, 5.0]
    assert member.pause(member.since + 31) == 0.0


def test_a_member_that_ends_while_starting_stops_the_start_with_its_last_words(supervisor, tmp_path):
    member = sleeper(tmp_path, command=["sh", "-c", "echo why it failed; exit 4"])
    member.ready = lambda: False
    with pytest.raises(StackError, match=r"(?s)sleeper ended with exit code 4\..*why it failed"):
        supervisor.start(member)


def test_a_member_that_is_never_ready_stops_the_start(supervisor, tmp_path):
    member = sleeper(tmp_path)
    member.ready = lambda: False
    with pytest.raises(StackError, match="sleeper is not ready after 0 seconds"):
        supervisor.start(member, seconds=0.1)


def test_members_end_in_the_order_given(supervisor, tmp_path):
    note = f"trap 'echo $0 >> {tmp_path}/order; exit 0' TERM; while :; do sleep 0.05; done"
    for name in ("first", "second", "third"):
        supervisor.start(sleeper(tmp_path, name, ["sh", "-c", note, name]))
    time.sleep(0.3)
    supervisor.stop(order=["second", "third", "first"])
    assert (tmp_path / "order").read_text().split() == ["second", "third", "first"]


def test_nothing_of_a_killed_members_group_is_left(tmp_path):
    child = Child("parent", ["sh", "-c", "sleep 300 & sleep 300"], log=tmp_path / "log")
    child.start()
    wait_until(lambda: len(children_of(child.pid)) == 2, seconds=5, what="No children.")
    group = [child.pid, *children_of(child.pid)]
    os.kill(child.pid, signal.SIGKILL)
    wait_until(child.ended, seconds=5, what="Still there.")
    gone(group, seconds=5)


def test_who_does_not_listen_is_ended_by_force(tmp_path):
    child = Child("deaf", ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], log=tmp_path / "log")
    child.start()
    time.sleep(0.3)
    pid = child.pid
    child.stop(patience=0.3)
    assert started_at(pid) is None


def test_a_child_ends_with_the_process_that_started_it(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from ctts.processes import Child\n"
        "child = Child('tied', ['sleep', '300'], log=Path(sys.argv[1]))\n"
        "child.start(); print(child.pid, flush=True); time.sleep(300)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    tied = int(launcher.stdout.readline())
    launcher.stdout.close()
    command = Path(f"/proc/{tied}/cmdline")
    wait_until(lambda: command.read_bytes().startswith(b"sleep"), seconds=20, what="The child was never tied.")
    launcher.kill()
    launcher.wait()
    gone([tied], seconds=5)


def test_a_long_log_is_moved_aside(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"x" * (5 * 1024 * 1024 + 1))
    child = Child("short", ["echo", "new"], log=log)
    child.start()
    assert child.wait(5)
    assert child.last_words() == "new"
    assert (tmp_path / "log.1").stat().st_size > 5 * 1024 * 1024


def test_processes_are_named_by_number_and_start():
    assert started_at(os.getpid()) > 0
    assert started_at(2**22 + 1) is None


def test_a_process_that_nobody_reaped_counts_as_gone():
    dead = subprocess.Popen(["true"])
    wait_until(lambda: started_at(dead.pid) is None, seconds=5, what="A zombie counts as running.")
    dead.wait()


def test_processes_are_found_by_their_folder_and_ended(tmp_path):
    stranger = subprocess.Popen(SLEEP, cwd=tmp_path)
    wait_until(lambda: working_in(tmp_path) == [stranger.pid], seconds=5, what="Not found.")
    end_by_force([stranger.pid], patience=0)
    stranger.wait()
    assert working_in(tmp_path) == []


def test_a_free_port_is_none_the_kernel_gives_away():
    assert 10_000 <= free_port() < 32_768
