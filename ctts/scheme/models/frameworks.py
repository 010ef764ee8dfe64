"""Craft groups and scopes (S1), competency frameworks with their tasks (S2), PTP modules (S3), DOPS forms (T5).

A framework version arrives whole by import and is never edited: a correction is the next version. So is it with a DOPS
form, which the office edits on its page as well.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.scheme.states import FRAMEWORK_MOVES, FrameworkState

CODE = r"^[A-Z]{2,4}$"  # of a craft group or scope: the office chooses it, spreadsheets name it


class CraftGroup(models.Model):
    """A craft group of the guidance's preface, such as Medical Physics, or one that the office entered (S1)."""

    retention = Retention.REFERENCE

    code = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="scheme_craft_group_code", condition=Q(code__regex=CODE)),
            models.CheckConstraint(name="scheme_craft_group_named", condition=~Q(name="")),
            models.UniqueConstraint(Lower("name"), name="scheme_craft_group_once_by_its_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Scope(models.Model):
    """A scope of practice under a craft group; only an offered one takes new applications (S1)."""

    retention = Retention.REFERENCE

    code = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=80)
    group = models.ForeignKey(CraftGroup, models.PROTECT, related_name="scopes")
    offered = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="scheme_scope_code", condition=Q(code__regex=CODE)),
            models.CheckConstraint(name="scheme_scope_named", condition=~Q(name="")),
            models.UniqueConstraint(Lower("name"), name="scheme_scope_once_by_its_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PtpModule(AppendOnly):
    """A module of the PTP curriculum, in one version of it (S3); a sample until the real one is entered."""

    retention = Retention.REFERENCE

    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    curriculum_version = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()

    class Meta(AppendOnly.Meta):
        constraints = [
            models.UniqueConstraint(fields=["code", "curriculum_version", "title"], name="scheme_module_once"),
            models.CheckConstraint(name="scheme_module_level", condition=Q(level__range=(4, 6))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class DopsForm(AppendOnly):
    """A version of the ten items by which a practical skill is observed, for one scope or (empty) for any (T5).

    It holds from `starts_at`; one that came with a framework has none, and holds once that is published.
    """

    retention = Retention.REFERENCE

    scope = models.ForeignKey(Scope, models.PROTECT, null=True, related_name="dops_forms")
    version = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta(AppendOnly.Meta):
        constraints = [
            at_least("version", 1),
            models.CheckConstraint(
                name="scheme_dops_form_not_before_it_was_made",
                condition=Q(starts_at__isnull=True) | Q(starts_at__gte=F("imported_at")),
            ),
            models.CheckConstraint(
                name="scheme_dops_form_changed_from_when", condition=Q(reason="") | Q(starts_at__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["scope", "version"], nulls_distinct=False, name="scheme_dops_form_once_per_version"
            ),
        ]


class Framework(models.Model):
    """One version of the catalogue of competencies of a scope (S2), with the modules and DOPS form it came with."""

    retention = Retention.REFERENCE

    scope = models.ForeignKey(Scope, models.PROTECT, related_name="frameworks")
    title = models.CharField(max_length=200)
    version = models.CharField(max_length=40)
    sample = models.BooleanField()
    note = models.TextField(blank=True)
    file_sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=FrameworkState.choices, default=FrameworkState.DRAFT)
    published_at = models.DateTimeField(null=True)
    modules = models.ManyToManyField(PtpModule, through="FrameworkModule", related_name="+")
    dops_form = models.ForeignKey(DopsForm, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["scope", "-imported_at"]
        constraints = [
            known_choice("state", FrameworkState),
            models.UniqueConstraint(fields=["scope", "version"], name="scheme_framework_once_per_version"),
            models.CheckConstraint(
                name="scheme_framework_published_when",
                condition=Q(state=FrameworkState.PUBLISHED, published_at__isnull=False)
                | ~Q(state=FrameworkState.PUBLISHED),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="framework_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="framework_content_stays",
                exclude=["state", "published_at"],
            ),
            fsm_trigger("framework_moves", FRAMEWORK_MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class FrameworkModule(AppendOnly):
    """A PTP module that a framework version names (S3)."""

    retention = Retention.REFERENCE

    framework = models.ForeignKey(Framework, models.PROTECT)
    module = models.ForeignKey(PtpModule, models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta(AppendOnly.Meta):
        ordering = ["framework", "position"]
        constraints = [models.UniqueConstraint(fields=["framework", "module"], name="scheme_framework_module_once")]


class Task(AppendOnly):
    """What a newly qualified technologist of the scope does, in one framework version (S2)."""

    retention = Retention.REFERENCE

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="tasks")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta(AppendOnly.Meta):
        ordering = ["framework", "position"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="scheme_task_once_per_framework")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Competency(AppendOnly):
    """One competency of a framework version: what a technologist can do, to which standard (S2)."""

    retention = Retention.REFERENCE

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="competencies")
    code = models.CharField(max_length=20)
    group = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    statement = models.TextField()
    module = models.ForeignKey(PtpModule, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    tasks = models.ManyToManyField(Task, through="CompetencyTask", related_name="competencies")

    class Meta(AppendOnly.Meta):
        ordering = ["framework", "position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="scheme_competency_once_per_framework"),
            models.CheckConstraint(name="scheme_competency_level", condition=Q(level__range=(4, 6))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class CompetencyTask(AppendOnly):
    """A competency is part of a task of the scope (S3: what the coverage matrix counts)."""

    retention = Retention.REFERENCE

    competency = models.ForeignKey(Competency, models.PROTECT)
    task = models.ForeignKey(Task, models.PROTECT)

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["competency", "task"], name="scheme_competency_task_once")]


class DopsItem(AppendOnly):
    """One item of a DOPS form; `anchors` are five texts: what a score of 0, 1, 2, 3, 4 looks like."""

    retention = Retention.REFERENCE

    form = models.ForeignKey(DopsForm, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    observed = models.TextField()
    anchors = models.JSONField()

    class Meta(AppendOnly.Meta):
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="scheme_dops_item_once"),
            models.CheckConstraint(name="scheme_dops_item_number", condition=Q(number__range=(1, 10))),
        ]
