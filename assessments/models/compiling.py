"""How the one PDF of a portfolio comes about and who read it (F3): a run with its parts, the receipt, the readings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.final import Portfolio
from assessments.states import PartKind
from ctts.common.constraints import at_least, known_choice
from ctts.common.rows import AppendOnly, Retention
from ctts.common.runs import RunBase, RunItemBase
from ctts.common.signatures import SignatureBase

SHA256 = "^[0-9a-f]{64}$"


class PortfolioRun(RunBase):
    """One press of "Compile from my record". `contents` is what the PDF will hold, by key, label and digest.

    Its items are the parts, worked off one by one; then they are put together, in at most three `tries`.
    """

    retention = Retention.DOSSIER

    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="runs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    contents = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio"],
                condition=Q(finished_at__isnull=True, cancelled_at__isnull=True),
                name="assessments_one_open_run_a_portfolio",
            )
        ]


class PortfolioPart(RunItemBase):
    """One step of a run: pages of our own, kept under `sha256` until they are put together. `about` are ids of rows."""

    retention = Retention.DOSSIER

    run = models.ForeignKey(PortfolioRun, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=PartKind.choices)
    about = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)

    class Meta(RunItemBase.Meta):
        abstract = False
        ordering = ["run", "position"]
        constraints = [
            *RunItemBase.Meta.constraints,
            known_choice("kind", PartKind),
            at_least("size", 1),
            at_least("pages", 1),
            models.UniqueConstraint(fields=["run", "position"], name="assessments_part_once"),
            models.CheckConstraint(
                name="assessments_part_kept_whole",
                condition=Q(sha256="", size__isnull=True, pages__isnull=True)
                | Q(sha256__regex=SHA256, size__isnull=False, pages__isnull=False),
            ),
        ]


class PortfolioReceipt(SignatureBase):
    """The trainee sealed the portfolio (F3): `content` holds the hash of the file, `content_sha256` is its digest."""

    retention = Retention.OUTCOME

    portfolio = models.OneToOneField(Portfolio, models.PROTECT, related_name="receipt")
    content = models.JSONField()

    class Meta(SignatureBase.Meta):
        constraints = [*SignatureBase.Meta.constraints]


class PortfolioReading(AppendOnly):
    """Somebody opened a sealed portfolio that is not their own (F3; quality rule 1's reading log)."""

    retention = Retention.DOSSIER

    portfolio = models.ForeignKey(Portfolio, models.PROTECT, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ["-read_at", "-pk"]
