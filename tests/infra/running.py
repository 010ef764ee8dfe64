"""A whole demonstration started by `manage.py run` for a test, in a state folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2
from celery import Celery
from redis import Redis

from ctts.processes import children_of, free_port, started_at
from ctts.state import ROOT
from tests.conftest import wait_until

MANAGE = [sys.executable, str(ROOT / "manage.py")]


def busy() -> float:
    """How many processes wait for each processor now, at least 1: promised times hold on a machine that is free."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def clean_environment(state: Path, **more: str) -> dict[str, str]:
    """The environment of a person who set nothing but the state folder."""
    ours = ("CTTS_", "DJANGO_", "PYTEST_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "CTTS_STATE": str(state), "PYTHONUNBUFFERED": "1", **more}


def manage(state: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands to its end."""
    environment = clean_environment(state, **more)
    command = [*MANAGE, *arguments]
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


class Demonstration:
    """`manage.py run` as a process; its output in two files of `folder`. `settings` are environment variables."""

    def __init__(self, folder: Path, *, port: int = 0, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.state = folder / "state"
        self.port = port or free_port()
        self.began = time.monotonic()
        environment = clean_environment(self.state, PORT=str(self.port), **settings)
        with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
            self.process = subprocess.Popen(
                [*MANAGE, "run"], env=environment, stdout=out, stderr=err, stdin=subprocess.DEVNULL
            )

    def out(self) -> str:
        """What it printed so far."""
        return (self.folder / "out").read_text()

    def err(self) -> str:
        """How it commented its work so far."""
        return (self.folder / "err").read_text()

    def ready(self, *, seconds: float = 240.0) -> float:
        """Wait for the READY line; the seconds since the start. Raises AssertionError."""

        def said() -> bool:
            assert self.process.poll() is None, self.err()
            return "READY" in self.out()

        wait_until(said, seconds=seconds, what=self.err())
        return time.monotonic() - self.began

    def status(self) -> dict[str, Any]:
        """`manage.py stack status --json`."""
        return json.loads(manage(self.state, "stack", "status", "--json").stdout)

    def pids(self) -> dict[str, int]:
        """The first process of each member, by name."""
        members = json.loads((self.state / "processes.json").read_text())["members"]
        return {name: entry["pid"] for name, entry in members.items()}

    def all_pids(self) -> list[int]:
        """Every process of it: the launcher, its members, and what those have started."""
        members = self.pids().values()
        return [self.process.pid, *members, *(child for member in members for child in children_of(member))]

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement as the app role."""
        stack = json.loads((self.state / "stack.json").read_text())
        connection = psycopg2.connect(stack["database_url"])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def ring(self, job: str, **ids: object) -> None:
        """Send a job to its worker."""
        stack = json.loads((self.state / "stack.json").read_text())
        broker = stack["redis_url"].replace("unix://", "redis+socket://").replace("db=0", "virtual_host=0")
        with Celery(broker=broker, set_as_current=False) as sender:
            sender.send_task(job, kwargs=ids)

    def drain(self, *, seconds: float) -> None:
        """Wait until its worker has nothing to do. Raises AssertionError."""
        broker = Redis.from_url(json.loads((self.state / "stack.json").read_text())["redis_url"])
        try:
            wait_until(lambda: not broker.llen("celery"), seconds=seconds, what="The worker still has work.")
        finally:
            broker.close()

    def kill(self, name: str) -> float:
        """Kill a member with SIGKILL and wait for the next one; the seconds that took. Raises AssertionError."""
        before = self.pids()[name]
        os.kill(before, signal.SIGKILL)
        began = time.monotonic()

        def again() -> bool:
            found = self.pids().get(name, before)
            return found != before and started_at(found) is not None

        wait_until(again, seconds=10 * busy(), what=f"{name} was not started again.\n{self.err()}")
        return time.monotonic() - began

    def stop(self) -> int:
        """Ctrl-C; its exit code."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)


def gone(pids: list[int], *, seconds: float) -> None:
    """Wait until none of these processes is left. Raises AssertionError naming those that are."""

    def left() -> list[str]:
        found = []
        for pid in pids:
            with suppress(OSError):  # it may go between two looks
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                found += [f"{pid} {command}"] if started_at(pid) is not None else []
        return found

    deadline = time.monotonic() + seconds
    while left() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left() == []
