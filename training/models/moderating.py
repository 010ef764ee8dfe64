"""The review of each year by the External Moderator, with its DOPS (T11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from ctts.common.constraints import at_least, known_choice
from ctts.common.rows import AppendOnly, Retention
from training.models.dops import Dops
from training.models.record import TrainingRecord
from training.states import MeetingMode


class YearReview(AppendOnly):
    """The External Moderator's review of a year of training, once in each, with the DOPS observed for it (T11)."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="year_reviews")
    year = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    mode = models.CharField(max_length=10, choices=MeetingMode.choices)
    dops = models.OneToOneField(Dops, models.PROTECT, related_name="year_review")
    progress = models.TextField()
    attention = models.TextField(blank=True)
    next_steps = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["record", "-year"]
        constraints = [
            known_choice("mode", MeetingMode),
            at_least("year", 1),
            models.UniqueConstraint(fields=["record", "year"], name="training_one_review_a_year"),
        ]

    def __str__(self) -> str:
        return f"Review of year {self.year}"
