"""A device handed over for one DOPS: by whom, to whom, from when to when (T5, screens 11)."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ctts.common.constraints import in_order
from ctts.common.rows import Retention
from training.models.dops import Dops
from training.states import HandOverEnd

OPEN_FOR = timedelta(hours=12)
WRITES_FOR = timedelta(hours=1)


class HandOver(models.Model):
    """The trainee or the supervisor handed the device in their hand to the assessor, for one DOPS and nothing else.

    `begun_at` is when the assessor proved last who they are on it: for an hour from then it takes what they write.
    A new hand-over of the same DOPS is a new row and ends the one before.
    """

    retention = Retention.DOSSIER

    dops = models.ForeignKey(Dops, models.PROTECT, related_name="hand_overs")
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=12, choices=HandOverEnd.choices, blank=True)

    class Meta:
        ordering = ["-handed_at", "-pk"]
        constraints = [
            in_order("handed_at", "begun_at"),
            in_order("handed_at", "ended_at"),
            models.CheckConstraint(
                name="training_handover_ends_somehow",
                condition=Q(ended_at__isnull=True, ended_as="")
                | Q(ended_at__isnull=False, ended_as__in=HandOverEnd.values),
            ),
            models.CheckConstraint(
                name="training_handover_signed_once_begun",
                condition=~Q(ended_as=HandOverEnd.SIGNED) | Q(begun_at__isnull=False),
            ),
            models.CheckConstraint(name="training_handover_to_somebody_else", condition=~Q(handed_by=F("assessor"))),
            models.UniqueConstraint(
                fields=["dops"], condition=Q(ended_at__isnull=True), name="training_one_hand_over_at_a_time"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="hand_over_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="hand_over_reads_as_made", fields=["dops", "handed_by", "assessor", "handed_at"]),
            pgtrigger.Protect(
                name="hand_over_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dops_id}: {self.handed_by} to {self.assessor}"
