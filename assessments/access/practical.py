"""Who seals the Practical, and who learns its score before it is released (F1, F2)."""

from __future__ import annotations

from datetime import date

from assessments.access.stages import can_be_marked, released_of
from assessments.models import StageAttempt
from assessments.states import Stage, StageState
from ctts.accounts.models import User
from ctts.common.verdict import Verdict, both, late
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.access import is_external_moderator, is_running
from training.models import TrainingRecord


def can_seal_practical(user: User, record: TrainingRecord, today: date, turn: Verdict | None = None) -> Verdict:
    """The current External Moderator seals the Practical, once the first year is passed and released (F1, F2).

    What was sealed waits for its release, or for the office's query. Whether the sum is computable, the action asks.
    A page that shows what `not_sealed` said gives it as `turn`.
    """
    who = both(is_external_moderator(user, record, today), is_running(record))
    return both(who, not_sealed(record) if turn is None else turn) if who else who


def not_sealed(record: TrainingRecord) -> Verdict:
    """Whether the Practical may be marked now, and its attempt is not sealed: not yet, or not since the office queried
    it (F1, F6)."""
    released = released_of(record)
    number = len(released[str(Stage.PRACTICAL)]) + 1
    rows = StageAttempt.objects.filter(record=record, stage=Stage.PRACTICAL, attempt=number, state=StageState.AGREED)
    if rows.exists():
        return late("It is sealed. The office confirms and releases it.")
    return can_be_marked(record, Stage.PRACTICAL, released)


def sees_score(user: User, record: TrainingRecord, today: date) -> bool:
    """Whether a person sees what the lines come to before release: the External Moderator and the office (F1).

    The lines themselves stand in the DOPS log for everybody around the trainee.
    """
    return holds(user, Role.OFFICE, today) or bool(is_external_moderator(user, record, today))
