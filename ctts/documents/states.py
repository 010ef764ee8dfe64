"""Kinds, origins and states of a file, and the legal moves between the states."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import move


class MediaType(TextChoices):
    """What a file is, proved by opening it; the value is the media type it is sent with."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG picture"
    PNG = "image/png", "PNG picture"
    WEBP = "image/webp", "WebP picture"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint presentation"
    ZIP = "application/zip", "ZIP archive"
    CALENDAR = "text/calendar", "Calendar file"


PICTURES = frozenset({MediaType.JPEG, MediaType.PNG, MediaType.WEBP})
OFFICE = frozenset({MediaType.DOCX, MediaType.XLSX, MediaType.PPTX})
UPLOADABLE = frozenset({MediaType.PDF, *PICTURES, *OFFICE})
SHOWN_IN_PLACE = frozenset({MediaType.PDF, *PICTURES})

EXTENSIONS: dict[MediaType, tuple[str, ...]] = {
    MediaType.PDF: (".pdf",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.PNG: (".png",),
    MediaType.WEBP: (".webp",),
    MediaType.DOCX: (".docx",),
    MediaType.XLSX: (".xlsx",),
    MediaType.PPTX: (".pptx",),
    MediaType.ZIP: (".zip",),
    MediaType.CALENDAR: (".ics",),
}


class Origin(TextChoices):
    """Who made the bytes: a person who uploaded them, somebody without an account who came with a link, or this system
    (letters, diplomas, packs)."""

    UPLOADED = "uploaded", "Uploaded"
    HANDED = "handed", "Handed in by a link"
    MADE = "made", "Made by the scheme's system"


class DocumentState(TextChoices):
    """Whether a file may be shown: to nobody but its uploader until it is checked."""

    RECEIVED = "received", "Being checked"
    CHECKED = "checked", "Ready"
    REFUSED = "refused", "Refused"
    QUARANTINED = "quarantined", "Withdrawn"


class MalwareResult(TextChoices):
    """What the malware scanner said; "not scanned" where none is configured."""

    WAITING = "waiting", "Not scanned yet"
    NOT_SCANNED = "not_scanned", "Not scanned"
    CLEAN = "clean", "No malware found"
    INFECTED = "infected", "Malware found"


class Removed(TextChoices):
    """What was taken out of a file when it was received; shown to its uploader."""

    SCRIPTS = "scripts", "scripts"
    ACTIONS = "actions", "automatic actions"
    ATTACHMENTS = "attachments", "attached files"
    DYNAMIC_FORM = "dynamic_form", "a dynamic form"
    MEDIA = "media", "film, sound or 3D"
    SIGNATURE = "signature", "a digital signature, which cleaning would have broken"
    PICTURE_DETAILS = "picture_details", "details hidden in a picture (place, device, time)"


class QuarantineReason(TextChoices):
    """Why a file is no longer served (T3 and the office)."""

    PATIENT = "patient", "A patient could be identified"
    OTHER = "other", "Withdrawn by the scheme office"


DOCUMENT_MOVES = {
    "pass": move(DocumentState.RECEIVED, DocumentState.CHECKED),
    "refuse": move(DocumentState.RECEIVED, DocumentState.REFUSED),
    "quarantine": move({DocumentState.RECEIVED, DocumentState.CHECKED}, DocumentState.QUARANTINED),
    "restore": move(DocumentState.QUARANTINED, DocumentState.RECEIVED),
}
