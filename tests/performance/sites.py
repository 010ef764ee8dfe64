"""The two web sites that are measured side by side: ours and the minimal one, each with two gunicorn processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from ctts.embedded import ADMIN, Postgres
from ctts.embedded_stack import EmbeddedStack
from ctts.processes import Child, free_port
from ctts.stack import STOP_ORDER, listens, open_listener
from ctts.state import ROOT, StateFolder
from ctts.supervisor import Member

MINIMAL = "minimal"
SETTINGS = "tests.performance.minimal.settings"
# As docker/gunicorn.conf.py has it.
GUNICORN = ["--preload", "--workers=2", "--threads=4", "--timeout=60", "--no-control-socket", "--log-level=warning"]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Site:
    """A site as it is measured: its port, the process whose children answer, a session where one was made for it."""

    port: int
    master: int
    session: str = ""


class Stage(EmbeddedStack):
    """A demonstration without its world, worker and clock: nothing but the servers, and the web site that is measured.

    Once the web site answers, `ours` is it; PostgreSQL's postmaster is `database`.
    """

    def __init__(self, folder: StateFolder, say: Say) -> None:
        listener = open_listener("127.0.0.1", free_port())
        super().__init__(folder, listener=listener, host="127.0.0.1", say=say, loads_demo=False)

    def start(self) -> None:
        """Servers and tables; the web site comes once the world is populated."""
        self.start_servers()
        self.prepare()

    def serve(self) -> Site:
        """Start the web site. Raises StackError."""
        web = self.web()
        self.supervisor.start(web, seconds=90)
        return Site(self.port, web.child.pid or 0)

    def serve_minimal(self) -> Site:
        """Start the minimal site on a database of its own on the same server. Raises StackError."""
        environment, session = minimal_database(self.postgres)
        child, port = minimal_site(self.folder.logs, environment)
        self.supervisor.start(Member(child, ready=lambda: listens("127.0.0.1", port)), seconds=60)
        return Site(port, child.pid or 0, session)

    def stop(self) -> None:
        """End everything in order, the minimal site first."""
        self.supervisor.stop(order=(MINIMAL, *STOP_ORDER))


def minimal_database(postgres: Postgres) -> tuple[dict[str, str], str]:
    """Make the minimal site's database anew and fill it; its environment, and the key of a session in it."""
    connection = psycopg2.connect(postgres.url(ADMIN, postgres.password(), "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {MINIMAL} with (force)")
        cursor.execute(f"create database {MINIMAL}")
    connection.close()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "MINIMAL_DATABASE_URL": postgres.url(ADMIN, postgres.password(), MINIMAL),
    }
    command = [sys.executable, "-m", "django", "fill"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return environment, done.stdout.split()[-1]


def minimal_site(logs: Path, environment: Mapping[str, str]) -> tuple[Child, int]:
    """The minimal site as a process to start, and its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "tests.performance.minimal.wsgi", f"--bind=127.0.0.1:{port}"]
    return Child(MINIMAL, [*command, *GUNICORN], log=logs / "minimal.log", environment=environment, folder=ROOT), port
