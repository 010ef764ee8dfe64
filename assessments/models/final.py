"""The Final Assessment (F): attempts at its stages, the sealed practical, the portfolio and the viva."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.states import (
    FINAL_STAGES,
    PORTFOLIO_MOVES,
    STAGE_MOVES,
    VIVA_MOVES,
    PortfolioSource,
    PortfolioState,
    StageState,
    VivaState,
)
from ctts.common.constraints import at_least, both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from ctts.common.signatures import SignatureBase
from ctts.documents.models import Document
from training.models import Dops, TrainingRecord

FINAL_CHOICES = [(str(stage), str(stage.label)) for stage in FINAL_STAGES]
NO_FILE = Q(document__isnull=True, pages__isnull=True, content_sha256="")
WITH_FILE = Q(document__isnull=False, pages__isnull=False, content_sha256__regex="^[0-9a-f]{64}$")


class StageAttempt(models.Model):
    """One attempt at a final stage (F1, F6): first + 2; only the failed stage is repeated."""

    retention = Retention.OUTCOME

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="stage_attempts")
    stage = models.CharField(max_length=10, choices=FINAL_CHOICES)
    attempt = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=StageState.choices, default=StageState.OPEN)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["record", "opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="assessments_stageattempt_known_stage",
                condition=Q(stage__in=[str(stage) for stage in FINAL_STAGES]),
            ),
            known_choice("state", StageState),
            at_least("attempt", 1),
            models.UniqueConstraint(fields=["record", "stage", "attempt"], name="assessments_stage_attempt_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="attempt_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="attempt_is_of_its_record", fields=["record", "stage", "attempt", "opened_at"]),
            fsm_trigger("stage_moves", STAGE_MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, attempt {self.attempt}"


class PracticalSeal(SignatureBase):
    """The External Moderator sealed the computed Practical (F2): `content` is the whole sum, line by line.

    An attempt has another one for each time the office queried its outcome before release; the last one counts.
    """

    retention = Retention.OUTCOME

    attempt = models.ForeignKey(StageAttempt, models.PROTECT, related_name="practical_seals")
    final_dops = models.ForeignKey(Dops, models.PROTECT, related_name="+")
    content = models.JSONField()

    class Meta(SignatureBase.Meta):
        constraints = [*SignatureBase.Meta.constraints]


class Portfolio(models.Model):
    """The one PDF of an attempt (F3): compiled from the record or uploaded, then sealed with its hash.

    `content_sha256` is the hash of the PDF; `chapters` names each chapter with its first page and its pages;
    `progress` of `progress_total` steps while it is compiled. A sealed one never changes.
    """

    retention = Retention.DOSSIER

    attempt = models.OneToOneField(StageAttempt, models.PROTECT, related_name="portfolio")
    state = models.CharField(max_length=10, choices=PortfolioState.choices, default=PortfolioState.DRAFT)
    source = models.CharField(max_length=8, choices=PortfolioSource.choices, default=PortfolioSource.COMPILED)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    pages = models.PositiveIntegerField(null=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    chapters = models.JSONField(default=list)
    asked_at = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            known_choice("state", PortfolioState),
            known_choice("source", PortfolioSource),
            both_or_neither("sealed_at", "sealed_by"),
            at_least("pages", 1),
            models.CheckConstraint(name="assessments_portfolio_file", condition=NO_FILE | WITH_FILE),
            models.CheckConstraint(
                name="assessments_portfolio_ready_has_file",
                condition=~Q(state__in=[PortfolioState.READY, PortfolioState.SEALED]) | WITH_FILE,
            ),
            models.CheckConstraint(
                name="assessments_portfolio_sealed_when",
                condition=Q(state=PortfolioState.SEALED, sealed_at__isnull=False)
                | (~Q(state=PortfolioState.SEALED) & Q(sealed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="assessments_portfolio_failed_says_why",
                condition=~Q(state=PortfolioState.FAILED) | ~Q(error=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="portfolio_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="portfolio_is_of_its_attempt", fields=["attempt"]),
            pgtrigger.Protect(
                name="sealed_portfolio_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=PortfolioState.SEALED),
            ),
            fsm_trigger("portfolio_moves", PORTFOLIO_MOVES),
        ]


class Viva(models.Model):
    """The Viva of an attempt (F4): booked for an instant, held; `minutes` include agreed extra time."""

    retention = Retention.DOSSIER

    attempt = models.OneToOneField(StageAttempt, models.PROTECT, related_name="viva")
    state = models.CharField(max_length=12, choices=VivaState.choices, default=VivaState.TO_SCHEDULE)
    starts_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField()
    joining = models.CharField(max_length=500, blank=True)
    booked_at = models.DateTimeField(null=True)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sequence = models.PositiveSmallIntegerField(default=0)
    held_on = models.DateField(null=True)

    class Meta:
        constraints = [
            known_choice("state", VivaState),
            at_least("minutes", 1),
            both_or_neither("booked_at", "booked_by"),
            models.CheckConstraint(
                name="assessments_viva_booked_is_whole",
                condition=~Q(state__in=[VivaState.BOOKED, VivaState.HELD])
                | (Q(starts_at__isnull=False, booked_at__isnull=False) & ~Q(joining="")),
            ),
            models.CheckConstraint(
                name="assessments_viva_held_on",
                condition=Q(state=VivaState.HELD, held_on__isnull=False)
                | (~Q(state=VivaState.HELD) & Q(held_on__isnull=True)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="viva_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="viva_is_of_its_attempt", fields=["attempt"]),
            fsm_trigger("viva_moves", VIVA_MOVES),
        ]
