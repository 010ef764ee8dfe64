"""Putting content into the storage, reading it back, and sweeping out what no row knows.

Whoever keeps content holds a shared lock on its address until the row is committed; the sweep takes the lock alone. So
content that is being stored a second time can never be swept between file and row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from ctts.documents import storage
from ctts.documents.models import Document
from ctts.documents.proving import digest
from ctts.documents.queries import known_addresses

ADDRESS_LOCKS = 0x46494C45
AT_ONCE = 500
ORPHANS_STAY = timedelta(days=7)


class Damaged(Exception):  # noqa: N818 — says what happened
    """The storage returned other bytes than were put there."""


def keep(content: bytes) -> str:
    """Write content durably and return its address (SHA-256); the caller writes its row in the same transaction.

    Raises StorageAway when the storage refuses; RuntimeError outside a transaction, where the lock would end at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Keep content inside the transaction that writes its row.")
    sha256 = digest(content)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s, %s)", [ADDRESS_LOCKS, _lock_of(sha256)])
    storage.current().put(sha256, content)
    return sha256


def keep_file(path: Path) -> tuple[str, int]:
    """Write the content of a file of ours durably, never whole in memory; its address and its size.

    Outside any transaction, which a large file would hold open for too long: the caller writes its row afterwards, and
    within the week in which the sweep leaves new content alone. Raises StorageAway, OSError.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    storage.current().put_file(sha256, path)
    return sha256, path.stat().st_size


def forget(sha256: str) -> int:
    """Delete content at once that its row has let go of, unless another row needs it; how much was deleted (0 or 1).

    Called once that row is committed. Raises StorageAway; the sweep finds later what is left.
    """
    return _sweep(storage.current(), sha256)


def _lock_of(sha256: str) -> int:
    """A signed 32-bit number of an address; two addresses may share one and then only wait for each other."""
    return int(sha256[:8], 16) - 2**31


def read(document: Document) -> bytes:
    """The whole content of a file, verified against its address.

    For compiling and packing, whoever may read it. Raises storage.Missing, StorageAway, or Damaged.
    """
    return read_stored(document.sha256, document.size)


def read_stored(sha256: str, size: int | None) -> bytes:
    """The content at an address, verified against it; nothing for an empty address. Raises as `read`."""
    if not sha256:
        return b""
    content = b"".join(storage.current().pieces(sha256, 0, size or 0))
    if digest(content) != sha256:
        raise Damaged(sha256)
    return content


def read_pdf(document: Document) -> bytes | None:
    """The file as a PDF: its own content, or what the converter made of an office file; None where there is none."""
    if document.pdf_sha256:
        return read_stored(document.pdf_sha256, document.pdf_size)
    return read(document) if document.media_type == "application/pdf" else None


def sweep_orphans(now: datetime) -> int:
    """Delete stored content that no row knows and that was last put more than seven days before `now`; how many.

    Such files are left by a crash between file and row, or by a transaction that was rolled back. They harm nobody.
    """
    place, swept = storage.current(), 0
    for addresses in _in_batches(sha for sha, put_at in place.addresses() if put_at < now - ORPHANS_STAY):
        for sha256 in sorted(addresses - known_addresses(addresses)):
            swept += _sweep(place, sha256)
    return swept


def _in_batches(addresses: Iterable[str]) -> Iterator[set[str]]:
    waiting = iter(addresses)
    while batch := set(islice(waiting, AT_ONCE)):
        yield batch


@transaction.atomic
def _sweep(place: storage.Storage, sha256: str) -> int:
    """Look again with the lock held alone, then delete."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [ADDRESS_LOCKS, _lock_of(sha256)])
    if known_addresses([sha256]):
        return 0
    place.delete(sha256)
    return 1
