"""The whole record as one archive for the trainee to take away (quality rule 18): ordered, made, later deleted."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from ctts.common.constraints import in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from training.models.record import TrainingRecord
from training.states import COPY_MOVES, CopyState

HAS_FILE = Q(sha256__regex="^[0-9a-f]{64}$", size__isnull=False, made_at__isnull=False, expires_at__isnull=False)
NO_FILE = Q(sha256="", size__isnull=True, made_at__isnull=True, expires_at__isnull=True)
MADE = [CopyState.READY, CopyState.EXPIRED]
GOES_ON = [CopyState.REQUESTED, CopyState.READY]


class RecordCopy(models.Model):
    """One order of the whole record. The archive lies in the storage under `sha256` while the copy is ready, at the
    longest until `expires_at`: it is no document of the dossier. `deleted_at`: when the worker deleted it after that.

    `done` of `total` steps are made while the worker is at it, in at most three `tries`. `left_out` names what could
    not be included, each with the reason, as the archive's manifest does.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="copies")
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.REQUESTED)
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    size = models.PositiveBigIntegerField(null=True)
    files = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            known_choice("state", CopyState),
            in_order("asked_at", "made_at"),
            in_order("made_at", "expires_at"),
            models.UniqueConstraint(
                fields=["record"], condition=Q(state=CopyState.REQUESTED), name="training_copy_one_at_a_time"
            ),
            models.CheckConstraint(
                name="training_copy_made_has_a_file",
                condition=(Q(state__in=MADE) & HAS_FILE) | (~Q(state__in=MADE) & NO_FILE),
            ),
            models.CheckConstraint(
                name="training_copy_ended_when",
                condition=Q(state__in=GOES_ON, ended_at__isnull=True)
                | (~Q(state__in=GOES_ON) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_copy_deleted_once_it_ended",
                condition=Q(deleted_at__isnull=True) | Q(state=CopyState.EXPIRED),
            ),
            models.CheckConstraint(
                name="training_copy_failed_says_why", condition=~Q(state=CopyState.FAILED) | ~Q(error="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="copy_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="copy_is_of_its_record", fields=["record", "asked_at", "key"]),
            fsm_trigger("copy_moves", COPY_MOVES),
        ]

    def __str__(self) -> str:
        return f"Copy of the record {self.record_id}"
