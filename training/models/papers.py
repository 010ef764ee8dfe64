"""A signed DOPS on paper: asked for, made by the worker, kept (T5)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import both_or_neither, in_order, known_choice
from ctts.common.rows import Retention
from ctts.documents.models import Document
from training.models.dops import WRITTEN, Dops
from training.states import DopsState


class DopsPaper(models.Model):
    """The PDF of a DOPS in one state: what is signed no longer changes, so each is made once, when first asked for.

    Owed while it has no `document`; the worker makes it.
    """

    retention = Retention.DOSSIER

    dops = models.ForeignKey(Dops, models.PROTECT, related_name="papers")
    of_state = models.CharField(max_length=24, choices=DopsState.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dops", "of_state"], name="training_paper_once_a_state"),
            models.CheckConstraint(name="training_paper_of_what_is_signed", condition=Q(of_state__in=WRITTEN)),
            known_choice("of_state", DopsState),
            both_or_neither("document", "made_at"),
            in_order("asked_at", "made_at"),
        ]

    def __str__(self) -> str:
        return f"{self.dops_id}, {self.get_of_state_display()}"
