"""Competencies of a trainee: plan, submission, return, sign-off (T1, T2). Facts are rows; the state is their shadow."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ctts.common.constraints import known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.common.signatures import SignatureBase
from ctts.scheme.models import CompetencyItem
from training.models.evidence import Evidence
from training.models.record import TrainingRecord
from training.rules.feedback import points_of
from training.states import ITEM_MOVES, ItemState

# Signatures under a competency that nobody has withdrawn; `{item}` is an SQL expression for its id.
STANDING = (
    "SELECT 1 FROM training_signoff s WHERE s.item_id = {item} AND s.withdraws_id IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM training_signoff w WHERE w.withdraws_id = s.id)"
)

# The Training Supervisor of the competency's record on the London day of a new signature.
SUPERVISED = (
    "SELECT 1 FROM training_planitem i JOIN training_appointment a "
    "ON a.record_id = i.record_id WHERE i.id = NEW.item_id AND a.person_id = NEW.signer_id "
    "AND a.kind = 'supervisor' AND a.called_off_at IS NULL "
    "AND a.starts_on <= (NEW.signed_at AT TIME ZONE 'Europe/London')::date "
    "AND (a.ends_on IS NULL OR a.ends_on >= (NEW.signed_at AT TIME ZONE 'Europe/London')::date)"
)


class PlanItem(models.Model):
    """One competency of the trainee's agreed list with how, where, with whom and by when (T1), and its state (T2).

    `changed_at` is when its state changed last, `planned_at` its row of the plan, its place in it included; None while
    that is as it was at enrolment.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="items")
    item = models.ForeignKey(CompetencyItem, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    how = models.TextField(blank=True)
    where = models.CharField(max_length=200, blank=True)
    with_whom = models.CharField(max_length=200, blank=True)
    by_on = models.DateField(null=True, blank=True)
    own_rating = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=ItemState.choices, default=ItemState.NOT_STARTED)
    changed_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["record", "position"]
        constraints = [
            known_choice("state", ItemState),
            models.UniqueConstraint(fields=["record", "item"], name="training_item_once_per_record"),
            models.CheckConstraint(
                name="training_item_own_rating",
                condition=Q(own_rating__isnull=True) | Q(own_rating__range=(0, 4)),
            ),
        ]
        indexes = [models.Index(fields=["record", "state"])]
        triggers = [
            pgtrigger.Protect(name="item_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="item_is_of_its_record", fields=["record", "item"]),
            fsm_trigger("item_moves", ITEM_MOVES),
            pgtrigger.Trigger(
                name="signed_means_a_signature",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=(
                    "IF (NEW.state = 'signed' OR OLD.state = 'signed') AND (NEW.state = 'signed') <> "
                    f"EXISTS ({STANDING.format(item='NEW.id')}) THEN "
                    "RAISE EXCEPTION 'a competency is signed by a signature that stands' USING ERRCODE = '23514'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class PlanAgreement(SignatureBase):
    """Trainee or supervisor agreed a version of the plan (T1); `content` is what they agreed, word for word."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="plan_agreements")
    version = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta(SignatureBase.Meta):
        constraints = [
            *SignatureBase.Meta.constraints,
            models.UniqueConstraint(fields=["record", "version", "signer"], name="training_plan_agreed_once"),
        ]


class ItemSubmission(AppendOnly):
    """The trainee submitted a competency for sign-off (T2). After a return `answers` says, point by point of its
    feedback, what they did about it (screens 17)."""

    retention = Retention.DOSSIER

    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="submissions")
    note = models.TextField(blank=True)
    returned = models.ForeignKey("ItemReturn", models.PROTECT, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=list, blank=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_submission_answers_a_return", condition=Q(returned__isnull=False) | Q(answers=[])
            ),
            models.UniqueConstraint(fields=["returned"], name="training_return_taken_up_once"),
        ]
        triggers = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="answers_its_own_return",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__returned__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM training_itemreturn r WHERE r.id = NEW.returned_id "
                    "AND r.item_id = NEW.item_id) THEN RAISE EXCEPTION 'a submission answers a return of its own "
                    "competency' USING ERRCODE = '23514'; END IF; RETURN NEW;"
                ),
            ),
        ]


class ItemReturn(AppendOnly):
    """The supervisor gave a competency back with feedback (T2); `evidence` is what was shared for it then, id → digest,
    None where that was not noted."""

    retention = Retention.DOSSIER

    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="returns")
    reason = models.TextField()
    evidence = models.JSONField(null=True, blank=True)
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-returned_at", "-pk"]
        constraints = [models.CheckConstraint(name="training_return_has_reason", condition=~Q(reason=""))]

    @property
    def points(self) -> list[str]:
        """The feedback point by point (screens 17)."""
        return points_of(self.reason)


class SupervisorRating(AppendOnly):
    """How far the Training Supervisor sees the trainee with a competency, on the scale of the own rating (screens 4).

    The last row is what stands; without a `rating` it was taken back. It decides nothing: signing does (T2).
    """

    retention = Retention.DOSSIER

    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="supervisor_ratings")
    rating = models.PositiveSmallIntegerField(null=True)
    rated_at = models.DateTimeField()
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-rated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_supervisor_rating",
                condition=Q(rating__isnull=True) | Q(rating__range=(0, 4)),
            ),
        ]


class EvidenceSeen(AppendOnly):
    """A signer opened a piece of evidence of a competency as it was then; a row not yet seen is held back (T2)."""

    retention = Retention.DOSSIER

    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="seen")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="seen")
    content_sha256 = models.CharField(max_length=64)
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["item", "evidence", "seen_by", "seen_at"], name="training_seen_once_an_instant"
            )
        ]


class SignOff(SignatureBase):
    """The Training Supervisor signed a competency, or such a signature was withdrawn with a reason (T2; G 4.1).

    `content` is exactly what was signed, in keys and digests: the competency and each piece of evidence as it was then.
    `withdraws` points at the signature that this row withdraws; an original has none. Nothing is ever edited.
    """

    retention = Retention.OUTCOME

    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="sign_offs")
    content = models.JSONField()
    comment = models.TextField(blank=True)
    withdraws = models.OneToOneField("self", models.PROTECT, null=True, related_name="withdrawn_by")
    reason = models.TextField(blank=True)

    class Meta(SignatureBase.Meta):
        ordering = ["-signed_at", "-pk"]
        constraints = [
            *SignatureBase.Meta.constraints,
            models.CheckConstraint(
                name="training_withdrawal_has_reason",
                condition=Q(withdraws__isnull=True, reason="") | (Q(withdraws__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="training_sign_off_not_own_withdrawal",
                condition=Q(withdraws__isnull=True) | ~Q(withdraws=F("pk")),
            ),
        ]
        triggers = [
            *SignatureBase.Meta.triggers,
            pgtrigger.Trigger(
                name="signed_by_the_supervisor",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__withdraws__isnull=True),
                func=(
                    f"IF NOT EXISTS ({SUPERVISED}) THEN "
                    "RAISE EXCEPTION 'only the current Training Supervisor signs' USING ERRCODE = '23514'; END IF; "
                    f"IF EXISTS ({STANDING.format(item='NEW.item_id')}) THEN "
                    "RAISE EXCEPTION 'the competency is signed already' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="withdraws_one_of_its_item",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__withdraws__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM training_signoff s WHERE s.id = NEW.withdraws_id "
                    "AND s.item_id = NEW.item_id AND s.withdraws_id IS NULL) THEN "
                    "RAISE EXCEPTION 'a withdrawal is of a signature of the same competency' USING ERRCODE = '23514'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]


class SignOffConfirmation(AppendOnly):
    """Evidence changed after it was signed; the Training Supervisor looked at it and says that the signature still
    holds for exactly this: `evidence`, id → digest, and the digest of the competency with it (T2). It signs nothing."""

    retention = Retention.DOSSIER

    sign_off = models.ForeignKey(SignOff, models.PROTECT, related_name="confirmations")
    evidence = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-confirmed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "content_sha256"], name="training_sign_off_holds_once"),
            models.CheckConstraint(
                name="training_sign_off_holds_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
        ]
