"""A trainee of the demo world takes the whole record away: one copy that can be downloaded (quality rule 18)."""

from __future__ import annotations

from datetime import datetime

from ctts.demo.world.applying import key_of
from ctts.demo.world.machine import SOON, run_calendar
from ctts.demo.world.people import Town
from ctts.demo.world.ways import Way
from training import actions
from training.models import TrainingRecord

MAKE_COPIES = "training.make_copies"


def take_away(town: Town, at: datetime, first: str) -> Way:
    """The copy is ordered, and the worker makes it soon after."""
    record = TrainingRecord.objects.select_related("trainee").get(trainee=town.people[first])
    yield at
    key = key_of(record.pk, "copy", 1)
    actions.order_copy(by=record.trainee, now=at, record_id=record.pk, key=key)
    run_calendar(at + SOON, MAKE_COPIES)
