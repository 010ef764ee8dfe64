"""What two markers could not agree at first is settled (F5): by both, or by an adjudicator. Who settles it and how it
came about is moderation's; here the attempt gets its outcome."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction

from assessments.actions._steps import agree_outcome
from assessments.models import MarkSheet, Outcome, StageAttempt
from assessments.states import STAGE_MOVES, Result, Stage, StageState
from ctts.accounts.models import User
from ctts.common.moves import change_state
from ctts.common.verdict import Invalid, TooLate
from training.actions import lock_record


@transaction.atomic
def settle(
    *, attempt_id: int, result: Result, percent: Fraction | None, reasons: str, by: User, now: datetime
) -> Outcome:
    """The outcome of an attempt about which its markers disagreed, with the reasons; staff confirm and release it (F5).

    Raises TooLate when they do not disagree (any more), Invalid for a per cent where the stage has none, or none where
    it has one.
    """
    record = lock_record(StageAttempt.objects.values_list("record_id", flat=True).get(pk=attempt_id))
    attempt = StageAttempt.objects.select_for_update().get(pk=attempt_id)
    if attempt.state != StageState.DISAGREED:
        raise TooLate(f"The markers do not disagree: it is “{attempt.get_state_display()}”.")
    if (percent is None) == (attempt.stage == Stage.VIVA):
        raise Invalid("A Viva is settled with a per cent, a Portfolio without.", "percent")
    change_state(attempt, STAGE_MOVES, "agree")
    return agree_outcome(
        record,
        Stage(attempt.stage),
        attempt.attempt,
        result,
        by=by,
        now=now,
        content=_content(attempt, result, percent),
        percent=percent,
        reasons=reasons,
    )


def _content(attempt: StageAttempt, result: Result, percent: Fraction | None) -> dict[str, Any]:
    sheets = MarkSheet.objects.filter(attempt=attempt).order_by("role").values_list("role", "result")
    said = {"settled": str(result), "percent": None if percent is None else str(percent)}
    return {"stage": attempt.stage, "attempt": attempt.attempt, "sheets": dict(sheets), **said}
