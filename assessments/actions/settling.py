"""Settling a disagreement (F5): the attempt is agreed after all; how that came about, `moderation` has decided."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from django.db import transaction

from assessments import access
from assessments.actions._final import agree, lock_attempt, note
from assessments.models import Outcome
from assessments.queries.marking import both_sheets, outcome_content
from assessments.rules import viva_result
from assessments.states import Result, Stage, StageState
from ctts.accounts.models import User
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.scheme.rules import SchemeNumbers

NOT_DISAGREED = "The markers of this attempt do not disagree, or it was settled already."


@transaction.atomic
def settle(
    *, attempt_id: int, result: Result, percent: Fraction | None, reasons: str, by: User, now: datetime
) -> Outcome:
    """Settle what the markers disagreed about: an agreed mark with its reasons, or an adjudicator's (F5).

    Who may, and that markers or adjudicator have said so, the caller has asked. `percent` is exact, and only a Viva has
    one. Raises NotAllowed for the trainee, TooLate when there is nothing to settle, Invalid without reasons, for a mark
    that does not make this result, or for a result that the stage does not have.
    """
    attempt = lock_attempt(attempt_id)
    if by.pk == attempt.record.trainee_id:
        raise NotAllowed("Nobody settles their own assessment.")
    found = both_sheets(attempt)
    if attempt.state != StageState.DISAGREED or found is None:
        raise TooLate(NOT_DISAGREED)
    if not reasons.strip():
        raise Invalid("Give the reasons.", "reasons")
    _check(attempt.stage, result, percent, access.numbers_for(attempt.record))
    exact = None if percent is None else str(percent)
    content = {**outcome_content(found), "settled": {"result": str(result), "percent": exact}}
    note("marks.settled", attempt, by=by, now=now, about=attempt, stage=str(attempt.stage))
    return agree(attempt, result, by=by, now=now, content=content, percent=percent, reasons=reasons.strip())


def _check(stage: str, result: Result, percent: Fraction | None, numbers: SchemeNumbers) -> None:
    """A Viva has a per cent that makes its result, a Portfolio has none."""
    if stage != Stage.VIVA:
        if percent is not None:
            raise Invalid("A Portfolio has no mark in per cent.", "percent")
        return
    if percent is None or not 0 <= percent <= 100:
        raise Invalid("Give the agreed mark, from 0 to 100 per cent.", "percent")
    if viva_result(percent, numbers) != result:
        raise Invalid(
            f"{result.label} does not go with this mark: the pass line is {numbers.viva_pass_percent}.", "result"
        )
