"""External persons who assess a DOPS without an account, each by a one-time link (T5, quality rule 14)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.accounts.models import BehindDoor
from ctts.common.constraints import both_or_neither, in_order
from ctts.common.drafts import KeptFields
from ctts.common.rows import Retention
from training.models.dops import Dops
from training.states import ExternalEnd, ExternalStanding

OPEN_FOR = timedelta(days=28)
MOST_WRONG_CODES = 5
NAMED = [
    "dops",
    "name",
    "post",
    "registration",
    "organisation",
    "email",
    "nonce",
    "named_at",
    "named_by",
    "passed_from",
]


class ExternalAssessor(BehindDoor):
    """One person outside the scheme was named for one DOPS; approved by the supervisor they get a link that ends once.

    Named by the supervisor, by the trainee, or by whoever had the link before and passed it on (`passed_from`). Neither
    the token in the link nor the code that is told by mouth is stored (`ctts.accounts.sealing`). `code_given_at` is
    when the code was given rightly last. A new link is a new row.
    """

    retention = Retention.DOSSIER

    dops = models.ForeignKey(Dops, models.PROTECT, related_name="externals")
    name = models.CharField(max_length=160)
    post = models.CharField(max_length=160)
    registration = models.CharField(max_length=40, blank=True)
    organisation = models.CharField(max_length=160)
    email = models.EmailField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    passed_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="passed_to")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    code_given_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=12, choices=ExternalEnd.choices, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-named_at", "-pk"]
        constraints = [
            both_or_neither("approved_at", "approved_by"),
            both_or_neither("approved_at", "expires_at"),
            in_order("named_at", "ended_at"),
            in_order("approved_at", "expires_at"),
            models.CheckConstraint(
                name="training_external_ends_somehow",
                condition=Q(ended_at__isnull=True, ended_as="")
                | Q(ended_at__isnull=False, ended_as__in=ExternalEnd.values),
            ),
            models.CheckConstraint(
                name="training_external_is_somebody",
                condition=~Q(name="") & ~Q(post="") & ~Q(organisation="") & ~Q(email=""),
            ),
            models.CheckConstraint(
                name="training_external_was_named_by_somebody",
                condition=Q(named_by__isnull=False) | Q(passed_from__isnull=False),
            ),
            models.CheckConstraint(
                name="training_external_begins_approved",
                condition=Q(code_given_at__isnull=True) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_external_signs_after_the_code",
                condition=~Q(ended_as=ExternalEnd.SIGNED) | Q(code_given_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_external_declines_with_words",
                condition=~Q(ended_as=ExternalEnd.DECLINED) | ~Q(ended_because=""),
            ),
            models.CheckConstraint(
                name="training_external_five_wrong_codes_close",
                condition=Q(wrong_codes__lt=MOST_WRONG_CODES)
                | Q(wrong_codes=MOST_WRONG_CODES, ended_as=ExternalEnd.LOCKED),
            ),
            models.UniqueConstraint(
                fields=["dops"], condition=Q(ended_at__isnull=True), name="training_one_external_at_a_time"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="external_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="external_reads_as_named", fields=NAMED),
            pgtrigger.Protect(
                name="external_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="external_approved_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by_id, OLD.expires_at) "
                    "IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id, NEW.expires_at) THEN "
                    "RAISE EXCEPTION 'an external assessor is approved once' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="external_of_an_external_dops",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM training_dops d WHERE d.id = NEW.dops_id "
                    "AND d.assessor_kind = 'external' AND d.state IN ('requested', 'started')) THEN "
                    "RAISE EXCEPTION 'this DOPS is not open for an external person' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def standing(self, now: datetime) -> ExternalStanding:
        """Whether its link opens now, and if not, why."""
        if self.ended_as:
            return ExternalStanding(self.ended_as)
        if self.expires_at is None:
            return ExternalStanding.PROPOSED
        return ExternalStanding.EXPIRED if self.expires_at <= now else ExternalStanding.OPEN


class ExternalDraft(KeptFields):
    """What an external person typed into a step and has not saved by its button (screens 13)."""

    retention = Retention.DOSSIER

    owner = models.ForeignKey(ExternalAssessor, models.CASCADE, related_name="+")

    class Meta(KeptFields.Meta):
        abstract = False
