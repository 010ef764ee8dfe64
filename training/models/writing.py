"""Reflective pieces and long case studies (T6), and the comments on them."""

from __future__ import annotations

from typing import cast

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from training.models.record import TrainingRecord
from training.states import WRITING_MOVES, CommentFate, ReflectionModel, WritingState


def submitted_stays(name: str, columns: list[str]) -> pgtrigger.Trigger:
    """A trigger that keeps the words of a piece as they were submitted, until its author reopens it (T6)."""
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=(
            f"IF OLD.state <> 'draft' AND ({changed}) THEN "
            "RAISE EXCEPTION 'what was submitted stays until it is reopened' USING ERRCODE = '23514'; END IF; "
            "RETURN NEW;"
        ),
    )


class Reflection(models.Model):
    """A reflective piece in the shape of a model (T6). `parts` maps its headings to texts in simple Markdown."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="reflections")
    model = models.CharField(max_length=6, choices=ReflectionModel.choices)
    title = models.CharField(max_length=200)
    happened_on = models.DateField(null=True, blank=True)
    parts = models.JSONField(default=dict)
    words = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=WritingState.choices, default=WritingState.DRAFT)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            known_choice("model", ReflectionModel),
            known_choice("state", WritingState),
            models.CheckConstraint(
                name="training_reflection_submitted_when",
                condition=Q(state=WritingState.DRAFT) | Q(submitted_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["record", "state"])]
        triggers = [
            pgtrigger.Protect(name="reflection_stays", operation=pgtrigger.Delete),
            submitted_stays("submitted_reflection_stays", ["model", "title", "happened_on", "parts", "words"]),
            fsm_trigger("reflection_moves", WRITING_MOVES),
        ]

    def __str__(self) -> str:
        return self.title


class CaseStudy(models.Model):
    """A long case study (T6, Y5). `words` is the count without references, kept with every change of a section."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="case_studies")
    title = models.CharField(max_length=200)
    words = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=WritingState.choices, default=WritingState.DRAFT)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name_plural = "case studies"
        constraints = [
            known_choice("state", WritingState),
            models.CheckConstraint(
                name="training_case_submitted_when",
                condition=Q(state=WritingState.DRAFT) | Q(submitted_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["record", "state"])]
        triggers = [
            pgtrigger.Protect(name="case_stays", operation=pgtrigger.Delete),
            submitted_stays("submitted_case_stays", ["title", "words"]),
            fsm_trigger("case_moves", WRITING_MOVES),
        ]

    def __str__(self) -> str:
        return self.title


class CaseSection(models.Model):
    """One section of a case study, in simple Markdown."""

    retention = Retention.DOSSIER

    case = models.ForeignKey(CaseStudy, models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=120)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["case", "position"]
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="training_section_once")]
        triggers = [
            pgtrigger.Trigger(
                name="submitted_sections_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM training_casestudy c WHERE c.state <> 'draft' AND c.id = "
                    "(CASE WHEN TG_OP = 'DELETE' THEN OLD.case_id ELSE NEW.case_id END)) THEN "
                    "RAISE EXCEPTION 'what was submitted stays until it is reopened' USING ERRCODE = '23514'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]


def on_one_piece(name: str) -> models.CheckConstraint:
    """A row is about a reflective piece or about a case study: exactly one of the two."""
    either = Q(reflection__isnull=False, case__isnull=True) | Q(reflection__isnull=True, case__isnull=False)
    return models.CheckConstraint(name=name, condition=either)


class PieceVersion(AppendOnly):
    """A reflective piece or a case study as it was submitted (T6). `parts`: heading and text of each, in their order;
    `sha256` is the digest of the piece that its author saw and submitted."""

    retention = Retention.DOSSIER

    reflection = models.ForeignKey(Reflection, models.PROTECT, null=True, related_name="versions")
    case = models.ForeignKey(CaseStudy, models.PROTECT, null=True, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    parts = models.JSONField(default=list)
    words = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ["number", "pk"]
        constraints = [
            on_one_piece("training_version_of_one"),
            at_least("number", 1),
            models.UniqueConstraint(fields=["reflection", "number"], name="training_reflection_version_once"),
            models.UniqueConstraint(fields=["case", "number"], name="training_case_version_once"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class Comment(AppendOnly):
    """A comment on a reflective piece or a case study (T6); exactly one of the two. `part`: the heading of the part it
    is about, empty for the whole; `quote`: the words of that part it is about, as they stood then."""

    retention = Retention.DOSSIER

    reflection = models.ForeignKey(Reflection, models.PROTECT, null=True, related_name="comments")
    case = models.ForeignKey(CaseStudy, models.PROTECT, null=True, related_name="comments")
    part = models.CharField(max_length=120, blank=True)
    quote = models.TextField(blank=True)
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["written_at", "pk"]
        constraints = [
            on_one_piece("training_comment_on_one"),
            models.CheckConstraint(name="training_comment_has_text", condition=~Q(text="")),
            models.CheckConstraint(name="training_quote_of_a_part", condition=Q(quote="") | ~Q(part="")),
        ]

    @property
    def piece(self) -> Reflection | CaseStudy:
        """What it is about; the constraint keeps it to one of the two."""
        return cast("Reflection | CaseStudy", self.reflection or self.case)


class CommentAnswer(AppendOnly):
    """What the author did about a comment (T6, screens 17): changed the piece, or left it and says why."""

    retention = Retention.DOSSIER

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="answer")
    fate = models.CharField(max_length=7, choices=CommentFate.choices)
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints = [
            known_choice("fate", CommentFate),
            models.CheckConstraint(
                name="training_comment_kept_because", condition=Q(fate=CommentFate.CHANGED) | ~Q(reason="")
            ),
        ]


class ScanAnswer(AppendOnly):
    """What the scan found in a piece when it was submitted, and why its author says that no patient can be identified
    (T6, quality rule 17): the kinds and how often, never the value. `content_sha256` is what the piece said then."""

    retention = Retention.DOSSIER

    reflection = models.ForeignKey(Reflection, models.PROTECT, null=True, related_name="scan_answers")
    case = models.ForeignKey(CaseStudy, models.PROTECT, null=True, related_name="scan_answers")
    content_sha256 = models.CharField(max_length=64)
    found = models.JSONField()
    answer = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["answered_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="training_scan_answer_on_one",
                condition=Q(reflection__isnull=False, case__isnull=True)
                | Q(reflection__isnull=True, case__isnull=False),
            ),
            models.CheckConstraint(name="training_scan_answer_has_text", condition=~Q(answer="")),
            models.CheckConstraint(
                name="training_scan_answer_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
            models.UniqueConstraint(
                fields=["reflection", "content_sha256"], name="training_scan_answer_reflection_once"
            ),
            models.UniqueConstraint(fields=["case", "content_sha256"], name="training_scan_answer_case_once"),
        ]


class PieceWithdrawal(AppendOnly):
    """A patient can be identified in a piece: a reader found it, and it went back to its author as a draft; or, with
    `version`, in what it said earlier, which is closed (T6, quality rule 17).

    `reason` says what was found, without repeating it. What has `content_sha256` is not submitted again, and no version
    with it is shown to anybody."""

    retention = Retention.DOSSIER

    reflection = models.ForeignKey(Reflection, models.PROTECT, null=True, related_name="withdrawals")
    case = models.ForeignKey(CaseStudy, models.PROTECT, null=True, related_name="withdrawals")
    version = models.OneToOneField(PieceVersion, models.PROTECT, null=True, related_name="closing")
    content_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)

    class Meta(AppendOnly.Meta):
        ordering = ["withdrawn_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="training_piece_withdrawal_on_one",
                condition=Q(reflection__isnull=False, case__isnull=True)
                | Q(reflection__isnull=True, case__isnull=False),
            ),
            models.CheckConstraint(name="training_piece_withdrawal_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="training_piece_withdrawal_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
        ]
