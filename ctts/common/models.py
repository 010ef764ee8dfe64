"""The only rows of `common`: the demonstration clock, the mark of what a database is used for, the calendar's beats."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.db import models

from ctts.common.rows import Retention


class ClockOffset(models.Model):
    """How far the clock of a demonstration or test stands ahead of the machine's.

    One row at most (the primary key is always 1). Read only when the mode is "demo" or "test" (`ctts.common.clock`).
    """

    retention = Retention.SYSTEM

    id = models.SmallIntegerField(primary_key=True, default=1)
    ahead = models.DurationField(default=timedelta)

    class Meta:
        constraints = [models.CheckConstraint(name="common_clock_single_row", condition=models.Q(id=1))]


class DeploymentMark(models.Model):
    """What this database is used for: "production" or "demo", written at first use and never changed afterwards.

    A database once used outside the demonstration can never enter it, and the other way round.
    """

    retention = Retention.SYSTEM

    id = models.SmallIntegerField(primary_key=True, default=1)
    mode = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.CheckConstraint(name="common_mark_single_row", condition=models.Q(id=1)),
            models.CheckConstraint(
                name="common_mark_known_mode", condition=models.Q(mode__in=["production", "demo", "test"])
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="mark_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class CalendarBeat(models.Model):
    """When a job of the calendar last ran (`ctts.common.calendar_jobs`); the row "common.tick" is the last beat.

    `at` is the machine's time even where the demonstration clock runs ahead: it answers "is beat alive". `day` is the
    London day of the scheme's clock for which the job last ran to its end; `problem` is empty after a good run.
    """

    retention = Retention.SYSTEM

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()
    day = models.DateField(null=True)
    problem = models.CharField(max_length=80, default="", blank=True)
