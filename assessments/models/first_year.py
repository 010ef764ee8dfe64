"""The End of First Year Assessment (Y): the supervisor's confirmation, what was put forward, the decision."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.states import FIRST_YEAR_MOVES, FirstYearState, Result
from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.common.signatures import SignatureBase
from training.models import TrainingRecord


class FirstYear(models.Model):
    """One attempt at the End of First Year Assessment (Y). Its facts are rows below; the state is their shadow."""

    retention = Retention.OUTCOME

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="first_years")
    attempt = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=FirstYearState.choices, default=FirstYearState.PREPARING)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["record", "attempt"]
        constraints = [
            known_choice("state", FirstYearState),
            at_least("attempt", 1),
            models.UniqueConstraint(fields=["record", "attempt"], name="assessments_first_year_attempt_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="first_year_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="first_year_is_of_its_record", fields=["record", "attempt", "opened_at"]),
            fsm_trigger("first_year_moves", FIRST_YEAR_MOVES),
        ]

    def __str__(self) -> str:
        return f"End of First Year Assessment, attempt {self.attempt}"


class SafetyConfirmation(SignatureBase):
    """The Training Supervisor confirms that no patient-safety concern is documented (Y2), or withdraws that.

    The last row of an attempt is the one that holds; `withdrawn` ones take the confirmation back, with the reason.
    """

    retention = Retention.OUTCOME

    first_year = models.ForeignKey(FirstYear, models.PROTECT, related_name="confirmations")
    withdrawn = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    class Meta(SignatureBase.Meta):
        ordering = ["signed_at", "pk"]
        constraints = [
            *SignatureBase.Meta.constraints,
            models.CheckConstraint(
                name="assessments_confirmation_withdrawn_with_reason",
                condition=Q(withdrawn=False, reason="") | (Q(withdrawn=True) & ~Q(reason="")),
            ),
        ]


class PutForward(AppendOnly):
    """The gate was open and the attempt went to the External Moderator; `gate` is each line as it was then (Y).

    `content_sha256` is the digest of `gate` and of what stood behind its numbers: what the moderator decides about.
    """

    retention = Retention.OUTCOME

    first_year = models.ForeignKey(FirstYear, models.PROTECT, related_name="put_forwards")
    gate = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    put_forward_at = models.DateTimeField()
    put_forward_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-put_forward_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="assessments_put_forward_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            )
        ]


class FirstYearReturn(AppendOnly):
    """An attempt went a step back with a reason: from moderator to trainee, or from the office to the moderator."""

    retention = Retention.OUTCOME

    first_year = models.ForeignKey(FirstYear, models.PROTECT, related_name="returns")
    from_office = models.BooleanField()
    reason = models.TextField()
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-returned_at", "-pk"]
        constraints = [models.CheckConstraint(name="assessments_first_year_return_has_reason", condition=~Q(reason=""))]


class FirstYearDecision(SignatureBase):
    """The External Moderator decides: pass, or refer with actions and the day by which they are done (Y).

    `put_forward` is what was decided about. The last decision of an attempt is the one that holds. After the last
    attempt nothing is left to be done: such a referral has neither actions nor a day.
    """

    retention = Retention.OUTCOME

    first_year = models.ForeignKey(FirstYear, models.PROTECT, related_name="decisions")
    put_forward = models.ForeignKey(PutForward, models.PROTECT, related_name="+")
    result = models.CharField(max_length=5, choices=Result.choices)
    words = models.TextField()
    actions = models.TextField(blank=True)
    actions_by_on = models.DateField(null=True)

    class Meta(SignatureBase.Meta):
        ordering = ["-signed_at", "-pk"]
        constraints = [
            *SignatureBase.Meta.constraints,
            known_choice("result", Result),
            models.CheckConstraint(
                name="assessments_first_year_pass_or_refer",
                condition=Q(result=Result.PASS, actions="", actions_by_on__isnull=True)
                | (Q(result=Result.REFER, actions_by_on__isnull=False) & ~Q(actions=""))
                | Q(result=Result.REFER, actions_by_on__isnull=True, actions=""),
            ),
            models.CheckConstraint(name="assessments_first_year_decision_has_words", condition=~Q(words="")),
        ]
