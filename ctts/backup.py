"""A backup in parts: the database, the files, the keys, and a manifest with the SHA-256 of every part.

One folder; the keys may lie in another one, because whoever holds both can read everything. The manifest is written
last: a folder without one is no backup. The database is dumped first and the files are copied afterwards: a file is
written before its row and never changes, so every row of the dump finds its file.

    database.dump          pg_dump's custom format, without the contract's views (migrations make them again)
    files/ab/cd/abcd…      every file that a row knows, by its content's SHA-256
    audit-heads/           the signed heads of the audit that are kept outside the database
    keys/                  what the settings hold: secret-key, vault-key, diploma-key.pem, diploma-certificate.pem
    manifest.json

This module makes and reads such folders; the commands `backup` and `restore` find the servers.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from ctts.documents.storage import Missing, Storage, StorageAway
from ctts.embedded import ServerError, postgres_programs
from ctts.processes import environment_with

FORMAT = 1
SERVER_MAJOR = 18
MANIFEST, DATABASE, KEYS = "manifest.json", "database.dump", "keys"
# Where a document's row says that content lies: itself, its preview, the PDF made of an office file.
CONTENT = """
select sha256, size from documents_document
union select preview_sha256, preview_size from documents_document where preview_sha256 <> ''
union select pdf_sha256, pdf_size from documents_document where pdf_sha256 <> '' order by 1
"""
# What a driver and a program of PostgreSQL call the same thing.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


class BackupError(RuntimeError):
    """A backup could not be made or restored; the text is one sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database of the owner: its address as the driver takes it, and the folder of its programs (None: find them)."""

    address: Mapping[str, str]
    programs: Path | None = None

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one question. Raises BackupError with the server's first words."""
        try:
            connection = psycopg2.connect(**self.address)
        except psycopg2.OperationalError as problem:
            raise BackupError(f"The database does not answer: {_first_line(str(problem))}") from problem
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows
        except psycopg2.Error as problem:
            raise BackupError(f"The database refused: {_first_line(str(problem))}") from problem
        finally:
            connection.close()

    def run(self, program: str, *arguments: str) -> None:
        """Run pg_dump or pg_restore; the password is in no list of processes. Raises BackupError with its complaint."""
        found = str(self.programs / program) if self.programs else _program(program)
        address = {VARIABLES[name]: value for name, value in self.address.items() if name in VARIABLES}
        environment = environment_with(**address)
        done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BackupError(f"{program} failed: {_first_line(done.stderr)}")


def server_of(database: Mapping[str, Any], *, embedded: bool) -> Server:
    """The server of one of Django's database settings; an embedded one brings its own programs."""
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    address = {name: str(database[given]) for name, given in names.items() if database.get(given)}
    address |= {name: str(value) for name, value in database.get("OPTIONS", {}).items() if name.startswith("ssl")}
    return Server(address, postgres_programs() if embedded else None)


def server_at(url: str) -> Server:
    """The embedded server at an address as `ctts.embedded` writes it."""
    parts = urlsplit(url)
    address = {"host": parts.hostname, "port": parts.port, "user": parts.username, "password": parts.password}
    named = {name: str(value) for name, value in address.items()}
    return Server({**named, "dbname": parts.path.removeprefix("/")}, postgres_programs())


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup: its path below the folder ("keys/…" below the folder of keys), its digest, its bytes."""

    path: str
    sha256: str
    size: int


@dataclass(slots=True)
class Manifest:
    """What a backup holds. `used_for` is the mark of the database, `missing` the files that the storage had lost."""

    made_at: str
    used_for: str
    parts: list[Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def below(self, folder: str) -> list[Part]:
        """The parts in one of the folders."""
        return [part for part in self.parts if part.path.startswith(f"{folder}/")]

    @property
    def size(self) -> int:
        """The bytes of all parts."""
        return sum(part.size for part in self.parts)

    def summary(self, folder: Path) -> dict[str, Any]:
        """What the commands print."""
        return {
            "folder": str(folder),
            "made_at": self.made_at,
            "parts": len(self.parts),
            "files": len(self.below("files")),
            "bytes": self.size,
            "missing": self.missing,
        }


@dataclass(frozen=True, slots=True)
class Places:
    """Where a backup lies: the folder of its parts, and that of the keys (below the other unless named)."""

    folder: Path
    keys: Path

    def of(self, part: Part) -> Path:
        """Where a part lies. Raises BackupError for a path that leads out of the backup."""
        home, _, name = part.path.partition("/")
        base, path = (self.keys, name) if home == KEYS else (self.folder, part.path)
        if not (base / path).resolve().is_relative_to(base.resolve()):
            raise BackupError(f"The manifest names {part.path}, which leads out of the backup.")
        return base / path


def places(folder: str, keys: str) -> Places:
    """The places that a command was told; `keys` may be empty."""
    base = Path(folder).resolve()
    return Places(base, Path(keys).resolve() if keys else base / KEYS)


def make(
    at: Places, *, server: Server, storage: Storage, heads: Path, keys: Mapping[str, bytes], now: datetime
) -> Manifest:
    """Write a backup into places that are empty. Raises BackupError; then they are empty again.

    A file that the storage has lost is named in the manifest: everything else must not be lost with it.
    """
    for place in (at.folder, at.keys):
        _require_empty(place)
    for place in (at.folder, at.keys):
        try:
            _folder(place)
        except OSError as problem:
            raise BackupError(f"{place} cannot be written to: {problem.strerror}.") from problem
    try:
        return _make(at, server=server, storage=storage, heads=heads, keys=keys, now=now)
    except BaseException:
        _clear(at.folder)
        _clear(at.keys)
        raise


def _make(
    at: Places, *, server: Server, storage: Storage, heads: Path, keys: Mapping[str, bytes], now: datetime
) -> Manifest:
    folder = at.folder
    mark = server.ask("select mode from common_deploymentmark")
    made = Manifest(made_at=now.isoformat(), used_for=mark[0][0] if mark else "")
    server.run("pg_dump", "--format=custom", "--exclude-schema=contract", f"--file={_private(folder / DATABASE)}")
    made.parts.append(_part(DATABASE, folder / DATABASE))
    for sha256, size in server.ask(CONTENT):
        path = f"files/{sha256[:2]}/{sha256[2:4]}/{sha256}"
        content = _content(storage, sha256, size)
        if content is None:
            made.missing.append(sha256)
        else:
            made.parts.append(_written(folder / path, path, content))
    for file in sorted(heads.glob("*.json")):
        path = f"audit-heads/{file.name}"
        made.parts.append(_written(folder / path, path, file.read_bytes()))
    for name, content in sorted(keys.items()):
        made.parts.append(_written(at.keys / name, f"{KEYS}/{name}", content))
    draft = folder / f".{MANIFEST}"
    _written(draft, MANIFEST, json.dumps({"format": FORMAT, **asdict(made)}, indent=1).encode())
    draft.rename(folder / MANIFEST)
    return made


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupError when there is none, or of a format that is not known here."""
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as problem:
        raise BackupError(f"{folder} is no backup: it has no manifest that can be read.") from problem
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise BackupError(f"{folder} is a backup of another format than this version reads ({FORMAT}).")
    try:
        return Manifest(**{**found, "parts": [Part(**part) for part in found["parts"]]})
    except (KeyError, TypeError) as problem:
        raise BackupError(f"{folder} is no backup: its manifest is not whole.") from problem


def check(manifest: Manifest, at: Places, *, with_keys: bool) -> None:
    """Compare every part with its digest, the keys where they are wanted. Raises BackupError naming one."""
    wrong = []
    for part in manifest.parts:
        place = at.of(part)
        if part.path.startswith(f"{KEYS}/") and not with_keys:
            continue
        if not place.is_file():
            wrong.append(f"{part.path} is missing")
        elif _part(part.path, place) != part:
            wrong.append(f"{part.path} has changed")
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise BackupError(f"The backup is not what its manifest says: {wrong[0]}{more}.")


def is_empty(server: Server) -> bool:
    """Whether a database holds no table yet."""
    [(count,)] = server.ask(
        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
    )
    return bool(count == 0)


def put_back(manifest: Manifest, at: Places, *, server: Server, storage: Storage, heads: Path) -> None:
    """Put files, heads and database of a backup that was checked into places that are empty. Raises BackupError.

    Files first, as ever. The database comes whole or not at all; rights of the app role and the contract's views are
    made by the next `migrate`.
    """
    for part in manifest.below("files"):
        try:
            storage.put(Path(part.path).name, at.of(part).read_bytes())
        except StorageAway as problem:
            raise BackupError(f"The storage did not take {part.path}: {problem}") from problem
    for part in manifest.below("audit-heads"):
        target = heads / Path(part.path).name
        if not target.exists():
            _written(target, part.path, at.of(part).read_bytes())
    options = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    server.run("pg_restore", *options, f"--dbname={server.address['dbname']}", str(at.folder / DATABASE))


def strangers(manifest: Manifest, storage: Storage) -> Iterator[str]:
    """Content of a storage that does not belong to this backup."""
    known = {Path(part.path).name for part in manifest.below("files")}
    return (sha256 for sha256, _ in storage.addresses() if sha256 not in known)


def digest(content: bytes) -> str:
    """A part's SHA-256."""
    return hashlib.sha256(content).hexdigest()


def _content(storage: Storage, sha256: str, size: int) -> bytes | None:
    """Stored content; None when the storage has lost it or holds something else. Raises BackupError when it is away."""
    try:
        content = b"".join(storage.pieces(sha256, 0, size))
    except Missing:
        return None
    except (StorageAway, OSError) as problem:
        raise BackupError(f"The storage does not answer: {problem}") from problem
    return content if digest(content) == sha256 else None


def _require_empty(folder: Path) -> None:
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise BackupError(f"{folder} is not empty; name a new folder for each backup.")
    except OSError as problem:
        raise BackupError(f"{folder} cannot be read: {problem.strerror}.") from problem


def _clear(folder: Path) -> None:
    """Leave nothing in a folder that was empty before."""
    for left in folder.iterdir() if folder.is_dir() else ():
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _folder(place: Path) -> None:
    """A folder with those above it; the new ones are private."""
    if not place.is_dir():
        _folder(place.parent)
        place.mkdir(mode=0o700, exist_ok=True)


def _private(path: Path) -> Path:
    """An empty file that only we can read, for a program to fill."""
    path.touch(mode=0o600)
    return path


def _written(place: Path, path: str, content: bytes) -> Part:
    """A file that only we can read and that survives the loss of power, as a part."""
    _folder(place.parent)
    with _private(place).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Part(path, digest(content), len(content))


def _part(path: str, place: Path) -> Part:
    with place.open("rb") as file:
        return Part(path, hashlib.file_digest(file, "sha256").hexdigest(), place.stat().st_size)


def _program(name: str) -> str:
    """A program that can talk to PostgreSQL 18: that of the PATH, else that of the installed package.

    An older one refuses a newer server. Raises BackupError when there is none.
    """
    found = shutil.which(name)
    if found and _major(found) >= SERVER_MAJOR:
        return found
    try:
        programs = postgres_programs()
    except ServerError:
        programs = Path()
    found = shutil.which(name, path=str(programs))
    if found is None:
        raise BackupError(
            f"There is no {name} of PostgreSQL {SERVER_MAJOR} or newer on the path; "
            f"install postgresql-client-{SERVER_MAJOR}, or the packages of requirements-server.txt."
        )
    return found


def _major(program: str) -> int:
    """The version that a program of PostgreSQL says it has; 0 when it says none."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(version[1]) if version else 0


def _first_line(text: str) -> str:
    return next((line for line in text.strip().splitlines() if line.strip()), "no words")
