"""Whether a file is a diploma of the scheme as it was sealed, and if not what was changed in it (D1)."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass

import pypdfium2

from ctts.common.seals import Seal, examine
from ctts.documents.keeping import Damaged, read
from ctts.documents.storage import Missing, StorageAway
from moderation.models import Diploma, DiplomaFile
from moderation.queries.diplomas import diploma_numbered
from moderation.states import DiplomaState

NUMBER = re.compile(r"CTD-[0-9]{4}-[0-9]{5}")
MOST_WORDS, A_PHRASE = 5, 60


@dataclass(frozen=True, slots=True)
class Verification:
    """What is known of a file: its seal, the diploma it claims to be, and what differs from what is stored.

    `stored_sha256` is empty when no file of such a diploma is stored.
    """

    sha256: str
    seal: Seal | None
    diploma: Diploma | None
    stored_sha256: str
    changes: tuple[str, ...]

    @property
    def genuine(self) -> bool:
        """Whether it is, byte for byte, what the scheme sealed and stored."""
        return self.seal is not None and self.seal.holds and self.sha256 == self.stored_sha256

    @property
    def valid(self) -> bool:
        """Whether it is genuine, and its diploma is in force."""
        return self.genuine and self.diploma is not None and self.diploma.state == DiplomaState.ISSUED


def verify_file(content: bytes) -> Verification:
    """What is to be said about the bytes of a file, whatever they are (D1)."""
    sha256 = hashlib.sha256(content).hexdigest()
    kept = _kept_as(sha256)
    diploma = kept.diploma if kept else _claimed(content)
    kept = kept or (DiplomaFile.objects.select_related("document").filter(diploma=diploma).first() if diploma else None)
    changes = _changes(content, kept) if kept and kept.pdf_sha256 != sha256 else ()
    return Verification(sha256, examine(content), diploma, kept.pdf_sha256 if kept else "", changes)


def _kept_as(sha256: str) -> DiplomaFile | None:
    return DiplomaFile.objects.select_related("diploma", "document").filter(pdf_sha256=sha256).first()


def _claimed(content: bytes) -> Diploma | None:
    """The diploma whose number stands in a file: in its words, else anywhere in its bytes."""
    found = NUMBER.search("\n".join(_words(content))) or NUMBER.search(content.decode("latin-1"))
    return diploma_numbered(found[0]) if found else None


def _words(content: bytes) -> list[str]:
    """The words of each page; empty for what cannot be read as PDF."""
    try:
        pdf = pypdfium2.PdfDocument(content)
        return [page.get_textpage().get_text_bounded() for page in pdf]
    except pypdfium2.PdfiumError:
        return []


def _changes(content: bytes, kept: DiplomaFile) -> tuple[str, ...]:
    try:
        stored = read(kept.document)
    except (Damaged, Missing, StorageAway):
        return ("It is not the file that was stored; the stored one cannot be read to compare them.",)
    return (*_bytes_changed(content, stored), *_words_changed(_words(content), _words(stored)))


def _bytes_changed(content: bytes, stored: bytes) -> tuple[str, ...]:
    """Where the bytes differ from the stored ones."""
    if content.startswith(stored):
        added = len(content) - len(stored)
        return (f"{added} {'byte was' if added == 1 else 'bytes were'} added behind the sealed end.",)
    common = min(len(content), len(stored))
    places = [place for place in range(common) if content[place] != stored[place]]
    first = places[0] if places else common
    if len(content) == len(stored):
        return (f"{len(places)} of {len(stored)} bytes differ, the first at byte {first}.",)
    return (f"It has {len(content)} bytes instead of {len(stored)}; the first difference is at byte {first}.",)


def _words_changed(now: list[str], before: list[str]) -> tuple[str, ...]:
    """What reads differently, in the first places."""
    if not now:
        return ("It can no longer be read as a PDF.",)
    pages = () if len(now) == len(before) else (f"It has {len(now)} pages instead of {len(before)}.",)
    old, new = " ".join(before).split(), " ".join(now).split()
    found = [
        f"“{_phrase(old[a:b])}” now reads “{_phrase(new[c:d])}”."
        for kind, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    return (*pages, *found[:MOST_WORDS], *(() if found or pages else ("What can be read is the same.",)))


def _phrase(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= A_PHRASE else f"{text[:A_PHRASE]}…"
