"""Supervisor Reviews (T4): the documented monthly meeting, its actions and signatures."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import both_or_neither, in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from ctts.common.signatures import SignatureBase
from training.models.competencies import PlanItem
from training.models.record import TrainingRecord
from training.states import REVIEW_MOVES, MeetingMode, ReviewState

# What the supervisor signs: from then on it changes only after the signature was withdrawn (quality rule 8).
SIGNED_COLUMNS = [
    "held_on",
    "period_starts_on",
    "period_ends_on",
    "mode",
    "attendees",
    "progress",
    "dops_done",
    "writing_progress",
    "plan_changes",
    "support_needs",
    "patient_safety_concern",
    "patient_safety_reference",
    "escalate",
    "next_meeting_on",
    "written_by_id",
]
ANY_SIGNED_COLUMN = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in SIGNED_COLUMNS)


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
    discarded_because = models.TextField(blank=True, default="")
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
            models.CheckConstraint(
                name="training_review_discarded_because",
                condition=(Q(state=ReviewState.DISCARDED) & ~Q(discarded_because=""))
                | (~Q(state=ReviewState.DISCARDED) & Q(discarded_because="")),
            ),
        ]
        indexes = [models.Index(fields=["record", "state"])]
        triggers = [
            pgtrigger.Protect(name="review_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="review_is_of_its_record", fields=["record", "number", "key"]),
            pgtrigger.Trigger(
                name="signed_review_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    f"IF OLD.state <> 'draft' AND ({ANY_SIGNED_COLUMN}) THEN "
                    "RAISE EXCEPTION 'a signed review keeps its words' USING ERRCODE = '23514'; END IF; "
                    "IF OLD.state IN ('acknowledged', 'submitted') AND OLD.trainee_comment <> NEW.trainee_comment THEN "
                    "RAISE EXCEPTION 'an acknowledged review keeps its comment' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            fsm_trigger("review_moves", REVIEW_MOVES),
        ]


class ReviewAction(models.Model):
    """Something agreed in a review: what, who, by when; carried on from review to review until closed (T4).

    Its words are signed with the review it was agreed in.
    """

    retention = Retention.DOSSIER

    review = models.ForeignKey(SupervisorReview, models.PROTECT, related_name="actions")
    text = models.TextField()
    owner = models.CharField(max_length=160)
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            both_or_neither("closed_at", "closed_by"),
            models.CheckConstraint(name="training_action_has_text", condition=~Q(text="") & ~Q(owner="")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="agreed_action_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM training_supervisorreview v WHERE v.state <> 'draft' AND v.id = "
                    "(CASE WHEN TG_OP = 'DELETE' THEN OLD.review_id ELSE NEW.review_id END)) "
                    "AND (TG_OP <> 'UPDATE' OR OLD.review_id <> NEW.review_id OR OLD.text <> NEW.text "
                    "OR OLD.owner <> NEW.owner OR OLD.due_on IS DISTINCT FROM NEW.due_on "
                    "OR OLD.closed_at IS NOT NULL) THEN "
                    "RAISE EXCEPTION 'a signed review keeps its actions' USING ERRCODE = '23514'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]


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
