"""The office moves one milestone, with a reason (M). What moves many at once is a change of circumstances (E5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.verdict import Invalid, require
from training import access, notices
from training.actions._practice import fresh, note, want, want_begun
from training.actions._steps import lock_with_record, tell
from training.models import Milestone, MilestoneMove
from training.queries.reminding import told_of
from training.states import MilestoneKind


@transaction.atomic
def move_milestone(
    *, by: User, now: datetime, milestone_id: int, seen: str, due_on: date, reason: str
) -> MilestoneMove:
    """Move one milestone to another day; reminders follow the new one, and those whom it concerns are told (M, N).

    `seen` is the day that the page showed. Raises NotAllowed outside the office and for whoever is part of the
    training, TooLate when it is reached or training has ended, StaleText when it was moved meanwhile, Invalid without a
    reason, for the same day, and for one before training or after its expected end.
    """
    milestone, today = lock_with_record(Milestone, milestone_id), london_date(now)
    record = milestone.record
    require(access.can_move_milestone(by, milestone, today))
    fresh(seen, milestone.due_on.isoformat())
    words = want(reason, "reason", "Say why it moves; everybody around the trainee reads it.")
    want_begun(due_on, record.start_on, "due_on")
    if due_on == milestone.due_on:
        raise Invalid("This is the day it has now.", "due_on")
    if due_on > record.expected_end_on:
        end = in_words(record.expected_end_on)
        raise Invalid(f"Training is expected to end on {end}. Extend it first, or give an earlier day.", "due_on")
    was = milestone.due_on
    moved = MilestoneMove.objects.create(
        milestone=milestone, was_on=was, due_on=due_on, reason=words, moved_at=now, moved_by=by
    )
    milestone.due_on = due_on
    milestone.save(update_fields=["due_on"])
    facts = {"kind": str(milestone.kind), "was": was.isoformat(), "due_on": due_on.isoformat()}
    note("milestone.moved", record, milestone, by=by, now=now, words=words, **facts)
    label = MilestoneKind(milestone.kind).label
    context: dict[str, Any] = {"now": now, "key": str(moved.pk), "milestone": label, "moved": moved}
    for person in told_of(milestone, today):
        tell(notices.MILESTONE_MOVED, record, person, about=milestone, **context)
    return moved
