"""Supervisor Reviews (T4): the documented monthly meeting, its actions and signatures."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from ctts.common.signatures import SignatureBase
from training.models.competencies import PlanItem
from training.models.record import TrainingRecord
from training.states import REVIEW_MOVES, MeetingMode, ReviewState


class SupervisorReview(models.Model):
    """One Supervisor Review Form (T4; G 3.5), numbered within the record."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="reviews")
    number = models.PositiveIntegerField()
    held_on = models.DateField()
    period_starts_on = models.DateField()
    period_ends_on = models.DateField()
    mode = models.CharField(max_length=10, choices=MeetingMode.choices)
    attendees = models.CharField(max_length=400)
    progress = models.TextField()
    items = models.ManyToManyField(PlanItem, related_name="+", blank=True)
    dops_done = models.TextField(blank=True)
    writing_progress = models.TextField(blank=True)
    plan_changes = models.TextField(blank=True)
    support_needs = models.TextField(blank=True)
    patient_safety_concern = models.BooleanField()
    patient_safety_reference = models.CharField(max_length=200, blank=True)
    escalate = models.TextField(blank=True)
    next_meeting_on = models.DateField(null=True, blank=True)
    trainee_comment = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    state = models.CharField(max_length=14, choices=ReviewState.choices, default=ReviewState.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-held_on", "-number"]
        constraints = [
            known_choice("mode", MeetingMode),
            known_choice("state", ReviewState),
            in_order("period_starts_on", "period_ends_on"),
            models.UniqueConstraint(fields=["record", "number"], name="training_review_once_per_number"),
            models.CheckConstraint(
                name="training_concern_with_reference",
                condition=Q(patient_safety_concern=False) | ~Q(patient_safety_reference=""),
            ),
            models.CheckConstraint(
                name="training_review_submitted_when",
                condition=Q(state=ReviewState.SUBMITTED, submitted_at__isnull=False)
                | (~Q(state=ReviewState.SUBMITTED) & Q(submitted_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["record", "state"])]
        triggers = [
            pgtrigger.Protect(name="review_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="review_is_of_its_record", fields=["record", "number", "key"]),
            fsm_trigger("review_moves", REVIEW_MOVES),
        ]


class ReviewAction(models.Model):
    """Something agreed in a review: what, who, by when; carried on until closed (T4)."""

    retention = Retention.DOSSIER

    review = models.ForeignKey(SupervisorReview, models.PROTECT, related_name="actions")
    text = models.TextField()
    owner = models.CharField(max_length=160)
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]


class ReviewSignature(SignatureBase):
    """A signature under a review: the supervisor's, or the trainee's acknowledgement; `withdraws` strikes one (T4)."""

    retention = Retention.DOSSIER

    review = models.ForeignKey(SupervisorReview, models.PROTECT, related_name="signatures")
    withdraws = models.OneToOneField("self", models.PROTECT, null=True, related_name="withdrawn_by")
    reason = models.TextField(blank=True)

    class Meta(SignatureBase.Meta):
        ordering = ["signed_at", "pk"]
        constraints = [
            *SignatureBase.Meta.constraints,
            models.CheckConstraint(
                name="training_review_withdrawal_has_reason",
                condition=Q(withdraws__isnull=True, reason="") | (Q(withdraws__isnull=False) & ~Q(reason="")),
            ),
        ]
