"""What the External Moderator writes in a record: the review of each year with its DOPS, answers to questions (T11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

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


class AdviceQuestion(AppendOnly):
    """A question of the trainee or the supervisor to the External Moderator, in the thread on the record (T11).

    `due_on`: by when it is answered, in working days of the centre's nation (N).
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="advice")
    topic = models.CharField(max_length=120)
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="training_advice_is_asked_in_words", condition=~Q(topic="") & ~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.topic


class AdviceAnswer(AppendOnly):
    """An answer of the External Moderator; what is to be added is another one (T11)."""

    retention = Retention.DOSSIER

    question = models.ForeignKey(AdviceQuestion, models.PROTECT, related_name="answers")
    text = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["answered_at", "pk"]
        constraints = [models.CheckConstraint(name="training_advice_is_given_in_words", condition=~Q(text=""))]
