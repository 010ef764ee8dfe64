"""Two markers who differ (F5): an agreed mark with reasons, or an adjudicator."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.models import StageAttempt
from assessments.states import Result
from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.common.signatures import SignatureBase
from moderation.states import DISAGREEMENT_MOVES, DisagreementState
from training.models import Appointment


class Disagreement(models.Model):
    """The result of an attempt is its markers' to agree (F5): they differ, or the office queried what they agreed.

    Opened with the first proposal or the adjudicator's appointment; each query makes another one, and one at a time is
    open. `adjudicator` is the appointment of whoever settles it, where the markers could not; another takes its place
    when it ends before.
    """

    retention = Retention.OUTCOME

    attempt = models.ForeignKey(StageAttempt, models.PROTECT, related_name="disagreements")
    state = models.CharField(max_length=12, choices=DisagreementState.choices, default=DisagreementState.OPEN)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    adjudicator = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            known_choice("state", DisagreementState),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(settled_at__isnull=True),
                name="moderation_one_open_disagreement",
            ),
            models.CheckConstraint(
                name="moderation_disagreement_adjudicator",
                condition=Q(
                    state__in=[DisagreementState.ADJUDICATING, DisagreementState.ADJUDICATED],
                    adjudicator__isnull=False,
                )
                | Q(state__in=[DisagreementState.OPEN, DisagreementState.AGREED], adjudicator__isnull=True),
            ),
            models.CheckConstraint(
                name="moderation_disagreement_settled_when",
                condition=Q(state__in=[DisagreementState.OPEN, DisagreementState.ADJUDICATING], settled_at__isnull=True)
                | Q(
                    state__in=[DisagreementState.AGREED, DisagreementState.ADJUDICATED],
                    settled_at__isnull=False,
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="disagreement_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="disagreement_is_of_its_attempt", fields=["attempt", "opened_at"]),
            fsm_trigger("disagreement_moves", DISAGREEMENT_MOVES),
        ]


class AgreedMark(AppendOnly):
    """One marker proposes what both agree, with reasons; the other accepts it by a row that points at it (F5).

    `numerator` / `denominator` is the agreed per cent of a Viva; a Portfolio has none.
    """

    retention = Retention.OUTCOME

    disagreement = models.ForeignKey(Disagreement, models.PROTECT, related_name="proposals")
    result = models.CharField(max_length=5, choices=Result.choices)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    reasons = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepts = models.OneToOneField("self", models.PROTECT, null=True, related_name="accepted_by")

    class Meta(AppendOnly.Meta):
        ordering = ["-made_at", "-pk"]
        constraints = [
            known_choice("result", Result),
            both_or_neither("numerator", "denominator"),
            models.CheckConstraint(
                name="moderation_agreed_percent",
                condition=Q(denominator__isnull=True)
                | Q(denominator__gt=0, numerator__gte=0, numerator__lte=F("denominator") * 100),
            ),
            models.CheckConstraint(name="moderation_agreed_has_reasons", condition=~Q(reasons="")),
        ]


class Adjudication(SignatureBase):
    """The adjudicator settles what the two markers could not agree, with reasons and a signature (F5).

    `content` is what was signed: both sheets as they were, and the decision; the per cent as in `AgreedMark`.
    """

    retention = Retention.OUTCOME

    disagreement = models.OneToOneField(Disagreement, models.PROTECT, related_name="adjudication")
    result = models.CharField(max_length=5, choices=Result.choices)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    reasons = models.TextField()
    content = models.JSONField()

    class Meta(SignatureBase.Meta):
        constraints = [
            *SignatureBase.Meta.constraints,
            known_choice("result", Result),
            both_or_neither("numerator", "denominator"),
            models.CheckConstraint(
                name="moderation_adjudicated_percent",
                condition=Q(denominator__isnull=True)
                | Q(denominator__gt=0, numerator__gte=0, numerator__lte=F("denominator") * 100),
            ),
            models.CheckConstraint(name="moderation_adjudication_has_reasons", condition=~Q(reasons="")),
        ]
