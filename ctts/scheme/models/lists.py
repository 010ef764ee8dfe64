"""A person's own competency list (S3) and the plan outline that goes with it (T1, A2).

A list is edited while it is a draft and frozen when it is handed in; a frozen one never changes, a later edit works on
the next version. The application and the training record point at the version that counts for them.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import at_least
from ctts.common.rows import Retention, closed_guard
from ctts.scheme.models.frameworks import Competency, Framework, PtpModule, Task


def frozen_guard(name: str, list_of_row: str) -> pgtrigger.Trigger:
    """A trigger that refuses any change to a row whose list is frozen.

    `list_of_row` is an SQL expression for the list's id, with `{row}` standing for NEW or OLD.
    """
    frozen = "EXISTS (SELECT 1 FROM scheme_competencylist l WHERE l.id = {id} AND l.frozen_at IS NOT NULL)"
    return closed_guard(name, frozen.format(id=list_of_row), "a frozen competency list never changes")


class CompetencyList(models.Model):
    """One version of a person's list, chosen from one framework version plus local additions."""

    retention = Retention.DOSSIER

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="competency_lists")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            at_least("version", 1),
            models.UniqueConstraint(fields=["person", "version"], name="scheme_list_once_per_version"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(frozen_at__isnull=True), name="scheme_list_one_draft_a_person"
            ),
            models.CheckConstraint(
                name="scheme_list_frozen_with_digest",
                condition=Q(frozen_at__isnull=True, sha256="") | (Q(frozen_at__isnull=False) & ~Q(sha256="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_list_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
        ]


class CompetencyItem(models.Model):
    """One competency of a list: from the framework, or a local addition with its own words and module (S3)."""

    retention = Retention.DOSSIER

    list = models.ForeignKey(CompetencyList, models.CASCADE, related_name="items")
    competency = models.ForeignKey(Competency, models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=20)
    group = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    statement = models.TextField()
    module = models.ForeignKey(PtpModule, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    tasks = models.ManyToManyField(Task, through="CompetencyItemTask", related_name="+")

    class Meta:
        ordering = ["list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="scheme_item_once_per_list"),
            models.UniqueConstraint(
                fields=["list", "competency"],
                condition=Q(competency__isnull=False),
                name="scheme_item_competency_once_per_list",
            ),
        ]
        triggers = [frozen_guard("frozen_items_stay", "{row}.list_id")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CompetencyItemTask(models.Model):
    """A competency of a list is part of a task of the scope (S3: the coverage matrix)."""

    retention = Retention.DOSSIER

    item = models.ForeignKey(CompetencyItem, models.CASCADE)
    task = models.ForeignKey(Task, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "task"], name="scheme_item_task_once")]
        triggers = [
            frozen_guard(
                "frozen_item_tasks_stay", "(SELECT i.list_id FROM scheme_competencyitem i WHERE i.id = {row}.item_id)"
            )
        ]


class PlanOutline(models.Model):
    """What the training plan says as a whole; `level_six` argues the equivalence to FHEQ level 6 by the end (A3 h)."""

    retention = Retention.DOSSIER

    list = models.OneToOneField(CompetencyList, models.CASCADE, primary_key=True, related_name="plan")
    summary = models.TextField(blank=True)
    level_six = models.TextField(blank=True)

    class Meta:
        triggers = [frozen_guard("frozen_plan_stays", "{row}.list_id")]


class PlanOutlineRow(models.Model):
    """How, where, with whom and by when one competency is to be reached (T1); `by_month` counts from the start."""

    retention = Retention.DOSSIER

    item = models.OneToOneField(CompetencyItem, models.CASCADE, primary_key=True, related_name="plan")
    how = models.TextField(blank=True)
    where = models.CharField(max_length=200, blank=True)
    with_whom = models.CharField(max_length=200, blank=True)
    by_month = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheme_plan_by_month", condition=Q(by_month__isnull=True) | Q(by_month__range=(1, 48))
            )
        ]
        triggers = [
            frozen_guard(
                "frozen_plan_rows_stay", "(SELECT i.list_id FROM scheme_competencyitem i WHERE i.id = {row}.item_id)"
            )
        ]
