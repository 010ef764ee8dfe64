"""The files of an application as the office checks them: what was handed in, and what it found of each (A2, A4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.states import DocumentKind, DocumentVerdict
from ctts.common.constraints import known_choice
from ctts.common.rows import AppendOnly, Retention
from ctts.documents.models import Document


class ListedDocument(AppendOnly):
    """A file that lay in its place of the form when the application was handed in; another there is a later version.

    `slot` names the place ("certificate-12": the certificate of qualification 12), `what` says it in words, also once
    the qualification was taken off the form.
    """

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="listed_documents")
    slot = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    what = models.CharField(max_length=400, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    listed_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ["application", "listed_at", "pk"]
        constraints = [
            known_choice("kind", DocumentKind),
            models.UniqueConstraint(
                fields=["application", "slot", "document"], name="applications_document_listed_once"
            ),
        ]


class DocumentCheck(AppendOnly):
    """The office accepted a file in its place, or rejected it with the reason; the newest of a file counts (A4)."""

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="document_checks")
    slot = models.CharField(max_length=40)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=DocumentVerdict.choices)
    reason = models.TextField(blank=True)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["application", "-checked_at", "-pk"]
        constraints = [
            known_choice("verdict", DocumentVerdict),
            models.CheckConstraint(
                name="applications_rejected_with_a_reason",
                condition=(Q(verdict=DocumentVerdict.REJECTED) & ~Q(reason=""))
                | Q(verdict=DocumentVerdict.ACCEPTED, reason=""),
            ),
        ]
