"""Where the bytes lie: each content once, under its SHA-256, in a private folder or a bucket (quality rule 12).

A file is written first and its row afterwards: a crash leaves at worst a file that no row knows (`keeping` sweeps it).
`STORAGE_URL` chooses: `file:///srv/ctts/files` or `s3://key:secret@host:port/bucket?region=…&tls=no`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

ADDRESS = re.compile(r"[0-9a-f]{64}")
CHUNK = 256 * 1024


class Missing(Exception):  # noqa: N818 — says what happened
    """The storage does not hold this content, although a row says so."""


class StorageAway(Exception):  # noqa: N818 — says what happened
    """The storage did not do what was asked: disk full, server away, access refused."""


class Storage(Protocol):
    """What both places can do. Every `sha256` is 64 lower-case hex digits. All raise StorageAway."""

    def put(self, sha256: str, content: bytes) -> None:
        """Keep content durably; nothing happens when it is there already."""

    def put_file(self, sha256: str, path: Path) -> None:
        """Keep the content of a file of ours durably, never whole in memory; the file itself stays where it is."""

    def pieces(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """`length` bytes from `start`, in pieces. Raises Missing at once, not at the first piece."""

    def delete(self, sha256: str) -> None:
        """Forget content; nothing happens when it is gone already."""

    def addresses(self) -> Iterator[tuple[str, datetime]]:
        """Every content held, with the machine's time at which it was last put (UTC)."""


def current() -> Storage:
    """The storage that STORAGE_URL names. Raises ImproperlyConfigured for an address of another kind."""
    return _storage(settings.STORAGE_URL)


@lru_cache(maxsize=4)
def _storage(url: str) -> Storage:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStorage(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        # Imported by name: boto3 is installed on servers only.
        bucket: Storage = import_string("ctts.documents.bucket.BucketStorage")(url)
        return bucket
    raise ImproperlyConfigured("STORAGE_URL begins with file:// or s3://; docs/operations.md shows both.")


def checked(sha256: str) -> str:
    """The address itself; raises ValueError unless it is one, so that no name ever leads out of the storage."""
    if not ADDRESS.fullmatch(sha256):
        raise ValueError("A file is addressed by its SHA-256, 64 lower-case hex digits.")
    return sha256


class FolderStorage:
    """A private folder: `ab/cd/abcd…`, written as a temporary file, synced, renamed, folder synced."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where content of this address lies or would lie."""
        return self.root / checked(sha256)[:2] / sha256[2:4] / sha256

    def put(self, sha256: str, content: bytes) -> None:
        """Keep content; on return it survives the loss of power."""
        self._put(sha256, lambda file: file.write(content))

    def put_file(self, sha256: str, path: Path) -> None:
        """Keep the content of a file, copied piece by piece."""

        def copy(file: IO[bytes]) -> None:
            with path.open("rb") as source:
                shutil.copyfileobj(source, file, CHUNK)

        self._put(sha256, copy)

    def _put(self, sha256: str, write: Callable[[IO[bytes]], object]) -> None:
        target = self.path(sha256)
        try:
            with suppress(FileNotFoundError):
                os.utime(target)
                return
            self._folder(target.parent)
            self._write(target, write)
            _sync(target.parent)
        except OSError as problem:
            raise StorageAway(problem.strerror) from problem

    @staticmethod
    def _write(target: Path, write: Callable[[IO[bytes]], object]) -> None:
        with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
            try:
                write(file)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise

    def pieces(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """Bytes of content, read while they are sent; the file is opened when the first piece is asked for."""
        path = self.path(sha256)
        try:
            path.stat()
        except FileNotFoundError as problem:
            raise Missing(sha256) from problem
        except OSError as problem:
            raise StorageAway(problem.strerror) from problem
        return _read(path, start, length)

    def delete(self, sha256: str) -> None:
        """Forget content."""
        try:
            self.path(sha256).unlink(missing_ok=True)
        except OSError as problem:
            raise StorageAway(problem.strerror) from problem

    def addresses(self) -> Iterator[tuple[str, datetime]]:
        """Every content of the folder; half-written files of a crash are not among them."""
        for file in self.root.glob("??/??/*"):
            if ADDRESS.fullmatch(file.name):
                with suppress(FileNotFoundError):
                    yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def _folder(self, folder: Path) -> None:
        """Make the folder and the two above it, private, each written into its parent durably."""
        for made in (self.root, folder.parent, folder):
            if not made.is_dir():
                made.mkdir(mode=0o700, parents=True, exist_ok=True)
                _sync(made.parent)


def _read(path: Path, start: int, left: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


def _sync(folder: Path) -> None:
    """Make a rename or a new name in `folder` survive the loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
