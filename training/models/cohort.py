"""A whole intake enrolled in one press: the run, and each application of it (E1, I5)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Application
from ctts.common.rows import Retention
from ctts.common.runs import RunBase, RunItemBase
from ctts.scheme.models import Intake


class EnrolRun(RunBase):
    """The office enrols the applications of an intake that are ready, one by one."""

    retention = Retention.OFFICE

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="enrol_runs")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(RunBase.Meta):
        abstract = False
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake"],
                condition=Q(finished_at__isnull=True, cancelled_at__isnull=True),
                name="training_enrol_run_one_at_a_time",
            )
        ]


class EnrolItem(RunItemBase):
    """One application of a run."""

    retention = Retention.OFFICE

    run = models.ForeignKey(EnrolRun, models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")

    class Meta(RunItemBase.Meta):
        abstract = False
        constraints = [
            *RunItemBase.Meta.constraints,
            models.UniqueConstraint(fields=["run", "application"], name="training_enrol_item_once"),
        ]
