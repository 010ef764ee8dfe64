"""One archive on the disk: written member by member, nothing whole in memory, each name safe wherever it opens."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ctts.documents import storage
from ctts.documents.keeping import Damaged
from ctts.documents.models import Document
from ctts.documents.rules import safe_name
from ctts.documents.states import MediaType

LONGEST_STEM = 60  # with its folders a path stays far below what Windows unpacks
CHUNK = 256 * 1024
PACKED_ALREADY = frozenset(MediaType) - {MediaType.CALENDAR}
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive as the manifest names it."""

    path: str
    size: int
    sha256: str


@dataclass(slots=True)
class Archive:
    """An archive that is being written. `members` is what is in it so far."""

    zip: ZipFile
    at: datetime
    members: list[Member] = field(default_factory=list)
    _known: dict[int, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _numbers: Counter[str] = field(default_factory=Counter)

    def add_pieces(self, path: str, pieces: Iterable[bytes], *, packed: bool = False) -> Member:
        """Add a file from its pieces; `packed` content is not compressed again. Raises ValueError for a name twice."""
        if path.casefold() in self._taken:
            raise ValueError(f"{path} is in the archive already.")
        self._taken.add(path.casefold())
        digest, size = hashlib.sha256(), 0
        with self.zip.open(self._entry(path, packed=packed), "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        self.members.append(Member(path, size, digest.hexdigest()))
        return self.members[-1]

    def add_text(self, path: str, text: str) -> Member:
        """Add a text, in UTF-8."""
        return self.add_pieces(path, [text.encode()])

    def add_json(self, path: str, data: object) -> Member:
        """Add data, written as it is encoded."""
        written = json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(data)
        return self.add_pieces(path, (piece.encode() for piece in _in_lumps(written)))

    def add_document(self, folder: str, title: str, document: Document) -> str:
        """Add a file of the storage, once however often it is named; its path in the archive.

        It is copied to the disk and compared with its address before a byte of it is in the archive. Raises
        storage.Missing, Damaged, StorageAway.
        """
        if document.pk not in self._known:
            path = self.path_for(folder, title, document)
            with _verified(document) as content:
                self.add_pieces(path, _read(content), packed=document.media_type in PACKED_ALREADY)
            self._known[document.pk] = path
        return self._known[document.pk]

    def path_for(self, folder: str, title: str, document: Document) -> str:
        """Where a file of the storage stands: its folder, the next number, a short plain name."""
        self._numbers[folder] += 1
        return f"files/{folder}/{self._numbers[folder]:03d} {plain_name(title, MediaType(document.media_type))}"

    def finish(self, head: Mapping[str, Any], left_out: Iterable[Mapping[str, str]]) -> None:
        """Add the manifest: every file with its SHA-256, and what is not there with the reason."""
        files = [asdict(member) for member in self.members]
        self.add_json(MANIFEST, {**head, "files": files, "left_out": list(left_out)})

    def _entry(self, path: str, *, packed: bool) -> ZipInfo:
        entry = ZipInfo(path, self.at.timetuple()[:6])
        entry.compress_type = ZIP_STORED if packed else ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry


def plain_name(title: str, media_type: MediaType) -> str:
    """A title as the name of a file, with the extension of its true kind: no folders, no controls, nothing that a
    Windows, Mac or Linux machine refuses, at most sixty characters before the extension."""
    name = safe_name(re.sub(r"[\\/]", " ", title), media_type)
    stem, _, ending = name.rpartition(".")
    visible = "".join(c for c in stem if unicodedata.category(c) not in ("Cf", "Zl", "Zp"))
    return f"{visible[:LONGEST_STEM].strip(' .') or 'file'}.{ending}"


@contextmanager
def _verified(document: Document) -> Iterator[IO[bytes]]:
    """The content of a file as a temporary file, compared with its address. Raises Missing, Damaged, StorageAway."""
    digest = hashlib.sha256()
    with TemporaryFile(prefix="ctts-copy-") as content:
        for piece in storage.current().pieces(document.sha256, 0, document.size):
            digest.update(piece)
            content.write(piece)
        if digest.hexdigest() != document.sha256:
            raise Damaged(document.sha256)
        content.seek(0)
        yield content


def _read(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(CHUNK):
        yield piece


def _in_lumps(pieces: Iterable[str]) -> Iterator[str]:
    """Many small texts as fewer large ones."""
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length > CHUNK:
            yield "".join(waiting)
            waiting, length = [], 0
    yield "".join(waiting)


def opened(path: Path, at: datetime) -> Archive:
    """A new archive at a path; the caller closes its `zip`."""
    return Archive(ZipFile(path, "w", ZIP_DEFLATED, allowZip64=True), at)
