"""A training record ends: completed after the board (F7), and Associate Membership with it (D3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.moves import can_move, move_rows
from ctts.common.verdict import both, require
from ctts.organisations.access import is_office
from training.actions._steps import lock_record
from training.models import AssociateMembership, Milestone, TrainingRecord
from training.states import RECORD_MOVES, MilestoneKind


@transaction.atomic
def complete_record(*, by: User, now: datetime, record_id: int) -> TrainingRecord:
    """The board ratified the award: the record is completed on this day, and Associate Membership ends (F7, D3).

    Raises NotAllowed outside the office, TooLate when the training does not go on.
    """
    record = lock_record(record_id)
    today = london_date(now)
    require(both(is_office(by, today), can_move(record, RECORD_MOVES, "complete")))
    before = {"state": str(record.state)}
    move_rows(TrainingRecord.objects.filter(pk=record.pk), RECORD_MOVES, "complete", ended_on=today)
    record.refresh_from_db(fields=["state", "ended_on"])
    AssociateMembership.objects.filter(record=record, ends_on__isnull=True).update(ends_on=today)
    Milestone.objects.filter(record=record, kind=MilestoneKind.BOARD, done_on__isnull=True).update(done_on=today)
    after = {"state": str(record.state), "ended_on": today.isoformat()}
    within = record.trainee_id
    audit("training.record.completed", by=by, at=now, about=record, within=within, before=before, after=after)
    return record
