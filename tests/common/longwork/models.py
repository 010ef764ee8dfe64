"""A run and its items, the smallest there can be."""

from django.db import models

from ctts.common.runs import RunBase, RunItemBase


class Cohort(RunBase):
    """A run of the tests."""


class Seat(RunItemBase):
    """One of its items; `done` is what the action writes."""

    run = models.ForeignKey(Cohort, models.PROTECT, related_name="items")
    number = models.IntegerField()
    done = models.IntegerField(default=0)
