"""The demonstration: PostgreSQL, Redis and a post box embedded, the demo world loaded, the product on top.

Started without server settings only. `stack.json` in the state folder is the demonstration's mark: it is written here
and nowhere else with the mode "demo".
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from ctts.demo.keys import make_passwords, make_secrets
from ctts.embedded import APP, CONTRACT, OWNER, Postgres, Redis, socket_folder
from ctts.processes import Child, free_port
from ctts.stack import LOCKS, Say, Stack, listens, public_url
from ctts.state import ROOT, StateFolder, key_of, read_json, source_files
from ctts.supervisor import Member

DATABASE = "ctts"


@contextmanager
def database_alone(folder: StateFolder) -> Iterator[str]:
    """PostgreSQL of a state folder in which nothing else runs; the owner's address of the demonstration's database.

    Cluster, roles and database are made where there are none. Raises ServerError.
    """
    postgres, passwords = Postgres(folder.path), make_passwords(folder.path / "keys")
    child = postgres.start()
    try:
        postgres.apply_roles(DATABASE, passwords)
        yield postgres.url(OWNER, passwords[OWNER], DATABASE)
    finally:
        child.stop(patience=60)
        shutil.rmtree(socket_folder(folder.path))


class EmbeddedStack(Stack):
    """All of it on one machine, with nothing installed but Python packages."""

    def __init__(self, folder: StateFolder, *, listener: socket.socket, host: str, say: Say, loads_demo: bool) -> None:
        super().__init__(folder, listener=listener, host=host, say=say)
        self.static_root = folder.path / "static"  # as ctts.settings has it in a demonstration
        self.loads_demo = loads_demo
        self.postgres = Postgres(folder.path)
        self.redis = Redis(folder.path)
        self.mail_port = 0
        self.kept = folder.path / "people.json"
        self.half_made = folder.path / "world-half-made"
        self.loading: subprocess.Popen[str] | None = None
        self.code = ""
        self.people: list[dict[str, str]] = []
        self.secrets = make_secrets(folder.path / "keys")
        self.passwords = make_passwords(folder.path / "keys")

    @property
    def base_url(self) -> str:
        """What people type: the launcher chose the port, so it knows."""
        return public_url(self.host, self.port)

    def write_mark(self) -> None:
        """Write `stack.json`: the mode "demo" and every address and secret, under the names of the server settings."""
        urls = {role: self.postgres.url(role, password, DATABASE) for role, password in self.passwords.items()}
        addresses = {
            "base_url": self.base_url,
            "database_url": urls[APP],
            "migrate_database_url": urls[OWNER],
            "contract_database_url": urls[CONTRACT],
            "redis_url": self.redis.url,
            "email_url": f"smtp://127.0.0.1:{self.mail_port}",
        }
        self.folder.write_stack({"mode": "demo", **addresses, **self.secrets})

    def start_servers(self) -> Member:
        """PostgreSQL, Redis and the post box, in this order; their addresses stay the same until the end.

        Only the post box, which is returned, is not waited for: it loads while the database is migrated.
        """
        if self.half_made.exists():
            self.throw_away_half_a_world()
        if self.postgres.prepare():
            self.say("Made a new PostgreSQL cluster")
            self.folder.forget_done()
        database = Member(
            self.postgres.start(),
            before=self.postgres.clear_remains,
            ready=self.postgres.ready,
            patience=60.0,
        )
        self.supervisor.adopt(database)
        self.supervisor.adopt(Member(self.redis.start(), before=self.redis.clear_remains, ready=self.redis.ready))
        self.postgres.apply_roles(DATABASE, self.passwords)
        self.mail_port = free_port()
        self.write_mark()
        box = Member(self.post_box(), ready=lambda: listens("127.0.0.1", self.mail_port))
        self.supervisor.launch(box)
        return box

    def throw_away_half_a_world(self) -> None:
        """Throw the cluster away in which an earlier start was interrupted while it made the demo world.

        Nobody has worked in it yet: the mark stands only until the first world of a state folder is made.
        """
        self.say("An earlier start was interrupted; beginning anew")
        self.postgres.clear_remains()
        shutil.rmtree(self.postgres.data, ignore_errors=True)
        self.half_made.unlink()

    def post_box(self) -> Child:
        """The SMTP server that keeps every mail as a file in `mail/`."""
        folder = str(self.folder.path / "mail")
        return self.child("sink", "ctts.demo.sink", "--port", str(self.mail_port), "--folder", folder)

    def begin_loading(self) -> None:
        """Start the command that loads the demo world, whenever the code has changed (it does what is missing).

        It makes itself ready while the database is migrated by another processor, and waits for our word.
        """
        self.code = key_of([*source_files(ROOT, {".py", ".sql", ".xlsx", ".csv"}), *LOCKS])
        if self.loads_demo and (self.folder.done("demo") != self.code or not self.kept.exists()):
            self.loading = self.manage("demo", "--json", "--when-told")

    def load(self) -> None:
        """Let the demo world be loaded, and read who is in it."""
        if self.loading is not None:
            self.say("Loading the demo world")
            if not self.kept.exists():
                self.half_made.touch()
            self.kept.write_text(self.finish(self.loading, "demo", told="now\n"))
            self.half_made.unlink(missing_ok=True)
            self.folder.mark_done("demo", self.code)
        self.people = read_json(self.kept, list)

    def start(self) -> None:
        """Servers first, then the product. Raises StackError or ServerError."""
        box = self.start_servers()
        self.begin_loading()
        super().start()
        self.supervisor.await_ready(box, seconds=60)

    def announce(self) -> str:
        """The one READY line, and the people to sign in as."""
        lines = [super().announce()]
        if self.people:
            columns = ("name", "role", "email", "password")
            widths = [max(len(str(person[column])) for person in self.people) for column in columns]
            for person in self.people:
                cells = (str(person[column]).ljust(width) for column, width in zip(columns, widths, strict=True))
                lines.append("  " + "  ".join(cells).rstrip())
            lines.append(f"Sign in as any of them by one press: {self.base_url}/dev/people/")
        return "\n".join(lines)

    def stop(self) -> None:
        """End everything in order, and leave no sockets behind."""
        super().stop()
        shutil.rmtree(socket_folder(self.folder.path))
