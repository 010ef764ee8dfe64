"""What became of a patient-safety concern of which a review speaks and which was not raised as that (T4, T8)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.rows import AppendOnly, Retention
from training.models.around import Concern
from training.models.reviews import SupervisorReview


class ReviewConcern(AppendOnly):
    """The supervisor says of the reference that a signed review gives that it is raised already, as `concern`, or that
    it is no concern after all, with the `reason` (T8). The review keeps its words."""

    retention = Retention.DOSSIER

    review = models.ForeignKey(SupervisorReview, models.PROTECT, related_name="concerns_settled")
    spoken_of = models.CharField(max_length=200)
    concern = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["settled_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "spoken_of"], name="training_review_concern_settled_once"),
            models.CheckConstraint(
                name="training_review_concern_raised_or_reason",
                condition=(Q(concern__isnull=False, reason="") | (Q(concern__isnull=True) & ~Q(reason="")))
                & ~Q(spoken_of=""),
            ),
        ]
        triggers = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="settled_by_a_concern_of_its_record",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NEW.concern_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM training_concern c "
                    "JOIN training_supervisorreview v ON v.record_id = c.record_id "
                    "WHERE c.id = NEW.concern_id AND v.id = NEW.review_id AND c.patient_safety) THEN "
                    "RAISE EXCEPTION 'it is raised about the same training' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        ]
