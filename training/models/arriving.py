"""What was filled in on a phone without signal and sent when there was one (T5, screens 11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from ctts.common.rows import AppendOnly, Retention
from training.models.dops import Dops


class DopsArrival(AppendOnly):
    """A DOPS arrived from the phone on which its assessor filled it in. `key` is that of one sending: sent again, it is
    this arrival once more, and nothing else happens."""

    retention = Retention.DOSSIER

    key = models.UUIDField(unique=True)
    dops = models.ForeignKey(Dops, models.PROTECT, related_name="arrivals")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ["arrived_at", "pk"]

    def __str__(self) -> str:
        return f"{self.dops_id} of {self.arrived_at:%d %B %Y, %H:%M}"
