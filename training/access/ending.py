"""Who opens the second year and who ends a record (Y, F6, F7, D3): the office, and nobody who stands around it."""

from __future__ import annotations

from datetime import date

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import is_office
from training.access.record import appointed, is_running
from training.models import Milestone, TrainingRecord, YearTwo
from training.states import RECORD_MOVES


def can_settle(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The office settles where a record stands; nobody their own, and nobody who stands around the trainee."""
    office = is_office(user, today)
    if not office:
        return office
    if user.pk == record.trainee_id or appointed(user, record, today):
        return no("You are part of this training; another member of the office does this.")
    return YES


def can_open_year_two(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The second year opens once, while training goes on (Y)."""
    who = both(can_settle(user, record, today), is_running(record))
    if who and YearTwo.objects.filter(record=record).exists():
        return late("The second year is open already.")
    return who


def can_reach_milestones(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Milestones are reached while training goes on (M)."""
    return both(can_settle(user, record, today), is_running(record))


def can_move_milestone(user: User, milestone: Milestone, today: date) -> Verdict:
    """The office moves one milestone that is not reached, while training goes on; nobody around the trainee (M)."""
    who = both(can_settle(user, milestone.record, today), is_running(milestone.record))
    if who and milestone.done_on is not None:
        return late("This milestone is reached. Its day stays.")
    return who


def can_end_not_completed(user: User, record: TrainingRecord, today: date) -> Verdict:
    """A record that runs is ended as not completed; whether no attempt is left, `assessments` has asked (F6)."""
    return both(can_settle(user, record, today), can_move(record, RECORD_MOVES, "end_not_completed"))


def can_complete(user: User, record: TrainingRecord, today: date) -> Verdict:
    """A record that runs is completed; that the award is ratified, `moderation` has asked (F7)."""
    return both(can_settle(user, record, today), can_move(record, RECORD_MOVES, "complete"))
