"""Filters of the desk that a member of the office keeps under a name (screens 19)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.rows import Retention


class SavedFilter(models.Model):
    """One person's own filter of the desk: `wanted` as `forms.DeskFilter` understands it."""

    retention = Retention.ACCOUNT

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_filters")
    name = models.CharField(max_length=60)
    wanted = models.JSONField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="applications_saved_filter_once"),
            models.CheckConstraint(name="applications_saved_filter_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
