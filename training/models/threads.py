"""Messages tied to a record (T11): a thread between the trainee and chosen functions around them; nothing is edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.rows import AppendOnly, Retention
from training.models.record import TrainingRecord


class Thread(AppendOnly):
    """Messages about one thing. The trainee reads them, and whoever holds one of these functions on the day."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="threads")
    subject = models.CharField(max_length=160)
    to_supervisor = models.BooleanField()
    to_coordinator = models.BooleanField()
    to_moderator = models.BooleanField()
    to_office = models.BooleanField()
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_thread_to_somebody",
                condition=Q(to_supervisor=True) | Q(to_coordinator=True) | Q(to_moderator=True) | Q(to_office=True),
            )
        ]

    def __str__(self) -> str:
        return self.subject


class ThreadMessage(AppendOnly):
    """One message of a thread; `asks` while its author wants an answer, `role` as what they wrote it."""

    retention = Retention.DOSSIER

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    text = models.TextField()
    asks = models.BooleanField()
    role = models.CharField(max_length=40)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["written_at", "pk"]
        constraints = [models.CheckConstraint(name="training_message_has_text", condition=~Q(text=""))]
        indexes = [
            models.Index(fields=["thread", "written_at"]),
            # Which threads may wait for an answer: few of all messages ask.
            models.Index(name="training_message_asks", fields=["thread"], condition=Q(asks=True)),
        ]
