"""Steps that actions of the Final Assessment share: locking, beginning and agreeing an attempt, the audit."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from assessments.actions._steps import agree_outcome
from assessments.models import Outcome, StageAttempt
from assessments.queries.outcomes import next_attempt
from assessments.states import STAGE_MOVES, Result, Stage
from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.moves import change_state
from training.actions import StaleText, lock_with_record, role_of
from training.models import TrainingRecord


def fresh(seen: str, now_says: str, words: str) -> None:
    """Refuse to decide about what changed since the page was made. Raises StaleText, a 409."""
    if seen != now_says:
        raise StaleText(words)


def lock_attempt(attempt_id: int) -> StageAttempt:
    """An attempt of a locked record, as it is now: whatever two markers do at once queues here."""
    return lock_with_record(StageAttempt, attempt_id)


def begin_attempt(record: TrainingRecord, stage: Stage, *, by: User, now: datetime) -> StageAttempt:
    """The attempt at a stage that is open, begun if it is not yet; the record is locked (F6)."""
    number = next_attempt(record, stage)
    attempt, made = StageAttempt.objects.get_or_create(
        record=record, stage=stage, attempt=number, defaults={"opened_at": now}
    )
    attempt.record = record
    if made:
        note("attempt.opened", attempt, by=by, now=now, about=attempt, stage=str(stage), attempt=number)
    return attempt


def note(what: str, attempt: StageAttempt, /, *, by: User | None, now: datetime, about: Any, **after: Any) -> None:
    """Put something about an attempt on the audit of the trainee's dossier, with the role of who did it."""
    record = attempt.record
    role = role_of(by, record, now) if by else ""
    audit(f"assessments.{what}", by=by, at=now, about=about, within=record.trainee_id, after=after, role=role)


def agree(
    attempt: StageAttempt,
    result: Result,
    *,
    by: User,
    now: datetime,
    content: dict[str, Any],
    percent: Fraction | None = None,
    reasons: str = "",
) -> Outcome:
    """The attempt is agreed and has its outcome; staff confirm and release it (F1). Raises TooLate when it has one."""
    change_state(attempt, STAGE_MOVES, "agree")
    stage = Stage(attempt.stage)
    given: dict[str, Any] = {"content": content, "percent": percent, "reasons": reasons}
    return agree_outcome(attempt.record, stage, attempt.attempt, result, by=by, now=now, **given)
