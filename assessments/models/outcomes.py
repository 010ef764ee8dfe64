"""Outcomes of all stages (F1, F5): agreed, confirmed by one of the staff, released by another, then for ever."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.states import OUTCOME_MOVES, OutcomeState, Result, Stage
from ctts.common.constraints import at_least, both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.scheme.models import RuleSet
from training.models import TrainingRecord

MAY_CHANGE = ["state", "confirmed_at", "confirmed_by", "released_at", "released_by"]


class Outcome(models.Model):
    """The result of one attempt at a stage. `percent` is exact: `numerator` / `denominator`, empty where there is none.

    `content` is what it was made of, line by line; `content_sha256` the digest that staff confirm and release.
    """

    retention = Retention.OUTCOME

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="outcomes")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    attempt = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=5, choices=Result.choices)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    rules = models.ForeignKey(RuleSet, models.PROTECT, related_name="+")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    reasons = models.TextField(blank=True)
    agreed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OutcomeState.choices, default=OutcomeState.AGREED)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["record", "agreed_at", "pk"]
        constraints = [
            known_choice("stage", Stage),
            known_choice("result", Result),
            known_choice("state", OutcomeState),
            at_least("attempt", 1),
            both_or_neither("numerator", "denominator"),
            both_or_neither("confirmed_at", "confirmed_by"),
            both_or_neither("released_at", "released_by"),
            models.CheckConstraint(
                name="assessments_outcome_percent",
                condition=Q(denominator__isnull=True)
                | Q(denominator__gt=0, numerator__gte=0, numerator__lte=F("denominator") * 100),
            ),
            models.CheckConstraint(
                name="assessments_outcome_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="assessments_outcome_released_by_another",
                condition=Q(released_by__isnull=True)
                | (Q(confirmed_by__isnull=False) & ~Q(released_by=F("confirmed_by"))),
            ),
            models.CheckConstraint(
                name="assessments_outcome_state_and_facts",
                condition=Q(state=OutcomeState.AGREED, confirmed_at__isnull=True, released_at__isnull=True)
                | Q(state=OutcomeState.CONFIRMED, confirmed_at__isnull=False, released_at__isnull=True)
                | Q(state=OutcomeState.RELEASED, confirmed_at__isnull=False, released_at__isnull=False)
                | Q(state=OutcomeState.SUPERSEDED, released_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["record", "stage", "attempt"],
                condition=~Q(state=OutcomeState.SUPERSEDED),
                name="assessments_one_outcome_an_attempt",
            ),
            models.UniqueConstraint(
                fields=["record", "stage"],
                condition=Q(state=OutcomeState.RELEASED, result=Result.PASS),
                name="assessments_passed_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "stage"])]
        triggers = [
            pgtrigger.Protect(name="outcome_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="outcome_is_what_was_agreed", exclude=MAY_CHANGE),
            pgtrigger.Protect(
                name="released_outcome_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=OutcomeState.RELEASED),
            ),
            fsm_trigger("outcome_moves", OUTCOME_MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, attempt {self.attempt}"

    @property
    def was_settled(self) -> bool:
        """Whether its markers differed, and it was agreed with reasons or adjudicated (F5)."""
        return "settled" in self.content


class OutcomeQuery(AppendOnly):
    """The office doubts an outcome before release and gives it back with a reason (F1)."""

    retention = Retention.OUTCOME

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="queries")
    reason = models.TextField()
    queried_at = models.DateTimeField()
    queried_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-queried_at", "-pk"]
        constraints = [models.CheckConstraint(name="assessments_outcome_query_has_reason", condition=~Q(reason=""))]
