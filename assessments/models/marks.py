"""Sealed marks (F3, F4; quality rule 9): one sheet a marker, frozen when it is submitted."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.final import StageAttempt
from assessments.states import (
    MARK_SHEET_MOVES,
    MarkerRole,
    MarkSheetState,
    PortfolioCriterion,
    Result,
    VivaDomain,
)
from ctts.common.constraints import known_choice
from ctts.common.drafts import DraftBase
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from ctts.common.signatures import SignatureBase

KNOWN_RESULT = Q(result="") | Q(result__in=Result.values)
POINTS = [*PortfolioCriterion.values, *VivaDomain.values]


class MarkSheet(models.Model):
    """What one marker says of one attempt; nobody else reads a word of it before both are in (F3)."""

    retention = Retention.OUTCOME

    attempt = models.ForeignKey(StageAttempt, models.PROTECT, related_name="sheets")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=MarkerRole.choices)
    state = models.CharField(max_length=10, choices=MarkSheetState.choices, default=MarkSheetState.OPEN)
    result = models.CharField(max_length=5, choices=Result.choices, blank=True)
    words = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["attempt", "role"]
        constraints = [
            known_choice("role", MarkerRole),
            known_choice("state", MarkSheetState),
            models.CheckConstraint(
                name="assessments_sheet_known_result", condition=Q(result="") | Q(result__in=Result.values)
            ),
            models.UniqueConstraint(
                fields=["attempt", "marker"],
                condition=~Q(state=MarkSheetState.LEFT),
                name="assessments_sheet_one_a_marker",
            ),
            models.UniqueConstraint(
                fields=["attempt", "role"],
                condition=~Q(state=MarkSheetState.LEFT),
                name="assessments_sheet_one_a_role",
            ),
            models.CheckConstraint(
                name="assessments_sheet_submitted_is_whole",
                condition=Q(state__in=[MarkSheetState.OPEN, MarkSheetState.LEFT], submitted_at__isnull=True)
                | (Q(state=MarkSheetState.SUBMITTED, submitted_at__isnull=False) & ~Q(result="") & ~Q(words="")),
            ),
        ]
        indexes = [models.Index(fields=["marker", "state"])]
        triggers = [
            pgtrigger.Protect(name="sheet_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="sheet_is_of_its_marker", fields=["attempt", "marker", "role", "opened_at"]),
            pgtrigger.Protect(
                name="submitted_sheet_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=MarkSheetState.SUBMITTED),
            ),
            pgtrigger.Trigger(
                name="marker_is_not_the_trainee",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT 1 FROM assessments_stageattempt a JOIN training_trainingrecord r "
                    "ON r.id = a.record_id WHERE a.id = NEW.attempt_id AND r.trainee_id = NEW.marker_id) THEN "
                    "RAISE EXCEPTION 'nobody marks their own assessment' USING ERRCODE = '23514'; END IF; RETURN NEW;"
                ),
            ),
            fsm_trigger("sheet_moves", MARK_SHEET_MOVES),
        ]


class Mark(models.Model):
    """One point of a sheet: a criterion of the Portfolio with its result, or a domain of the Viva from 0 to 4.

    `pages` cites pages of the sealed portfolio, as typed ("12, 40-43").
    """

    retention = Retention.OUTCOME

    sheet = models.ForeignKey(MarkSheet, models.PROTECT, related_name="marks")
    point = models.CharField(max_length=16, choices=[*PortfolioCriterion.choices, *VivaDomain.choices])
    result = models.CharField(max_length=5, choices=Result.choices, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    pages = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["sheet", "pk"]
        constraints = [
            models.CheckConstraint(name="assessments_mark_known_point", condition=Q(point__in=POINTS)),
            models.CheckConstraint(
                name="assessments_mark_known_result", condition=Q(result="") | Q(result__in=Result.values)
            ),
            models.CheckConstraint(
                name="assessments_mark_nought_to_four", condition=Q(score__isnull=True) | Q(score__range=(0, 4))
            ),
            models.CheckConstraint(
                name="assessments_mark_fits_its_point",
                condition=Q(point__in=PortfolioCriterion.values, score__isnull=True)
                | Q(point__in=VivaDomain.values, result=""),
            ),
            models.UniqueConstraint(fields=["sheet", "point"], name="assessments_mark_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="submitted_marks_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM assessments_marksheet s WHERE s.state <> 'open' AND s.id = "
                    "(CASE WHEN TG_OP = 'DELETE' THEN OLD.sheet_id ELSE NEW.sheet_id END)) THEN "
                    "RAISE EXCEPTION 'submitted marks stay' USING ERRCODE = '23514'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]


class MarkSheetSignature(SignatureBase):
    """The marker signed the sheet as it was submitted (F3, quality rule 8)."""

    retention = Retention.OUTCOME

    sheet = models.OneToOneField(MarkSheet, models.PROTECT, related_name="signature")
    content = models.JSONField()

    class Meta(SignatureBase.Meta):
        constraints = [*SignatureBase.Meta.constraints]


class AssessmentDraft(DraftBase):
    """Text typed into a form of assessments and saved by itself (screens 13)."""

    retention = Retention.DOSSIER

    class Meta(DraftBase.Meta):
        abstract = False
