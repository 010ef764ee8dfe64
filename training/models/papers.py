"""What is made a PDF when a reader asks for it, by the worker, and is kept: a Supervisor Review that both signed (T4),
a signed DOPS (T5), a CPD log (T10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import both_or_neither, in_order, known_choice
from ctts.common.rows import Retention
from ctts.documents.models import Document
from training.models.dops import WRITTEN, Dops
from training.models.record import TrainingRecord
from training.models.reviews import SupervisorReview
from training.states import REVIEW_OF_BOTH, CpdKind, DopsState, ReviewState


class Paper(models.Model):
    """What every paper is: asked for by a reader, owed while it has no `document`; the worker makes it."""

    retention = Retention.DOSSIER

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["asked_at", "pk"]
        constraints = [both_or_neither("document", "made_at"), in_order("asked_at", "made_at")]


class DopsPaper(Paper):
    """The PDF of a DOPS in one state: what is signed no longer changes, so each is made once, when first asked for."""

    dops = models.ForeignKey(Dops, models.PROTECT, related_name="papers")
    of_state = models.CharField(max_length=24, choices=DopsState.choices)

    class Meta(Paper.Meta):
        constraints = [
            *Paper.Meta.constraints,
            models.UniqueConstraint(fields=["dops", "of_state"], name="training_paper_once_a_state"),
            models.CheckConstraint(name="training_paper_of_what_is_signed", condition=Q(of_state__in=WRITTEN)),
            known_choice("of_state", DopsState),
        ]

    def __str__(self) -> str:
        return f"{self.dops_id}, {self.get_of_state_display()}"


class ReviewPaper(Paper):
    """The PDF of a Supervisor Review in one state: what both signed no longer changes, so each is made once (T4)."""

    review = models.ForeignKey(SupervisorReview, models.PROTECT, related_name="papers")
    of_state = models.CharField(max_length=14, choices=ReviewState.choices)

    class Meta(Paper.Meta):
        constraints = [
            *Paper.Meta.constraints,
            models.UniqueConstraint(fields=["review", "of_state"], name="training_review_paper_once_a_state"),
            models.CheckConstraint(
                name="training_review_paper_of_what_both_signed",
                condition=Q(of_state__in=[str(state) for state in REVIEW_OF_BOTH]),
            ),
            known_choice("of_state", ReviewState),
        ]

    def __str__(self) -> str:
        return f"Review {self.review_id}, {self.get_of_state_display()}"


class CpdPaper(Paper):
    """The PDF of a CPD log as it stood when it was made; once the log has changed it is made anew when asked for.

    It holds what the page was narrowed to when it was asked for: a kind, a first and a last day; empty, all of it.
    `version` is the digest of the entries that are in it, empty while it is owed; one of a kind is owed at a time.
    """

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="cpd_papers")
    kind = models.CharField(max_length=12, choices=CpdKind.choices, blank=True, default="")
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    version = models.CharField(max_length=64, blank=True)

    class Meta(Paper.Meta):
        constraints = [
            *Paper.Meta.constraints,
            models.UniqueConstraint(
                fields=["record", "kind", "first_on", "last_on"],
                condition=Q(document__isnull=True),
                nulls_distinct=False,
                name="training_cpd_paper_owed_once",
            ),
            models.CheckConstraint(
                name="training_cpdpaper_known_kind", condition=Q(kind="") | Q(kind__in=CpdKind.values)
            ),
            models.CheckConstraint(
                name="training_cpd_paper_of_a_version",
                condition=Q(document__isnull=True, version="") | (Q(document__isnull=False) & ~Q(version="")),
            ),
        ]

    def __str__(self) -> str:
        return f"CPD log of {self.record}"
