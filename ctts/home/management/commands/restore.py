"""`manage.py restore DIR [--keys DIR] [--json]`: a backup into an empty state, and into nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from ctts import backup
from ctts.backup import BackupError, Manifest, Places
from ctts.common.commands import JsonCommand
from ctts.documents import storage
from ctts.embedded import Postgres, ServerError, write_private
from ctts.embedded_stack import database_alone
from ctts.state import StateFolder, state_path

# What a state folder holds once it was used.
USED = ("stack.json", "postgres18", "files", "audit-heads", "keys", "demo-people.json")
# Parts of the keys, and the settings that hold them on servers.
SETTINGS = {
    "secret-key": "SECRET_KEY",
    "vault-key": "VAULT_KEY",
    "diploma-key.pem": "DIPLOMA_KEY",
    "diploma-certificate.pem": "DIPLOMA_CERTIFICATE",
}


class Command(JsonCommand):
    help = "Restore a backup into a new state folder, or with server settings into an empty database and storage."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, another one for the keys, and --json for machines."""
        parser.add_argument("folder", help="what `manage.py backup` wrote")
        parser.add_argument("--keys", default="", help="where the keys are (default: keys/ in the folder)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was restored. Raises CommandError with one line; then nothing was changed, or nothing is left."""
        at = backup.places(options["folder"], options["keys"])
        try:
            manifest = backup.read(at.folder)
            if settings.MODE == "production":
                restore_on_servers(manifest, at)
            else:
                restore_embedded(manifest, at)
        except (BackupError, ServerError) as problem:
            raise CommandError(str(problem)) from problem
        summary = manifest.summary(at.folder)
        words = (
            f"Restored {summary['parts']} parts of {manifest.made_at}; {len(manifest.missing)} files were lost before."
        )
        self.tell(summary, words, as_json=options["json"])


def restore_on_servers(manifest: Manifest, at: Places) -> None:
    """Into the database, storage and head folder that the settings name. Raises BackupError.

    The keys are settings of the deployment: they must be those of the backup, or seals and secrets could not be read.
    """
    if manifest.used_for in ("demo", "test"):
        raise BackupError("This is the backup of a demonstration; it cannot become a production database.")
    backup.check(manifest, at, with_keys=at.keys.is_dir())
    for part in manifest.below(backup.KEYS):
        name = SETTINGS.get(Path(part.path).name, "")
        if name and backup.digest(_setting(name)) != part.sha256:
            raise BackupError(f"{name} is not that of the backup; set it to what {part.path} holds.")
    server, place = backup.server_of(settings.DATABASES["owner"], embedded=False), storage.current()
    if not backup.is_empty(server):
        raise BackupError("The database of MIGRATE_DATABASE_URL is not empty; restore into a new one (ctts/roles.sql).")
    if next(backup.strangers(manifest, place), ""):
        raise BackupError("The storage of STORAGE_URL is not empty; restore into a new folder or bucket.")
    backup.put_back(manifest, at, server=server, storage=place, heads=Path(settings.AUDIT_HEAD_DIR))
    call_command("migrate", database="owner", verbosity=0)


def restore_embedded(manifest: Manifest, at: Places) -> None:
    """Into a state folder that was never used; `manage.py run` goes on from there. Raises BackupError, ServerError."""
    if manifest.used_for == "production":
        raise BackupError("This is the backup of a production database; it never enters a demonstration.")
    backup.check(manifest, at, with_keys=True)
    folder = StateFolder(state_path())
    if not folder.lock("run", wait=False):
        raise BackupError(f"{folder.path} is in use; name a new folder by CTTS_STATE.")
    try:
        _fill(manifest, at, folder)
    finally:
        folder.unlock("run")


def _fill(manifest: Manifest, at: Places, folder: StateFolder) -> None:
    """Fill a state folder; when that does not succeed it is as empty as it was."""
    cluster = Postgres(folder.path)  # its home may be another folder
    filled = [*(folder.path / name for name in USED), cluster.data, cluster.password_file]
    used = [place.name for place in filled if place.exists()]
    if used:
        raise BackupError(f"{folder.path} is not empty (there is {used[0]}); name a new folder by CTTS_STATE.")
    try:
        _write_keys(manifest, at, folder.path)
        with database_alone(folder) as url:
            heads = Path(settings.AUDIT_HEAD_DIR)
            backup.put_back(manifest, at, server=backup.server_at(url), storage=storage.current(), heads=heads)
    except BaseException:
        _clear(filled)
        raise


def _setting(name: str) -> bytes:
    value = str(getattr(settings, name))
    return value.encode() if name in ("SECRET_KEY", "VAULT_KEY") else Path(value).read_bytes()


def _write_keys(manifest: Manifest, at: Places, state: Path) -> None:
    (state / "keys").mkdir(mode=0o700)
    for part in manifest.below(backup.KEYS):
        name = Path(part.path).name
        write_private(state / "keys" / name if name in SETTINGS else state / name, at.of(part).read_text())


def _clear(filled: list[Path]) -> None:
    for place in filled:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
