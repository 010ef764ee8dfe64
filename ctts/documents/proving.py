"""From what a browser sent to a file that is what it says: limits, kind, cleaning (quality rule 12).

Heavy and without database, so it runs before the action: `forms.DocumentField` calls it while the form is checked, and
bad input becomes an error beside the field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ctts.common.verdict import Invalid
from ctts.documents import rules
from ctts.documents.boxed import box
from ctts.documents.states import MediaType

FIELD = "file"
UNREADABLE = (
    "This file could not be opened within the limits: it is damaged or built in an unusual way. "
    "Print it to a new PDF, and upload that."
)
BUSY = "Too many files are being looked at in this moment. Wait a minute, and send it again."


@dataclass(frozen=True, slots=True)
class ProvenFile:
    """A file that was opened, found to be what it is, and cleaned; `actions.store` keeps it.

    `removed` holds values of `states.Removed`; `pages` is None where only a printer could tell (office files).
    `sent_sha256` is over what was sent, before it was cleaned: a picture that is cleaned again comes out as another.
    """

    content: bytes
    media_type: MediaType
    name: str
    pages: int | None
    removed: tuple[str, ...] = ()
    sent_sha256: str = ""

    @property
    def sha256(self) -> str:
        """64 hex digits over the cleaned content."""
        return digest(self.content)

    @property
    def known_as(self) -> frozenset[str]:
        """The hashes under which the same file may lie in the storage: cleaned now, or sent as it was kept before."""
        return frozenset({self.sha256, self.sent_sha256} - {""})

    @property
    def size(self) -> int:
        """Bytes of the cleaned content."""
        return len(self.content)


def digest(content: bytes) -> str:
    """The SHA-256 of a file, 64 hex digits: its address in the storage."""
    return hashlib.sha256(content).hexdigest()


def prove(*, name: str, chunks: Iterable[bytes], seconds: int = 20, wait: float = 60) -> ProvenFile:
    """Open, judge and clean one file from outside; `name` is what the sender calls it.

    `seconds` caps the processor time, `wait` the queue for a box. Reads no more than the limit. Raises Invalid (field
    "file") with a sentence that says what to do: empty, too large, not accepted, protected, damaged, dangerous.
    """
    content = _within_limit(chunks)
    if not content:
        raise Invalid("This file is empty. Choose it again; if it stays empty, save it anew first.", FIELD)
    program = rules.program_for(content[:1024], content)
    try:
        outcome = box.run(program, content, seconds=seconds, wait=wait)
    except box.BoxBusy as problem:
        raise Invalid(BUSY, FIELD) from problem
    except box.BoxFailed as problem:
        raise Invalid(UNREADABLE, FIELD) from problem
    facts = outcome.facts
    if "refused" in facts:
        raise Invalid(facts["refused"], FIELD)
    media_type = MediaType(facts["media_type"])
    return ProvenFile(
        content=outcome.files["target"],
        media_type=media_type,
        name=rules.safe_name(name, media_type),
        pages=facts["pages"],
        removed=tuple(facts["removed"]),
        sent_sha256=digest(content),
    )


def _within_limit(chunks: Iterable[bytes]) -> bytes:
    """All bytes, or Invalid as soon as there are more than are accepted."""
    pieces, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        sentence = rules.too_large(size)
        if sentence:
            raise Invalid(sentence, FIELD)
        pieces.append(chunk)
    return b"".join(pieces)
