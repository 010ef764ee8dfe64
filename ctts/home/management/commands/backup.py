"""`manage.py backup DIR [--keys DIR] [--json]`: database, files and keys, each part with its SHA-256."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from ctts import backup
from ctts.backup import BackupError, Server
from ctts.common import clock
from ctts.common.commands import JsonCommand
from ctts.documents import storage
from ctts.embedded import ServerError
from ctts.embedded_stack import database_alone
from ctts.state import StateFolder, live_pid, state_path


class Command(JsonCommand):
    help = "Write database, files and keys into a new folder, with a manifest; the product may go on running."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, another one for the keys, and --json for machines."""
        parser.add_argument("folder", help="a new or empty folder")
        parser.add_argument("--keys", default="", help="where the keys go (default: keys/ in the folder)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was written. Raises CommandError with one line, also when the storage had lost a file."""
        at = backup.places(options["folder"], options["keys"])
        try:
            with server() as found:
                made = backup.make(
                    at,
                    server=found,
                    storage=storage.current(),
                    heads=Path(settings.AUDIT_HEAD_DIR),
                    keys=keys(),
                    now=clock.machine_now(),
                )
        except (BackupError, ServerError) as problem:
            raise CommandError(str(problem)) from problem
        summary = made.summary(at.folder)
        words = f"{summary['parts']} parts, {summary['bytes']} bytes, in {at.folder}; keys in {at.keys}."
        self.tell(summary, words, as_json=options["json"])
        if made.missing:
            raise CommandError(f"All but {len(made.missing)} files, which the storage has lost: {made.missing[0]}…")


@contextmanager
def server() -> Iterator[Server]:
    """The owner's database: that of the settings, or of a state folder in which nothing runs now."""
    if settings.MODE == "none":
        raise BackupError("There is nothing to back up: no DATABASE_URL, and no demonstration in this state folder.")
    folder = StateFolder(state_path())
    if settings.MODE != "demo" or live_pid(folder.processes().get("launcher")):
        yield backup.server_of(settings.DATABASES["owner"], embedded=settings.EMBEDDED)
        return
    if not folder.lock("run", wait=False):
        raise BackupError(f"Another run is just starting in {folder.path}; try again when it is ready.")
    try:
        with database_alone(folder) as url:
            yield backup.server_at(url)
    finally:
        folder.unlock("run")


def keys() -> dict[str, bytes]:
    """What the settings hold and a restored database is worth nothing without, by the names of the parts."""
    found = {
        "secret-key": settings.SECRET_KEY.encode(),
        "vault-key": settings.VAULT_KEY.encode(),
        "diploma-key.pem": Path(settings.DIPLOMA_KEY).read_bytes(),
        "diploma-certificate.pem": Path(settings.DIPLOMA_CERTIFICATE).read_bytes(),
    }
    people = Path(settings.STATE_DIR) / "demo-people.json"
    if settings.MODE == "demo" and people.exists():
        found[people.name] = people.read_bytes()
    return found
