"""The pool of moderators (E3, E4): scopes, declarations, interests, and what was checked at each appointment."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.common.signatures import SignatureBase
from ctts.organisations.models import Organisation
from ctts.scheme.models import Scope
from moderation.states import POOL_MOVES, PoolState, Standing
from training.models import Appointment


class Moderator(models.Model):
    """A person in the pool, with the scopes they cover and how many trainees they take at a time (E3)."""

    retention = Retention.ACCOUNT

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="moderator")
    state = models.CharField(max_length=8, choices=PoolState.choices, default=PoolState.INVITED)
    scopes = models.ManyToManyField(Scope, related_name="moderators")
    region = models.CharField(max_length=80, blank=True)
    capacity = models.PositiveSmallIntegerField(default=6)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [known_choice("state", PoolState), at_least("capacity", 1)]
        triggers = [
            pgtrigger.Protect(name="moderator_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="moderator_is_the_person", fields=["person", "entered_at", "entered_by"]),
            fsm_trigger("pool_moves", POOL_MOVES),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Declaration(SignatureBase):
    """A moderator signed a version of the confidentiality declaration (E4); in date by `rules.declaration_in_date`."""

    retention = Retention.ACCOUNT

    moderator = models.ForeignKey(Moderator, models.PROTECT, related_name="declarations")
    version = models.CharField(max_length=20)

    class Meta(SignatureBase.Meta):
        ordering = ["-signed_at", "-pk"]
        constraints = [*SignatureBase.Meta.constraints]


class Interest(AppendOnly):
    """A moderator declared a conflict of interest with a centre or a trainee (E4), or took it back (`ends`)."""

    retention = Retention.ACCOUNT

    moderator = models.ForeignKey(Moderator, models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    trainee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    words = models.TextField()
    declared_at = models.DateTimeField()
    ends = models.OneToOneField("self", models.PROTECT, null=True, related_name="ended_by")

    class Meta(AppendOnly.Meta):
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="moderation_interest_in_one",
                condition=Q(organisation__isnull=False, trainee__isnull=True)
                | Q(organisation__isnull=True, trainee__isnull=False),
            ),
            models.CheckConstraint(name="moderation_interest_has_words", condition=~Q(words="")),
        ]


class AppointmentCheck(AppendOnly):
    """What was found about independence when a moderator was appointed, and the reason for an override (E4)."""

    retention = Retention.DOSSIER

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="check_made")
    standing = models.CharField(max_length=12, choices=Standing.choices)
    facts = models.JSONField()
    override_reason = models.TextField(blank=True)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints = [
            known_choice("standing", Standing),
            models.CheckConstraint(
                name="moderation_appointed_clear_or_with_reason",
                condition=Q(standing=Standing.CLEAR, override_reason="")
                | (Q(standing=Standing.OVERRIDABLE) & ~Q(override_reason="")),
            ),
        ]
