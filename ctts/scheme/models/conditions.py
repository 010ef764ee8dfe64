"""What the office notes of a centre it visited, and the conditions of an accreditation (C3)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.scheme.models.centres import Accreditation
from ctts.scheme.states import CONDITION_MOVES, ConditionState, ConditionStepKind

USER = settings.AUTH_USER_MODEL


class AccreditationVisit(AppendOnly):
    """A visit to a centre before or during an accreditation: when, who went, what was seen; for the office alone."""

    retention = Retention.OFFICE

    accreditation = models.ForeignKey(Accreditation, models.PROTECT, related_name="visits")
    visited_on = models.DateField()
    visitors = models.CharField(max_length=200)
    note = models.TextField()
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-visited_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="scheme_visit_has_words", condition=~Q(visitors="") & ~Q(note="")),
        ]


class AccreditationCondition(models.Model):
    """A numbered condition of an accreditation, to be met by a day; what it asks is never edited."""

    retention = Retention.REFERENCE

    accreditation = models.ForeignKey(Accreditation, models.PROTECT, related_name="numbered_conditions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=ConditionState.choices, default=ConditionState.OPEN)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["accreditation", "number"]
        constraints = [
            known_choice("state", ConditionState),
            at_least("number", 1),
            models.CheckConstraint(name="scheme_condition_has_words", condition=~Q(text="")),
            models.UniqueConstraint(fields=["accreditation", "number"], name="scheme_condition_numbered_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="condition_stays", operation=pgtrigger.Delete),
            fsm_trigger("condition_moves", CONDITION_MOVES),
            pgtrigger.ReadOnly(
                name="condition_reads_as_set",
                fields=["accreditation", "number", "text", "due_on", "set_at", "set_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"Condition {self.number}"


class ConditionStep(AppendOnly):
    """An answer of the centre to a condition, with a file if it has one, or the office's judgement of it."""

    retention = Retention.REFERENCE

    condition = models.ForeignKey(AccreditationCondition, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=ConditionStepKind.choices)
    words = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["at", "pk"]
        constraints = [
            known_choice("kind", ConditionStepKind),
            models.CheckConstraint(
                name="scheme_condition_step_has_words",
                condition=Q(kind=ConditionStepKind.MET) | ~Q(words=""),
            ),
        ]
