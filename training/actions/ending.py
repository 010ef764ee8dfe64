"""How a record goes on and ends: year two opened (Y), milestones reached (M), not completed (F6), completed (F7, D3).

The office's word, given by later apps: they have asked whether it is time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import require
from training import access, notices
from training.actions._ending import end_record
from training.actions._practice import note
from training.actions._steps import holders, lock_record, tell
from training.models import Milestone, TrainingRecord, YearTwo
from training.states import AppointmentKind, MilestoneKind

AROUND = (AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR)


@transaction.atomic
def open_year_two(*, by: User, now: datetime, record_id: int) -> YearTwo:
    """Open the second year: the End of First Year Assessment was passed and is being released (Y).

    Raises NotAllowed outside the office and for whoever is part of the training, TooLate when it is open already or
    the training has ended.
    """
    record = lock_record(record_id)
    require(access.can_open_year_two(by, record, london_date(now)))
    made = YearTwo.objects.create(record=record, opened_at=now, opened_by=by)
    note("year_two.opened", record, made, by=by, now=now)
    return made


@transaction.atomic
def reach_milestones(*, by: User, now: datetime, record_id: int, kinds: Collection[MilestoneKind]) -> int:
    """Mark milestones as reached today, those that were not before; returns how many (M).

    Raises NotAllowed outside the office and for whoever is part of the training, TooLate when it has ended.
    """
    record = lock_record(record_id)
    require(access.can_reach_milestones(by, record, london_date(now)))
    open_ones = Milestone.objects.filter(record=record, kind__in=kinds, done_on__isnull=True)
    reached = sorted(open_ones.values_list("kind", flat=True))
    if reached:
        open_ones.update(done_on=london_date(now))
        note("milestones.reached", record, record, by=by, now=now, kinds=reached)
    return len(reached)


@transaction.atomic
def end_not_completed(*, by: User, now: datetime, record_id: int) -> TrainingRecord:
    """End a record as not completed, its Associate Membership with it; trainee, supervisor and co-ordinator are told.

    Raises NotAllowed outside the office and for whoever is part of the training, TooLate when it has ended (F6, D3).
    """
    record = lock_record(record_id)
    require(access.can_end_not_completed(by, record, london_date(now)))
    end_record(record, "end_not_completed", by, now)
    for person in [record.trainee, *holders(record, now, *AROUND)]:
        tell(notices.NOT_COMPLETED, record, person, about=record, now=now, key=str(record.pk))
    return record


@transaction.atomic
def complete_record(*, by: User, now: datetime, record_id: int) -> TrainingRecord:
    """Complete a record whose award was ratified: the board's milestone is reached, and Associate Membership ends that
    day (F7, M, D3).

    The board, which calls this, tells the trainee. Raises NotAllowed outside the office and for whoever is part of the
    training, TooLate when it does not run.
    """
    record = lock_record(record_id)
    require(access.can_complete(by, record, london_date(now)))
    board = Milestone.objects.filter(record=record, kind=MilestoneKind.BOARD, done_on__isnull=True)
    board.update(done_on=london_date(now))
    end_record(record, "complete", by, now)
    return record
