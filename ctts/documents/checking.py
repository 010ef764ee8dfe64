"""What a worker finds out about a received file: malware, words, a preview, a PDF of an office file. No opinion.

Claim in one transaction, work outside any, write the findings in another; a file whose worker died is claimed again
after ten minutes, at most five times (quality rule 4).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from ctts.audit.actions import record
from ctts.common.calendar_jobs import announce
from ctts.common.moves import change_state
from ctts.documents import converting, keeping, queries
from ctts.documents.boxed import box
from ctts.documents.models import Document, DocumentText
from ctts.documents.scanning import ScannerAway, scan
from ctts.documents.states import DOCUMENT_MOVES, OFFICE, PICTURES, DocumentState, MalwareResult, MediaType
from ctts.documents.storage import Missing, StorageAway

logger = logging.getLogger(__name__)

CHECKED = "documents.check"  # what is announced, also of a file that was refused

READING_SECONDS = 55
PREVIEW_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found: the scanner's word, the text (None: could not be read), pictures and pages."""

    malware: MalwareResult
    text: str | None = None
    truncated: bool = False
    preview: bytes = b""
    pdf: bytes = b""
    pages: int | None = None


def check(document_id: int, now: datetime) -> bool:
    """Check one file if it waits and nobody else is at it; whether that was done to the end.

    Safe to run twice and beside itself.
    """
    document = _claim(document_id, now)
    if document is None:
        return False
    try:
        content = keeping.read(document)
        malware = scan(content)
    except (Missing, StorageAway, keeping.Damaged, ScannerAway) as problem:
        logger.warning("Document %s could not be checked: %s", document_id, type(problem).__name__)
        return False
    infected = malware == MalwareResult.INFECTED
    found = Findings(malware) if infected else _seen_before(document, malware) or _look_into(document, content, malware)
    return _write_down(document_id, found, now)


@transaction.atomic
def _claim(document_id: int, now: datetime) -> Document | None:
    """The file, marked as being looked at; None when it does not wait or another worker has it."""
    waiting = queries.due_for_check(now).select_for_update(skip_locked=True, no_key=True)
    document = waiting.filter(pk=document_id).first()
    if document is not None:
        Document.objects.filter(pk=document_id).update(check_attempts=F("check_attempts") + 1, check_claimed_at=now)
    return document


def _seen_before(document: Document, malware: MalwareResult) -> Findings | None:
    """What was found in another file of the same content; None when it has to be looked into.

    Opening it again would give the same words and the same picture. The scanner was asked anew: it learns every day. An
    office file without a PDF is opened again where a converter has come since.
    """
    twin = queries.checked_twin(document)
    if twin is None or (twin.is_office_file and not twin.pdf_sha256 and converting.converter()):
        return None
    try:
        preview = keeping.read_stored(twin.preview_sha256, twin.preview_size)
        pdf = keeping.read_stored(twin.pdf_sha256, twin.pdf_size)
    except (Missing, StorageAway, keeping.Damaged):
        return None
    words = twin.words
    return Findings(malware, text=words.text, truncated=words.truncated, preview=preview, pdf=pdf, pages=twin.pages)


def _look_into(document: Document, content: bytes, malware: MalwareResult) -> Findings:
    """Words, preview and pages; what cannot be had is left out, for the file itself was proved on receipt."""
    media_type = MediaType(document.media_type)
    if media_type in OFFICE:
        return _look_into_office(media_type, content, malware)
    read = _boxed("read_picture" if media_type in PICTURES else "read_pdf", content, READING_SECONDS)
    if read is None:
        return Findings(malware, pages=document.pages)
    return Findings(
        malware,
        text=read.files["text"].decode(),
        truncated=read.facts["truncated"],
        preview=read.files.get("preview", b""),
        pages=document.pages,
    )


def _look_into_office(media_type: MediaType, content: bytes, malware: MalwareResult) -> Findings:
    read = _boxed("read_office", content, PREVIEW_SECONDS)
    pdf = converting.as_pdf(content, media_type) or b""
    drawn = _boxed("read_pdf", pdf, PREVIEW_SECONDS) if pdf else None
    return Findings(
        malware,
        text=read.files["text"].decode() if read else None,
        truncated=bool(read and read.facts["truncated"]),
        preview=drawn.files.get("preview", b"") if drawn else b"",
        pdf=pdf,
        pages=drawn.facts["pages"] if drawn else None,
    )


def _boxed(program: str, content: bytes, seconds: int) -> box.Outcome | None:
    try:
        outcome = box.run(program, content, seconds=seconds)
    except box.BoxFailed:
        return None
    return None if "refused" in outcome.facts else outcome


def _keep_words(document: Document, text: str, truncated: bool, now: datetime) -> None:
    """What was read now takes the place of what was read before."""
    words = DocumentText(document=document, text=text, truncated=truncated, read_at=now)
    changed = ["text", "truncated", "read_at"]
    DocumentText.objects.bulk_create([words], update_conflicts=True, unique_fields=["document"], update_fields=changed)


@transaction.atomic
def _write_down(document_id: int, found: Findings, now: datetime) -> bool:
    """Write the findings and move the file on, unless it was withdrawn meanwhile."""
    document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document_id)
    if document.state != DocumentState.RECEIVED:
        return False
    if found.text is not None:
        _keep_words(document, found.text, found.truncated, now)
    step = "refuse" if found.malware == MalwareResult.INFECTED else "pass"
    change_state(
        document,
        DOCUMENT_MOVES,
        step,
        malware=found.malware,
        checked_at=now,
        preview_sha256=keeping.keep(found.preview) if found.preview else "",
        preview_size=len(found.preview) or None,
        pdf_sha256=keeping.keep(found.pdf) if found.pdf else "",
        pdf_size=len(found.pdf) or None,
        pages=found.pages,
    )
    record(
        f"documents.document.{'refused' if step == 'refuse' else 'checked'}",
        by=None,
        at=now,
        about=document,
        within=document.owner_id,
        after={"sha256": document.sha256, "malware": found.malware},
    )
    announce(CHECKED)
    return True
