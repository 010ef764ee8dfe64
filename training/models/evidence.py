"""Evidence (T3): files, texts and links of a trainee, mapped to competencies, with what the identifier scan found."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.documents.models import Document
from training.models.record import TrainingRecord
from training.states import EVIDENCE_MOVES, EvidenceKind, EvidenceState, IdentifierKind


class Evidence(models.Model):
    """One piece of evidence. `declared_at`: the author declared that no patient can be identified (T3).

    A draft with `declared_at` is to be shared as soon as its file is checked. `content_sha256` is the digest of what it
    says now; signatures keep the digest they saw. What it said until `quarantined_at`, the last time, nobody reads.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="evidence")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=EvidenceKind.choices)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=1000, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    declared_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    quarantined_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=EvidenceState.choices, default=EvidenceState.DRAFT)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            known_choice("kind", EvidenceKind),
            known_choice("state", EvidenceState),
            models.CheckConstraint(
                name="training_evidence_is_one_kind",
                condition=Q(kind=EvidenceKind.FILE, document__isnull=False, text="", url="")
                | (Q(kind=EvidenceKind.TEXT, document__isnull=True, url="") & ~Q(text=""))
                | (Q(kind=EvidenceKind.LINK, document__isnull=True, text="") & ~Q(url="")),
            ),
            models.CheckConstraint(
                name="training_evidence_shared_is_declared",
                condition=~Q(state=EvidenceState.SHARED) | Q(declared_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="evidence_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="evidence_is_of_its_author", fields=["record", "author", "made_at", "key"]),
            fsm_trigger("evidence_moves", EVIDENCE_MOVES),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceVersion(AppendOnly):
    """What a piece of evidence said when it was shared (T3): signatures name versions by their digest, so that both
    texts can be shown when it changes afterwards (quality rule 8)."""

    retention = Retention.DOSSIER

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="versions")
    content_sha256 = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=1000, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["evidence", "shared_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "content_sha256"], name="training_version_once"),
            models.CheckConstraint(name="training_version_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")),
        ]


class EvidenceVersionClosing(AppendOnly):
    """A patient can be identified in what a piece of evidence said earlier: nobody opens that version any more, its
    author neither (T3, quality rule 17). `reason` says what was found, without repeating it."""

    retention = Retention.DOSSIER

    version = models.OneToOneField(EvidenceVersion, models.PROTECT, related_name="closing")
    reason = models.TextField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)

    class Meta(AppendOnly.Meta):
        ordering = ["closed_at", "pk"]
        constraints = [
            models.CheckConstraint(name="training_evidence_closing_has_reason", condition=~Q(reason="")),
        ]


class EvidenceMapping(models.Model):
    """A piece of evidence shows a competency; one to many either way. `nominated`: among the best for it."""

    retention = Retention.DOSSIER

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="mappings")
    item = models.ForeignKey("training.PlanItem", models.PROTECT, related_name="mappings")
    mapped_at = models.DateTimeField()
    nominated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "item"], name="training_mapping_once")]


class IdentifierFinding(models.Model):
    """The scan found what may identify a patient (quality rule 17): the kind and how often, never the value."""

    retention = Retention.DOSSIER

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=IdentifierKind.choices)
    count = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [known_choice("kind", IdentifierKind), both_or_neither("settled_at", "settled_by")]
