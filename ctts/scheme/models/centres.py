"""Accreditation of a training centre for a scope (C1, C3)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from ctts.common.constraints import days, in_order, known_choice, point
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.organisations.models import Organisation
from ctts.scheme.models.frameworks import Scope
from ctts.scheme.states import ACCREDITATION_MOVES, VALID_ACCREDITATION, AccreditationState


class Accreditation(models.Model):
    """A centre may train in a scope from a day through a day, both included; new applications only (C1)."""

    retention = Retention.REFERENCE

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="accreditations")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="accreditations")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=28, choices=AccreditationState.choices, default=AccreditationState.APPLIED)
    conditions = models.TextField(blank=True)

    class Meta:
        ordering = ["organisation", "scope", "-starts_on"]
        constraints = [
            known_choice("state", AccreditationState),
            in_order("starts_on", "ends_on"),
            models.CheckConstraint(
                name="scheme_accreditation_dated_when_granted",
                condition=~Q(state__in=VALID_ACCREDITATION) | Q(starts_on__isnull=False, ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="scheme_conditions_are_named",
                condition=~Q(state=AccreditationState.CONDITIONS) | ~Q(conditions=""),
            ),
            models.UniqueConstraint(
                fields=["organisation", "scope"],
                condition=Q(state=AccreditationState.APPLIED),
                name="scheme_applied_for_once",
            ),
            ExclusionConstraint(
                name="scheme_accreditation_no_overlap",
                expressions=[
                    (point("organisation_id"), RangeOperators.OVERLAPS),
                    (point("scope_id"), RangeOperators.OVERLAPS),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=VALID_ACCREDITATION),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="accreditation_stays", operation=pgtrigger.Delete),
            fsm_trigger("accreditation_moves", ACCREDITATION_MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.scope}"


class AccreditationStep(AppendOnly):
    """What an accreditation became, when, by whom (None: the calendar, or the set-up of a system) and why (C1)."""

    retention = Retention.REFERENCE

    accreditation = models.ForeignKey(Accreditation, models.PROTECT, related_name="steps")
    became = models.CharField(max_length=28, choices=AccreditationState.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)

    class Meta(AppendOnly.Meta):
        ordering = ["at", "pk"]
        constraints = [known_choice("became", AccreditationState)]
