"""The product's own processes: what runs, on which port, prepared how.

`Stack` is the product on servers named by the environment; `ctts.embedded_stack` puts the demonstration's servers
under it. `manage.py run` chooses.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from ctts.processes import Child, end_by_force
from ctts.state import ROOT, StateFolder, key_of, live_pid, process_entry, source_files
from ctts.supervisor import Member, StackError, Supervisor

DEFAULT_PORT = 8000
PORTS_TRIED = 100
# Nobody rings any more, nobody asks any more, the last jobs end, and only then the servers they need.
STOP_ORDER = ("beat", "web", "worker", "sink", "redis", "postgres")
SLOW_SECONDS = 5.0  # a step of the start that takes longer is named
PASSING_SECONDS = 20.0  # how long the processes of a killed launcher may take to go
SHARED_MEMORY = "/dev/shm"  # noqa: S108 — only looked at, and named to gunicorn for its heartbeat files
EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 — compared with what --host says
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
# Any of these means servers. Then there is no demonstration, and DATABASE_URL has to be among them.
SERVER_SETTINGS = (
    "DATABASE_URL",
    "MIGRATE_DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "STORAGE_URL",
    "MAIL_FROM",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "DIPLOMA_KEY",
    "DIPLOMA_CERTIFICATE",
    "VAULT_KEY",
    "AUDIT_HEAD_DIR",
)
Say = Callable[[str], None]


def asked_port() -> int:
    """The port asked for by PORT, else 8000. Raises StackError when it is no port."""
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise StackError(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def listens(host: str, port: int) -> bool:
    """Whether somebody takes connections there."""
    with suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False


def open_listener(host: str, port: int) -> socket.socket:
    """A listening socket on `host` at `port` or the next free one after it. Raises StackError when none is free.

    The launcher keeps it open: while a killed web process is started again, visitors wait instead of being refused.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.getaddrinfo(host, port, family)
    except OSError:
        raise StackError(f"--host {host} is no address of this machine.") from None
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        if host == "127.0.0.1" and listens("::1", candidate):
            continue  # "localhost" would lead some browsers there
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(512)
        except PermissionError:
            listener.close()
            raise StackError(f"Port {candidate} needs root; set PORT to one from 1024 on.") from None
        except OSError:
            listener.close()
            continue
        return listener
    raise StackError(f"No free port from {port} on; set PORT to another one.")


def public_url(host: str, port: int) -> str:
    """What people type: "localhost" for the loopback address, the machine's name when all addresses listen."""
    name = "localhost" if host == "127.0.0.1" else socket.gethostname() if host in EVERY_ADDRESS else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def end_leftovers(folder: StateFolder, *, patience: float = PASSING_SECONDS) -> None:
    """See the processes of an earlier launcher gone: it was killed, and they are on their way out."""
    entries = folder.processes().get("members", {}).values()
    end_by_force([entry["pid"] for entry in entries if live_pid(entry)], patience=patience)


class Stack:
    """The product's own processes: web, worker and beat. Subclasses add the servers under them."""

    static_root = ROOT / "staticfiles"  # as ctts.settings has it in production

    def __init__(self, folder: StateFolder, *, listener: socket.socket, host: str, say: Say) -> None:
        self.folder = folder
        self.listener = listener
        self.host = host
        self.port: int = listener.getsockname()[1]
        self.say = say
        self.supervisor = Supervisor(say=say, changed=self.write_processes)
        self.environment = {
            **os.environ,
            "CTTS_STATE": str(folder.path),
            "DJANGO_SETTINGS_MODULE": "ctts.settings",
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def base_url(self) -> str:
        """What people type, without a slash at its end."""
        return os.environ.get("BASE_URL", "").rstrip("/")

    def write_processes(self) -> None:
        """Bring `processes.json` up to date."""
        members = {m.child.name: process_entry(m.child.pid) for m in self.supervisor.members if m.child.pid}
        launcher = process_entry(os.getpid())
        self.folder.write_processes({"base_url": self.base_url, "launcher": launcher, "members": members})

    def child(
        self, name: str, module: str, *arguments: str, tie: signal.Signals | None = None, files: Sequence[int] = ()
    ) -> Child:
        """One of our Python programs as a process."""
        return Child(
            name,
            [sys.executable, "-m", module, *arguments],
            log=self.folder.logs / f"{name}.log",
            tie=tie,
            environment=self.environment,
            folder=ROOT,
            files=files,
        )

    def web(self) -> Member:
        """Two processes of four threads on the launcher's listening socket; the product is loaded before they part."""
        heartbeat = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else self.folder.path
        options = ["--preload", "--workers=2", "--threads=4", "--timeout=60", "--graceful-timeout=10"]
        options += [f"--worker-tmp-dir={heartbeat}", "--no-control-socket", "--log-level=warning"]
        options += ["--limit-request-line=8190"]  # the largest: a longer address never reaches our own pages
        listener = self.listener.fileno()
        child = self.child("web", "gunicorn", "ctts.wsgi", f"--bind=fd://{listener}", *options, files=[listener])
        return Member(child, ready=self.answers)

    def worker(self) -> Member:
        """Two jobs at a time. Without shared memory there are no semaphores, and threads take the place of processes.

        Its tie is SIGKILL: when the launcher was killed, nothing may stay behind, and an orderly end can hang at
        servers that are gone as well. Celery ties the children of its pool in the same way; unfinished jobs are found
        again by their rows.
        """
        pool = "prefork" if os.access(SHARED_MEMORY, os.W_OK) else "threads"
        options = ["--concurrency=2", f"--pool={pool}", "--loglevel=warning", "--without-gossip", "--without-mingle"]
        return Member(self.child("worker", "celery", "-A", "ctts", "worker", *options, tie=signal.SIGKILL))

    def beat(self) -> Member:
        """The clock that says "look now"; its file only remembers when it last did."""
        schedule = self.folder.path / "beat" / "schedule"
        schedule.parent.mkdir(exist_ok=True)
        options = [f"--schedule={schedule}", "--pidfile=", "--loglevel=warning"]
        return Member(self.child("beat", "celery", "-A", "ctts", "beat", *options))

    def answers(self) -> bool:
        """Whether the front page is served."""
        asked = urlsplit(self.base_url)
        address = "127.0.0.1" if self.host in EVERY_ADDRESS else self.host
        connection = http.client.HTTPConnection(address, self.port, timeout=2)
        try:
            connection.request("GET", "/", headers={"Host": asked.netloc, "X-Forwarded-Proto": asked.scheme})
            return connection.getresponse().status < 400
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def manage(self, *arguments: str) -> subprocess.Popen[str]:
        """Start one of our commands; its complaints go to `log/prepare.log`. It ends with us, or when told to."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        with (self.folder.logs / "prepare.log").open("a") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def finish(self, command: subprocess.Popen[str], name: str, *, told: str = "") -> str:
        """Tell a command something, wait for its end and return what it printed. Raises StackError with its complaints.

        One that took long is said to have, so that a slow start explains itself.
        """
        began = time.monotonic()
        printed, _ = command.communicate(told)
        took = time.monotonic() - began
        if took > SLOW_SECONDS:
            self.say(f"`manage.py {name}` took {took:.0f} s")
        if command.returncode != 0:
            log = self.folder.logs / "prepare.log"
            words = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise StackError(f"`manage.py {name}` failed; all of it is in {log}.\n{words}")
        return printed

    def prepare(self) -> None:
        """Migrate and collect static files, side by side; each only when what it depends on has changed."""
        code = key_of([*source_files(ROOT, {".py", ".sql"}), *LOCKS])
        assets = key_of([*(path for path in (ROOT / "static").rglob("*") if path.is_file()), *LOCKS])
        steps = []
        if self.folder.done("migrate") != code:
            self.say("Migrating the database")
            steps.append(
                ("migrate", code, self.manage("migrate", "--database=owner", "--skip-checks", "--verbosity=0"))
            )
        if self.folder.done("collectstatic") != assets or not self.static_root.exists():
            collect = self.manage("collectstatic", "--noinput", "--clear", "--verbosity=0")
            steps.append(("collectstatic", assets, collect))
        for name, key, command in steps:
            self.finish(command, name)
            self.folder.mark_done(name, key)

    def start(self) -> None:
        """Prepare, then start web, worker and beat; returns when the front page is served. Raises StackError."""
        self.prepare()
        web = self.web()
        self.supervisor.launch(web)
        self.load()
        self.supervisor.await_ready(web, seconds=90)
        self.supervisor.launch(self.worker())  # they load while the first page is looked at
        self.supervisor.launch(self.beat())

    def load(self) -> None:
        """What has to be in the database before anybody is told; it is loaded while the web process starts."""

    def announce(self) -> str:
        """What is printed once the front page is served."""
        return f"READY {self.base_url}/"

    def stop(self) -> None:
        """End everything in order."""
        self.supervisor.stop(order=STOP_ORDER)
