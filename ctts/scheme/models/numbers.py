"""The scheme rules: one dated, versioned record of every number that staff may change."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.rows import AppendOnly, Retention

# A version starts from the numbers of the one before: in force earlier, it would be undone by that one.
IN_ORDER = pgtrigger.Trigger(
    name="versions_in_order",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
    IF EXISTS (
        SELECT 1 FROM scheme_ruleset WHERE effective_on > NEW.effective_on
        AND NOT EXISTS (SELECT 1 FROM scheme_rulewithdrawal WHERE rules_id = scheme_ruleset.id)
    ) THEN
        RAISE EXCEPTION 'A later version of the scheme rules takes effect before an earlier one.';
    END IF;
    RETURN NEW;
    """,
)

# What has held on a day is what trainees were enrolled by, and a version starts from the numbers of the one before.
ONLY_PLANNED = pgtrigger.Trigger(
    name="only_the_newest_planned",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
    IF (SELECT effective_on FROM scheme_ruleset WHERE id = NEW.rules_id)
        <= (NEW.withdrawn_at AT TIME ZONE 'Europe/London')::date THEN
        RAISE EXCEPTION 'A version of the scheme rules that is in force is not taken back.';
    END IF;
    IF EXISTS (
        SELECT 1 FROM scheme_ruleset WHERE id <> NEW.rules_id
        AND version > (SELECT version FROM scheme_ruleset WHERE id = NEW.rules_id)
        AND NOT EXISTS (SELECT 1 FROM scheme_rulewithdrawal WHERE rules_id = scheme_ruleset.id)
    ) THEN
        RAISE EXCEPTION 'A version of the scheme rules on which a newer one rests is not taken back.';
    END IF;
    RETURN NEW;
    """,
)


class RuleSet(AppendOnly):
    """A version of the scheme's numbers, in force from a day; a trainee keeps the version in force at enrolment.

    `numbers` is `SchemeNumbers.to_json()`.
    """

    retention = Retention.REFERENCE

    version = models.PositiveIntegerField(unique=True)
    effective_on = models.DateField()
    numbers = models.JSONField()
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-version"]
        constraints = [models.CheckConstraint(name="scheme_rules_version_from_one", condition=Q(version__gte=1))]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*AppendOnly.Meta.triggers, IN_ORDER]

    def __str__(self) -> str:
        return f"Scheme rules, version {self.version}"


class RuleWithdrawal(AppendOnly):
    """A planned version that was taken back before its first day: it never held, and the one before goes on."""

    retention = Retention.REFERENCE

    rules = models.OneToOneField(RuleSet, models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints = [models.CheckConstraint(name="scheme_rules_withdrawn_for_a_reason", condition=~Q(reason=""))]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*AppendOnly.Meta.triggers, ONLY_PLANNED]

    def __str__(self) -> str:
        return f"{self.rules}, taken back"


class RuleConfirmation(AppendOnly):
    """The office confirmed a number that the guidance does not give ("default, not confirmed" until then)."""

    retention = Retention.REFERENCE

    name = models.CharField(max_length=80)
    value = models.JSONField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["name", "value"], name="scheme_confirmed_once_per_value")]
