"""Centres and employers, their sites, and dated affiliations of people in roles."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from ctts.common.constraints import both_or_neither, in_order, known_choice
from ctts.common.rows import AppendOnly, Retention
from ctts.organisations.states import SCHEME_WIDE, Kind, Nation, Role, SiteStepKind

ODS_CODE = r"^[A-Z0-9]{3,9}$"


class Organisation(models.Model):
    """A training centre, a consortium of centres, or an employer (C2). `code` is the scheme's own id."""

    retention = Retention.REFERENCE

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    ods_code = models.CharField(
        max_length=9,
        blank=True,
        validators=[RegexValidator(ODS_CODE, "An ODS code is 3 to 9 capital letters or digits.")],
    )
    employer_group = models.CharField(max_length=160, blank=True)
    consortium = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            known_choice("kind", Kind),
            models.CheckConstraint(
                name="organisations_ods_code_form", condition=Q(ods_code="") | Q(ods_code__regex=ODS_CODE)
            ),
            models.UniqueConstraint(Lower("name"), name="organisations_organisation_once_by_its_name"),
            models.UniqueConstraint(fields=["ods_code"], condition=~Q(ods_code=""), name="organisations_ods_code_once"),
            models.CheckConstraint(
                name="organisations_not_own_consortium",
                condition=Q(consortium__isnull=True) | ~Q(consortium=F("pk")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where a centre trains; its nation decides working days (C2). A closed one stays, with its last day."""

    retention = Retention.REFERENCE

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=160)
    postcode = models.CharField(max_length=8, blank=True)
    nation = models.CharField(max_length=20, choices=Nation.choices)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            known_choice("nation", Nation),
            models.UniqueConstraint(F("organisation"), Lower("name"), name="organisations_site_once_by_its_name"),
        ]
        triggers = [pgtrigger.Protect(name="site_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name


class SiteStep(AppendOnly):
    """A site was closed with its last day, or opened again with the reason (C2); what stood before stays readable."""

    retention = Retention.REFERENCE

    site = models.ForeignKey(Site, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=SiteStepKind.choices)
    closed_on = models.DateField(null=True)
    words = models.TextField(blank=True)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            known_choice("kind", SiteStepKind),
            models.CheckConstraint(
                name="organisations_site_closed_with_a_day_opened_with_a_reason",
                condition=Q(kind=SiteStepKind.CLOSED, closed_on__isnull=False)
                | (Q(kind=SiteStepKind.REOPENED, closed_on__isnull=True) & ~Q(words="")),
            ),
        ]


class StandingRoles(models.Manager["Affiliation"]):
    """The roles that are not called off: somebody holds them on their days and on no others."""

    def get_queryset(self) -> models.QuerySet[Affiliation]:
        """Without those that were called off before their first day."""
        return super().get_queryset().filter(called_off_at__isnull=True)


class Affiliation(models.Model):
    """A person holds a role, at an organisation or for the whole scheme, from a day to a day (both included).

    History is kept: a role ends by its date, or is called off where it has not begun; the row stays and nothing else of
    it is ever changed. `objects` are those that stand, `every` all of them.
    """

    retention = Retention.ACCOUNT

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="affiliations")
    role = models.CharField(max_length=12, choices=Role.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)

    objects = StandingRoles()
    every: ClassVar[models.Manager[Affiliation]] = models.Manager()

    class Meta:
        constraints = [
            known_choice("role", Role),
            in_order("starts_on", "ends_on"),
            models.CheckConstraint(
                name="organisations_role_at_its_place",
                condition=Q(role__in=sorted(SCHEME_WIDE), organisation__isnull=True)
                | (~Q(role__in=sorted(SCHEME_WIDE)) & Q(organisation__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(ends_on__isnull=True, called_off_at__isnull=True),
                nulls_distinct=False,
                name="organisations_role_open_once",
            ),
            models.CheckConstraint(
                name="organisations_nobody_grants_to_themselves",
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("person")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"])]
        triggers = [
            pgtrigger.Protect(name="affiliation_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="affiliation_only_ends",
                fields=["person", "organisation", "role", "starts_on", "granted_by", "granted_at"],
            ),
            pgtrigger.Trigger(
                name="role_called_off_before_it_begins",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.called_off_at IS NOT NULL THEN "
                    "RAISE EXCEPTION 'a role that was called off stays so' USING ERRCODE = '23514'; END IF; "
                    "IF (NEW.called_off_at AT TIME ZONE 'Europe/London')::date >= NEW.starts_on THEN "
                    "RAISE EXCEPTION 'a role that has begun ends' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="office_is_given_by_two",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NEW.role = 'office' AND NEW.granted_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
                    "organisations_roleproposal p WHERE p.person_id = NEW.person_id AND p.settled_by_id = "
                    "NEW.granted_by_id AND p.confirmed AND p.settled_at = NEW.granted_at) THEN "
                    "RAISE EXCEPTION 'the role of the scheme office is given by two of its members'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day on which it is held, None while there is none; of one that was called off the day before its
        first."""
        return self.ends_on if self.called_off_at is None else self.starts_on - timedelta(days=1)


class RoleProposal(models.Model):
    """A member of the office proposes somebody for the office; another confirms it, or it is refused or taken back.

    `settled_by` is who confirmed, and never who proposed; or who refused it. It is settled once.
    """

    retention = Retention.ACCOUNT

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_proposals")
    starts_on = models.DateField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            both_or_neither("settled_at", "settled_by"),
            models.CheckConstraint(
                name="organisations_nobody_proposes_themselves", condition=~Q(proposed_by=F("person"))
            ),
            models.CheckConstraint(
                name="organisations_confirmed_by_a_second",
                condition=Q(confirmed=False)
                | (Q(settled_by__isnull=False) & ~Q(settled_by=F("proposed_by")) & ~Q(settled_by=F("person"))),
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(settled_at__isnull=True), name="organisations_one_open_proposal"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="proposal_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="proposal_settled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__settled_at__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="proposal_reads_as_made", fields=["person", "starts_on", "proposed_at", "proposed_by"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for the scheme office"


class SupervisorTraining(AppendOnly):
    """A person did the Training Supervisors' course on a day, valid until another where the scheme says so (C2).

    A correction is another row that `replaces` the wrong one; `void`: there was no such course.
    """

    retention = Retention.ACCOUNT

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="supervisor_trainings")
    attended_on = models.DateField()
    valid_until_on = models.DateField(null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    void = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-attended_on", "-pk"]
        constraints = [
            in_order("attended_on", "valid_until_on"),
            models.CheckConstraint(
                name="organisations_training_void_replaces", condition=Q(void=False) | Q(replaces__isnull=False)
            ),
            models.CheckConstraint(
                name="organisations_training_corrected_with_words", condition=Q(replaces__isnull=True) | ~Q(words="")
            ),
            models.CheckConstraint(name="organisations_nobody_enters_their_own_training", condition=~Q(person=F("by"))),
        ]

    def stands(self, today: date) -> bool:
        """Whether it is valid on a day."""
        return self.valid_until_on is None or self.valid_until_on >= today
