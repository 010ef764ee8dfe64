"""Direct Observation of Practical Skills (T5): header, ten scores, words, and the signatures under it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.common.signatures import SignatureFacts
from ctts.scheme.models import DopsForm, DopsItem
from training.models.competencies import PlanItem
from training.models.record import TrainingRecord
from training.states import (
    DOPS_MOVES,
    DOPS_WRITTEN,
    AssessorKind,
    DopsComplexity,
    DopsSetting,
    DopsState,
    OverallJudgement,
)

# States in which what the assessor wrote is complete and no longer changes.
WRITTEN = [str(state) for state in DOPS_WRITTEN]
# What the assessor signs; an approval of the assessor comes before.
WRITTEN_COLUMNS = [
    "item_id",
    "assessor_kind",
    "assessor_id",
    "assessor_name",
    "assessor_post",
    "assessor_registration",
    "assessor_organisation",
    "approved_at",
    "approved_by_id",
    "observed_on",
    "place",
    "procedure",
    "complexity",
    "setting",
    "overall",
    "done_well",
    "to_improve",
    "agreed_action",
]
ANY_WRITTEN_COLUMN = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in WRITTEN_COLUMNS)


class Dops(models.Model):
    """One observation is one DOPS (T5). `assessor` is empty for an external person without an account.

    Such a one has a name and an organisation, and the link that was sent is an `ExternalAssessor`. A suitable person is
    approved by the supervisor before it counts (`approved_at`). Observed-on and written-on are kept apart: the latter
    is the signature's.
    """

    retention = Retention.OUTCOME

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="dops")
    form = models.ForeignKey(DopsForm, models.PROTECT, related_name="+")
    item = models.ForeignKey(PlanItem, models.PROTECT, null=True, related_name="dops")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    assessor_kind = models.CharField(max_length=20, choices=AssessorKind.choices)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    assessor_name = models.CharField(max_length=160)
    assessor_post = models.CharField(max_length=160, blank=True)
    assessor_registration = models.CharField(max_length=40, blank=True)
    assessor_organisation = models.CharField(max_length=160, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    observed_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=160, blank=True)
    procedure = models.CharField(max_length=200, blank=True)
    complexity = models.CharField(max_length=8, choices=DopsComplexity.choices, blank=True)
    setting = models.CharField(max_length=10, choices=DopsSetting.choices, blank=True)
    overall = models.CharField(max_length=20, choices=OverallJudgement.choices, blank=True)
    done_well = models.TextField(blank=True)
    to_improve = models.TextField(blank=True)
    agreed_action = models.TextField(blank=True)
    trainee_comment = models.TextField(blank=True)
    state = models.CharField(max_length=24, choices=DopsState.choices, default=DopsState.REQUESTED)
    reason = models.TextField(blank=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-observed_on", "-pk"]
        constraints = [
            known_choice("assessor_kind", AssessorKind),
            known_choice("state", DopsState),
            both_or_neither("approved_at", "approved_by"),
            models.CheckConstraint(
                name="training_dops_assessor_has_account",
                condition=Q(assessor_kind=AssessorKind.EXTERNAL, assessor__isnull=True)
                | (~Q(assessor_kind=AssessorKind.EXTERNAL) & Q(assessor__isnull=False)),
            ),
            models.CheckConstraint(name="training_dops_assessor_has_a_name", condition=~Q(assessor_name="")),
            models.CheckConstraint(
                name="training_dops_written_is_whole",
                condition=~Q(state__in=WRITTEN)
                | (
                    Q(observed_on__isnull=False, item__isnull=False)
                    & Q(overall__in=OverallJudgement.values)
                    & Q(complexity__in=DopsComplexity.values)
                    & Q(setting__in=DopsSetting.values)
                    & ~Q(place="")
                    & ~Q(procedure="")
                ),
            ),
            models.CheckConstraint(
                name="training_dops_suitable_person_approved",
                condition=~Q(state__in=WRITTEN)
                | ~Q(assessor_kind__in=[AssessorKind.COLLEAGUE, AssessorKind.EXTERNAL])
                | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_dops_known_words",
                condition=Q(overall__in=["", *OverallJudgement.values])
                & Q(complexity__in=["", *DopsComplexity.values])
                & Q(setting__in=["", *DopsSetting.values]),
            ),
            models.CheckConstraint(
                name="training_dops_ended_with_reason",
                condition=~Q(state__in=[DopsState.DECLINED, DopsState.VOIDED]) | ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["record", "state"]), models.Index(fields=["assessor", "state"])]
        triggers = [
            pgtrigger.Protect(name="dops_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="dops_is_of_its_record", fields=["record", "form", "asked_by", "asked_at", "key"]),
            pgtrigger.Trigger(
                name="written_dops_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    f"IF OLD.state NOT IN ('requested', 'started') AND ({ANY_WRITTEN_COLUMN}) THEN "
                    "RAISE EXCEPTION 'a written DOPS keeps its words' USING ERRCODE = '23514'; END IF; "
                    "IF OLD.state <> 'awaiting_acknowledgement' AND OLD.state <> 'started' "
                    "AND OLD.trainee_comment <> NEW.trainee_comment THEN "
                    "RAISE EXCEPTION 'an acknowledged DOPS keeps its comment' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            fsm_trigger("dops_moves", DOPS_MOVES),
        ]


class DopsScore(models.Model):
    """The score of one item: 0 to 4, or empty for not applicable; frozen once the assessor has signed (T5)."""

    retention = Retention.OUTCOME

    dops = models.ForeignKey(Dops, models.PROTECT, related_name="scores")
    item = models.ForeignKey(DopsItem, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["dops", "item__number"]
        constraints = [
            models.UniqueConstraint(fields=["dops", "item"], name="training_score_once"),
            models.CheckConstraint(
                name="training_score_nought_to_four", condition=Q(score__isnull=True) | Q(score__range=(0, 4))
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_scores_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM training_dops d WHERE d.id = "
                    "(CASE WHEN TG_OP = 'DELETE' THEN OLD.dops_id ELSE NEW.dops_id END) "
                    "AND d.state NOT IN ('requested', 'started')) THEN "
                    "RAISE EXCEPTION 'a signed DOPS keeps its scores' USING ERRCODE = '23514'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]


class DopsSignature(SignatureFacts):
    """A signature under a DOPS: the assessor's, the trainee's acknowledgement, the supervisor's approval or
    countersignature (T5).

    The assessor's has no `signer` where an external person signed by a one-time link: it says by which (`external`), as
    the approval of that person and the countersignature do.
    """

    retention = Retention.OUTCOME

    dops = models.ForeignKey(Dops, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    external = models.ForeignKey("training.ExternalAssessor", models.PROTECT, null=True, related_name="signatures")

    class Meta(SignatureFacts.Meta):
        ordering = ["signed_at", "pk"]
        constraints = [
            *SignatureFacts.Meta.constraints,
            models.UniqueConstraint(
                fields=["dops", "meaning"],
                condition=Q(external__isnull=True) | ~Q(meaning="approved"),
                name="training_dops_signed_once_each",
            ),
            models.UniqueConstraint(fields=["external", "meaning"], name="training_dops_external_signed_once_each"),
            models.CheckConstraint(
                name="training_dops_signature_meaning",
                condition=Q(meaning__in=["assessed", "acknowledged", "approved", "countersigned"]),
            ),
            models.CheckConstraint(
                name="training_dops_signature_of_somebody",
                condition=Q(signer__isnull=False) | Q(meaning="assessed", external__isnull=False),
            ),
            models.CheckConstraint(
                name="training_dops_signature_about_external",
                condition=(Q(external__isnull=True) & ~Q(meaning="countersigned"))
                | (Q(external__isnull=False) & ~Q(meaning="acknowledged")),
            ),
        ]


class DopsScanAnswer(AppendOnly):
    """What the scan found in the words of a DOPS when its assessor signed it, or in the comment of the trainee who
    acknowledged it, and why they say that no patient can be identified (T5, quality rule 17): the kinds and how often,
    never the value. The signature says who, when, and over what; an external person has no account."""

    retention = Retention.OUTCOME

    signature = models.OneToOneField(DopsSignature, models.PROTECT, related_name="scan_answer")
    found = models.JSONField()
    answer = models.TextField()

    class Meta(AppendOnly.Meta):
        constraints = [models.CheckConstraint(name="training_dops_scan_answer_has_text", condition=~Q(answer=""))]
