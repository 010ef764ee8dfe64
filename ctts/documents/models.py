"""A file somebody sent or the system made, the text in it, and the fact that it was withdrawn."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.documents.rules import LONGEST_NAME
from ctts.documents.states import (
    DOCUMENT_MOVES,
    OFFICE,
    SHOWN_IN_PLACE,
    UPLOADABLE,
    DocumentState,
    MalwareResult,
    MediaType,
    Origin,
    QuarantineReason,
    Removed,
)

# What a file is never changes; only the machine's findings about it and its state do.
FIXED = (
    "sha256",
    "size",
    "media_type",
    "original_name",
    "origin",
    "removed",
    "purpose",
    "owner",
    "uploaded_by",
    "uploaded_at",
)
SHA256 = r"^[0-9a-f]{64}$"


class Document(models.Model):
    """One file as one person gave it (or the system made it), once. The bytes lie in the storage under `sha256`.

    Rows with equal content share the bytes. `owner` is the person whose dossier and quota it belongs to, empty for the
    office. Who may read it is the question of the app that points here; this app only says whether it may be shown.
    """

    retention = Retention.DOSSIER

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=80, choices=MediaType.choices)
    original_name = models.CharField(max_length=LONGEST_NAME)
    pages = models.PositiveIntegerField(null=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    purpose = models.CharField(max_length=60)
    removed = ArrayField(models.CharField(max_length=20, choices=Removed.choices), default=list, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.RECEIVED)
    malware = models.CharField(max_length=12, choices=MalwareResult.choices, default=MalwareResult.WAITING)
    checked_at = models.DateTimeField(null=True)
    preview_sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    preview_size = models.PositiveIntegerField(null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    pdf_size = models.PositiveIntegerField(null=True)
    check_attempts = models.PositiveSmallIntegerField(default=0)
    check_claimed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            known_choice("media_type", MediaType),
            known_choice("origin", Origin),
            known_choice("state", DocumentState),
            known_choice("malware", MalwareResult),
            at_least("size", 1),
            at_least("pages", 1),
            models.CheckConstraint(name="documents_document_sha256", condition=Q(sha256__regex=SHA256)),
            models.CheckConstraint(
                name="documents_document_derived_sha256",
                condition=(
                    Q(preview_sha256="", preview_size__isnull=True)
                    | Q(preview_sha256__regex=SHA256, preview_size__gte=1)
                )
                & (Q(pdf_sha256="", pdf_size__isnull=True) | Q(pdf_sha256__regex=SHA256, pdf_size__gte=1)),
            ),
            models.CheckConstraint(
                name="documents_document_upload_is_by_someone_and_short_listed",
                condition=Q(origin=Origin.MADE)
                | Q(
                    Q(origin=Origin.UPLOADED, uploaded_by__isnull=False)
                    | Q(origin=Origin.HANDED, uploaded_by__isnull=True, owner__isnull=False),
                    media_type__in=sorted(str(kind) for kind in UPLOADABLE),
                ),
            ),
            models.CheckConstraint(
                name="documents_document_never_ready_when_infected",
                condition=~Q(state=DocumentState.CHECKED, malware__in=[MalwareResult.INFECTED, MalwareResult.WAITING]),
            ),
            models.CheckConstraint(
                name="documents_document_ready_since",
                condition=~Q(state__in=[DocumentState.CHECKED, DocumentState.REFUSED]) | Q(checked_at__isnull=False),
            ),
            models.CheckConstraint(name="documents_document_named", condition=~Q(original_name="") & ~Q(purpose="")),
        ]
        indexes = [
            models.Index(
                name="documents_waiting", fields=["check_claimed_at"], condition=Q(state=DocumentState.RECEIVED)
            ),
            models.Index(name="documents_owned", fields=["owner", "origin"], include=["size"]),
        ]
        triggers = [
            fsm_trigger("document_moves", DOCUMENT_MOVES),
            pgtrigger.ReadOnly(name="document_stays_what_it_is", fields=list(FIXED)),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def kind(self) -> str:
        """The media type in words: "PDF", "JPEG picture"."""
        return MediaType(self.media_type).label

    @property
    def is_ready(self) -> bool:
        """Whether everyone whom the owning app lets in may read it."""
        return self.state == DocumentState.CHECKED

    @property
    def shows_in_place(self) -> bool:
        """Whether a browser may show it in the page instead of saving it: PDFs and pictures."""
        return self.media_type in SHOWN_IN_PLACE

    @property
    def is_office_file(self) -> bool:
        """Whether it is a Word, Excel or PowerPoint file, which stays a download unless a PDF was made of it."""
        return self.media_type in OFFICE

    @property
    def pages_in_place(self) -> int:
        """How many pages a browser can show in place beside the picture of the first; 0 where there are no more."""
        return self.pages if self.media_type == MediaType.PDF and self.pages and self.pages > 1 else 0

    @property
    def has_preview(self) -> bool:
        """Whether a small picture of its first page was made."""
        return bool(self.preview_sha256)

    @property
    def removed_in_words(self) -> list[str]:
        """What was taken out of it on receipt, for its uploader."""
        return [Removed(code).label for code in self.removed]


class DocumentText(models.Model):
    """The words of a file, for the identifier scan (quality rule 17) and nothing else; a table of its own, so that no
    list ever loads it.

    `truncated` says that more was there than is kept. Empty text of a PDF or picture means: a person has to look.
    """

    retention = Retention.DOSSIER

    document = models.OneToOneField(Document, models.CASCADE, primary_key=True, related_name="words")
    text = models.TextField(blank=True)
    truncated = models.BooleanField(default=False)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"words of document {self.document_id}"


class Quarantine(AppendOnly):
    """The fact that a file was withdrawn (T3), or that a withdrawal was lifted (a row pointing at the one it ends)."""

    retention = Retention.DOSSIER

    document = models.ForeignKey(Document, models.PROTECT, related_name="quarantines")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=QuarantineReason.choices)
    lifts = models.OneToOneField("self", models.PROTECT, null=True, related_name="lifted_by")

    class Meta(AppendOnly.Meta):
        ordering = ["pk"]
        constraints = [
            known_choice("reason", QuarantineReason),
            models.CheckConstraint(
                name="documents_quarantine_lifts_another", condition=Q(lifts__isnull=True) | ~Q(lifts=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"quarantine {self.pk}"
