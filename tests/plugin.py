"""pytest plugin: PostgreSQL and Redis of our own, a database for each process, a closed network, no logged error.

Loaded by `-p tests.plugin` (pyproject.toml), before pytest-django reads the settings. One PostgreSQL serves a whole
run; a template database is migrated by the owner once for each state of the migrations; every process (xdist or not)
works on a clone of it, as the app role, with a Redis and a state folder of its own.

After a transactional test the clone is made anew instead of being flushed: the app role may not truncate, and rows
that migrations made must be there again. The next test begins with that (tests/kept.py has the other beginnings).
"""

from __future__ import annotations

import faulthandler
import gc
import ipaddress
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from ctts.bootstrap import Environment, keep_compiled
from ctts.demo.keys import make_passwords, make_secrets
from ctts.embedded import ADMIN, APP, CONTRACT, OWNER, ROLES_SCRIPT, Account, Postgres, Redis, socket_folder, state_name
from ctts.processes import Child, free_port
from ctts.stack import SERVER_SETTINGS
from ctts.state import ROOT, StateFolder, key_of, state_path

# What a server deployment is given; here `stack.json` says it all.
FOREIGN_SETTINGS = (
    *SERVER_SETTINGS,
    "AUDIT_HEAD_MAIL",
    "CLAMD_ADDRESS",
    "TRUSTED_PROXY_COUNT",
    "LOG_LEVEL",
    "PORT",
)
SHARED = "CTTS_TEST_SERVERS"  # how xdist's workers learn of the server that the first process started
# The files that take longest, longest first. They begin first, so that no core waits for another at the end of a run.
LONG = (
    "browser/test_journey_in_the_browser.py",
    "permissions/test_matrix.py",
    "demo/test_world.py",
    "browser/test_intake.py",
    "journeys/test_from_application_to_diploma.py",
    "browser/test_office.py",
    "browser/test_catalogue.py",
    "architecture/test_house.py",
    "browser/test_diplomas.py",
    "browser/test_first_year.py",
    "faults/test_an_intake_of_sixty.py",
    "browser/test_moderation.py",
    "infra/test_backup.py",
    "assessments/final_stages/test_compiling_cost.py",
    "browser/test_autosave.py",
    "moderation/test_diploma_races.py",
)
MEMORY = Path("/dev/shm")  # noqa: S108 — a folder of our own in it
ROOM = 4 * 1024**3  # bytes that must be free there: a process's databases take some 200 MB, those of a slow test more
KEPT = "ctts_kept_"  # what the names of kept worlds' databases begin with
IN_MEMORY, ON_DISK = "ctts_memory", "pg_default"
# After how many new objects Python looks for rubbish: it walks over hundreds of thousands that stay.
SELDOM = (20_000, 20, 50)
LONGEST_SLOW = 3 * 3600  # seconds after which a slow test hangs; any other by `faulthandler_timeout` of pyproject.toml
UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}  # a crash loses a test, no more


class Servers:
    """The servers of this process: PostgreSQL shared by the whole run, everything else its own."""

    def __init__(self) -> None:
        for name in FOREIGN_SETTINGS:
            os.environ.pop(name, None)
        self.name = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.children: list[Child] = []
        if self.name == "main":
            self.base = StateFolder(state_path() / "test")
            self.take_lock()
            self.postgres = Postgres(self.base.path, settings=UNSAFE)
            self.children.append(self.postgres.start())
            self.clear_up()
            self.place = self.take_memory()
            mine = {"base": str(self.base.path), "port": self.postgres.port, "place": self.place}
            os.environ[SHARED] = json.dumps(mine)
        else:
            shared = json.loads(os.environ[SHARED])
            self.base = StateFolder(Path(shared["base"]))
            self.postgres = Postgres(self.base.path)
            self.postgres.port, self.place = shared["port"], shared["place"]
        self.folder = StateFolder(self.base.path / self.name)
        (self.folder.path / "static").mkdir(exist_ok=True)  # WhiteNoise warns about a missing one
        self.database = f"ctts_test_{self.name}"
        self.kept_prefix = f"{KEPT}{self.name}_"
        self.stale = False  # whether the database holds what a transactional test wrote
        self.passwords = make_passwords(self.base.path / "keys")
        self.redis = Redis(self.folder.path)
        self.children.append(self.redis.start())
        self.mail_port = free_port()
        self.write_mark(self.folder, self.database)
        os.environ["CTTS_STATE"] = str(self.folder.path)

    @property
    def memory(self) -> Path:
        """Where this state folder's databases lie in memory."""
        return MEMORY / f"{state_name(self.base.path)}-{os.geteuid()}"

    def take_memory(self) -> str:
        """The tablespace of this run's databases: copying one is a thousand files, which a busy disk is slow to take.

        It is on the disk where the machine has no room in memory.
        """
        if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
            return ON_DISK
        self.memory.mkdir(mode=0o700)
        if self.postgres.account is Account.NOBODY:
            shutil.chown(self.memory, "nobody", "nogroup")
        self.as_superuser(f"create tablespace {IN_MEMORY} location '{self.memory}'")
        return IN_MEMORY

    def clear_up(self) -> None:
        """Drop what lies in memory and what was kept, by this run or by one that was killed."""
        databases = "select datname from pg_database d join pg_tablespace t on t.oid = dattablespace"
        left = f"{databases} where spcname = '{IN_MEMORY}' or starts_with(datname, '{KEPT}')"
        for (name,) in self.as_superuser(left):
            self.as_superuser(f"drop database {name} with (force)")
        self.as_superuser(f"drop tablespace if exists {IN_MEMORY}")
        shutil.rmtree(self.memory, ignore_errors=True)

    def take_lock(self) -> None:
        """Wait for another test run in the same state folder: both would use the same database names."""
        if not self.base.lock("run", wait=False):
            sys.stderr.write(f"Another test run uses {self.base.path}; waiting for its end.\n")
            self.base.lock("run", wait=True)

    def url(self, role: str, database: str) -> str:
        """The address of a database for one of the roles, or for the superuser."""
        password = self.postgres.password() if role == ADMIN else self.passwords[role]
        return self.postgres.url(role, password, database)

    def write_mark(self, folder: StateFolder, database: str) -> None:
        """Write the `stack.json` from which `ctts.settings` takes mode and addresses."""
        folder.write_stack(
            {
                "mode": "test",
                "base_url": "http://localhost",
                "database_url": self.url(APP, database),
                "migrate_database_url": self.url(OWNER, database),
                "contract_database_url": self.url(CONTRACT, database),
                "redis_url": self.redis.url,
                "email_url": f"smtp://127.0.0.1:{self.mail_port}",
                **make_secrets(self.base.path / "keys"),
            }
        )

    def as_superuser(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements outside any transaction; the rows of the last one, if it gives any."""
        connection = psycopg2.connect(self.url(ADMIN, database))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @cached_property
    def template(self) -> str:
        """The name of the migrated template database; made when the migrations have changed. One process makes it."""
        made_from = [ROLES_SCRIPT, ROOT / "requirements-dev.txt"]
        for pattern in ("*/migrations/*.py", "ctts/*/migrations/*.py", "ctts/home/contract/**/*"):
            made_from += [path for path in ROOT.glob(pattern) if path.is_file()]
        name = f"ctts_template_{key_of(made_from)[:12]}"
        self.base.lock("template", wait=True)
        try:
            known = self.as_superuser(
                "select datname, datistemplate from pg_database where datname like 'ctts_template_%'"
            )
            if (name, True) not in known:
                for old, _ in known:
                    self.as_superuser(f"alter database {old} is_template false", f"drop database {old} with (force)")
                self.migrate(name)
        finally:
            self.base.unlock("template")
        return name

    def migrate(self, name: str) -> None:
        """Make a database and migrate it as its owner, the way every deployment does. Raises RuntimeError."""
        self.postgres.apply_roles(name, self.passwords)
        folder = StateFolder(self.base.path / "template")
        self.write_mark(folder, name)
        command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--database=owner", "--verbosity=0"]
        environment = {**os.environ, "CTTS_STATE": str(folder.path)}
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"The migrations failed:\n{done.stdout}{done.stderr}")
        self.as_superuser(f"alter database {name} is_template true")

    def wait_for_quiet(self, *, seconds: float = 10.0) -> None:
        """Return once nobody is in the middle of something in this process's database; at the latest after `seconds`.

        A page that was left, or a thread that a test did not join, may still be answered; cut off, it would log an
        error into the next test.
        """
        busy = f"select 1 from pg_stat_activity where datname = '{self.database}' and state <> 'idle'"
        deadline = time.monotonic() + seconds
        while self.as_superuser(busy) and time.monotonic() < deadline:
            time.sleep(0.02)

    def clone(self, template: str) -> None:
        """Make this process's database anew from a template, whoever is connected to the old one."""
        self.as_superuser(f"drop database if exists {self.database} with (force)")
        self.copy(template, self.database)
        self.stale = False

    def copy(self, source: str, name: str) -> None:
        """Make a database from another one that nobody is connected to."""
        self.as_superuser(
            f"create database {name} template {source} owner {OWNER} tablespace {self.place} strategy file_copy"
        )

    def renew(self) -> None:
        """See that the database holds what the migrations made, and nothing of the test before."""
        if self.stale:
            self.clone(self.template)

    def keep(self, name: str) -> None:
        """Copy this process's database as it is now; whoever is still connected to it is cut off."""
        self.wait_for_quiet()
        mine = f"from pg_stat_activity where datname = '{self.database}'"
        self.as_superuser(f"select pg_terminate_backend(pid) {mine}")
        while self.as_superuser(f"select 1 {mine}"):
            time.sleep(0.005)
        self.copy(self.database, name)

    def drop_kept(self) -> None:
        """Drop the copies that this process, or one of its name before it, has kept."""
        known = f"select datname from pg_database where starts_with(datname, '{self.kept_prefix}')"
        for (name,) in self.as_superuser(known):
            self.as_superuser(f"drop database {name} with (force)")

    def stop(self) -> None:
        """End what this process started, last first, and take the mark away: only a running test is a test."""
        if self.name == "main":
            self.clear_up()
        for child in reversed(self.children):
            child.stop(patience=30)
        (self.folder.path / "stack.json").unlink(missing_ok=True)
        shutil.rmtree(socket_folder(self.folder.path), ignore_errors=True)
        if self.name == "main":
            shutil.rmtree(socket_folder(self.base.path), ignore_errors=True)
            self.base.unlock("run")


class ForbiddenNetworkError(RuntimeError):
    """A test reached for the network; only this machine is open."""


def is_here(host: object) -> bool:
    """Whether a host as given to getaddrinfo or connect is this machine."""
    if host in (None, "", b""):
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name == "localhost" or name.endswith(".localhost") or name == socket.gethostname():
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def watch_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: refuse to look up or to reach another machine (practices.md, 20: tests in a closed room)."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not is_here(host):
        raise ForbiddenNetworkError(f"A test must not reach {host}.")


SERVERS: Servers
STDERR: int  # where a test that hangs says so, before pytest takes the place of it


def pytest_addoption() -> None:
    """Start the servers. Of all hooks this one runs first: at once when the plugin is loaded, before the settings."""
    global SERVERS, STDERR
    STDERR = os.dup(2)
    gc.set_threshold(*SELDOM)
    keep_compiled(Environment(ROOT))  # as `manage.py test` does: also for a pytest that was started by itself
    SERVERS = Servers()
    sys.addaudithook(watch_network)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks that the fixtures of tests/conftest.py read."""
    config.addinivalue_line("markers", "console_errors: this browser test provokes a complaint on the page's console")


def place_of(file: Path) -> int:
    """Where a test file stands in the order of a run: its place in LONG; all others come after, as they were."""
    within = file.relative_to(ROOT / "tests").as_posix() if file.is_relative_to(ROOT / "tests") else ""
    return LONG.index(within) if within in LONG else len(LONG)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long files begin; the tests of a file keep their order, and so do all other files."""
    items.sort(key=lambda item: place_of(item.path))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: it is never looked at again for rubbish."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test finds nothing of the transactional one before it; with a kept world it makes the database anew itself.

    A slow one gets the time that it needs: only one timer runs, and this is the later word.
    """
    if item.get_closest_marker("slow"):
        faulthandler.dump_traceback_later(LONGEST_SLOW, exit=True, file=STDERR)
    if "kept_worlds" not in getattr(item, "fixturenames", ()):
        SERVERS.renew()


def pytest_report_header() -> str:
    """Where this run keeps its servers."""
    return f"state: {SERVERS.base.path}"


def pytest_unconfigure() -> None:
    """Stop the servers."""
    SERVERS.stop()


@pytest.fixture(scope="session")
def servers() -> Servers:
    """The servers of this process."""
    return SERVERS
