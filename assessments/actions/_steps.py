"""Steps that several actions of assessments share: agreeing an outcome."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from assessments import notices
from assessments.actions._told import tell_office
from assessments.models import Outcome
from assessments.states import Result, Stage
from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.digest import sha256
from training.actions import role_of
from training.models import TrainingRecord


def agree_outcome(
    record: TrainingRecord,
    stage: Stage,
    attempt: int,
    result: Result,
    *,
    by: User | None,
    now: datetime,
    content: dict[str, Any],
    percent: Fraction | None = None,
    reasons: str = "",
) -> Outcome:
    """The outcome of an attempt as its markers agreed it, over a locked record; staff confirm and release it (F1).

    `content` is what it was made of, in keys and numbers. Nothing of it is shown to the trainee before release. Those
    of the office who may confirm it are told.
    """
    made = Outcome.objects.create(
        record=record,
        stage=stage,
        attempt=attempt,
        result=result,
        numerator=None if percent is None else percent.numerator,
        denominator=None if percent is None else percent.denominator,
        rules=record.rules,
        content=content,
        content_sha256=sha256(content),
        reasons=reasons,
        agreed_at=now,
    )
    role = role_of(by, record, now) if by else ""
    facts = {"stage": str(stage), "attempt": attempt, "result": str(result), "content": made.content_sha256}
    audit("assessments.outcome.agreed", by=by, at=now, about=made, within=record.trainee_id, after=facts, role=role)
    tell_office(notices.AGREED, made, now, key=str(made.pk))
    return made
