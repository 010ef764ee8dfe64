"""Reasonable adjustments as cases: request, questions, decisions, readings; health data is encrypted (A5, E6)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.states import (
    ADJUSTED,
    ADJUSTMENT_MOVES,
    UNDECIDED_ADJUSTMENT,
    AdjustmentOutcome,
    AdjustmentState,
    ApplicationState,
)
from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention

WHOLE = 100  # per cent
NO_EFFECTS = Q(agreed="", extra_time_percent=0, rest_breaks=False, arrangement="", review_on__isnull=True)


class Effects(models.Model):
    """What is agreed, in words and as what follows from it: all that those who must act on it see, never why (A5)."""

    agreed = models.TextField(blank=True)
    extra_time_percent = models.PositiveSmallIntegerField(default=0)
    rest_breaks = models.BooleanField(default=False)
    arrangement = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class AdjustmentRequest(Effects):
    """What the applicant or trainee told about a reasonable adjustment: encrypted, for named readers only (A5, E6).

    `sealed` is the text under VAULT_KEY. State and effects are the shadow of the last decision; `agreed_at` and
    `agreed_by` say who last changed what is agreed, also to nothing. `question_at`: a question waits for the person.
    """

    retention = Retention.HEALTH

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="adjustment_requests")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="adjustment_requests"
    )
    sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=12, choices=AdjustmentState.choices, default=AdjustmentState.ASKED)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    question_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            known_choice("state", AdjustmentState),
            both_or_neither("agreed_at", "agreed_by"),
            models.CheckConstraint(
                name="applications_adjustment_agreed_when",
                condition=(Q(state__in=sorted(ADJUSTED), agreed_at__isnull=False) & ~Q(agreed=""))
                | (~Q(state__in=sorted(ADJUSTED)) & NO_EFFECTS),
            ),
            models.CheckConstraint(
                name="applications_adjustment_extra_time", condition=Q(extra_time_percent__range=(0, WHOLE))
            ),
            models.CheckConstraint(
                name="applications_adjustment_question_waits",
                condition=Q(state=AdjustmentState.CLARIFYING, question_at__isnull=False)
                | Q(state=AdjustmentState.UNDER_REVIEW)
                | (~Q(state=AdjustmentState.CLARIFYING) & Q(question_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="applications_adjustment_withdrawn_when",
                condition=Q(withdrawn_at__isnull=True) | Q(state=AdjustmentState.WITHDRAWN),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="adjustment_reads_as_asked", fields=["person", "application", "sealed", "asked_at", "key"]
            ),
            fsm_trigger("adjustment_moves", ADJUSTMENT_MOVES),
        ]

    def __str__(self) -> str:
        return f"Adjustment {self.pk}"

    @property
    def ended_with_application(self) -> bool:
        """Whether nobody decides about it any more: the application that it was asked with is over without a training
        (A5)."""
        gone = {ApplicationState.DECLINED, ApplicationState.WITHDRAWN}
        application = self.application if self.state in UNDECIDED_ADJUSTMENT else None
        return application is not None and application.state in gone


class AdjustmentQuestion(AppendOnly):
    """A named reader asks the person something before they decide; encrypted as the reason is (A5)."""

    retention = Retention.HEALTH

    request = models.ForeignKey(AdjustmentRequest, models.PROTECT, related_name="questions")
    sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["request", "pk"]


class AdjustmentAnswer(AppendOnly):
    """The person answers a question, once; encrypted as the reason is (A5)."""

    retention = Retention.HEALTH

    question = models.OneToOneField(AdjustmentQuestion, models.PROTECT, related_name="answer")
    sealed = models.BinaryField()
    answered_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ["question"]


class AdjustmentDecision(AppendOnly, Effects):
    """What a named reader decided, once; the next decision supersedes it (A5). `number` counts within the case.

    `sealed` is why nothing is agreed, for the person and the named readers only. Decisions from before there were days
    of review have none.
    """

    retention = Retention.HEALTH

    request = models.ForeignKey(AdjustmentRequest, models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=AdjustmentOutcome.choices)
    sealed = models.BinaryField(null=True, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["request", "-number"]
        constraints = [
            known_choice("outcome", AdjustmentOutcome),
            models.UniqueConstraint(fields=["request", "number"], name="applications_adjustment_decision_number"),
            models.CheckConstraint(
                name="applications_adjustment_decision_extra", condition=Q(extra_time_percent__range=(0, WHOLE))
            ),
            models.CheckConstraint(
                name="applications_adjustment_decision_says",
                condition=(Q(outcome=AdjustmentOutcome.DECLINED, sealed__isnull=False) & NO_EFFECTS)
                | (Q(outcome=AdjustmentOutcome.AGREED, sealed__isnull=True) & ~Q(agreed=""))
                | (
                    Q(outcome=AdjustmentOutcome.CONTINUED, sealed__isnull=True, review_on__isnull=False) & ~Q(agreed="")
                ),
            ),
        ]
        triggers = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="nobody_decides_their_own",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT 1 FROM applications_adjustmentrequest a WHERE a.id = NEW.request_id "
                    "AND a.person_id = NEW.decided_by_id) THEN "
                    "RAISE EXCEPTION 'nobody decides about their own adjustment'; END IF; RETURN NEW;"
                ),
            ),
        ]


class AdjustmentReading(AppendOnly):
    """Somebody read the words of an adjustment; the person it is about sees every reading (A5)."""

    retention = Retention.HEALTH

    request = models.ForeignKey(AdjustmentRequest, models.PROTECT, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ["-read_at"]
