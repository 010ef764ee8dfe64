"""Objections of a Training Co-ordinator to an application of the centre."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.states import ObjectionOutcome
from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.rows import Retention


class Objection(models.Model):
    """A co-ordinator objects; it stands against acceptance until the office has considered it or it is taken back.

    It is a finding and never a missing part: an application is received with it (A2, A4). `answer` is what the office
    says to the co-ordinator.
    """

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    key = models.UUIDField(unique=True)
    text = models.TextField()
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=ObjectionOutcome.choices, default=ObjectionOutcome.OPEN)
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            known_choice("outcome", ObjectionOutcome),
            both_or_neither("settled_at", "settled_by"),
            models.CheckConstraint(name="applications_objection_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="applications_objection_settled_how",
                condition=Q(outcome=ObjectionOutcome.OPEN, settled_at__isnull=True, answer="")
                | Q(outcome=ObjectionOutcome.WITHDRAWN, settled_at__isnull=False, answer="")
                | Q(outcome=ObjectionOutcome.CONSIDERED, settled_at__isnull=False) & ~Q(answer=""),
            ),
            models.UniqueConstraint(
                fields=["application", "raised_by"],
                condition=Q(outcome=ObjectionOutcome.OPEN),
                name="applications_one_open_objection_a_person",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="objection_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="objection_reads_as_raised", fields=["application", "key", "text", "raised_at", "raised_by"]
            ),
            pgtrigger.Protect(
                name="objection_settled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Objection of {self.raised_by}"
