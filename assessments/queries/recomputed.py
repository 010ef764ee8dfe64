"""Outcomes of the Final Assessment computed anew from their facts, before they are released (quality rule 10)."""

from __future__ import annotations

from fractions import Fraction

from assessments.access.stages import numbers_for
from assessments.models import Outcome, PracticalSeal, StageAttempt
from assessments.queries.marking import both_sheets, scores_in_order
from assessments.queries.outcomes import holds_together, percent_of
from assessments.rules import dops_percent, portfolio_outcome, practical_score, practical_shortfalls, viva_outcome
from assessments.states import Result, Stage
from ctts.common.verdict import YES, Verdict, late
from ctts.scheme.rules import SchemeNumbers
from training.models import Dops
from training.queries import log_scores, scores_of
from training.states import DopsState

Recomputed = tuple[Result | None, Fraction | None]
PARTED = "This outcome does not agree with what it was made of any more. Query it; it is decided anew."


def recomputed(outcome: Outcome) -> Recomputed | None:
    """The result and the exact per cent that the facts behind an outcome make; None for a stage of another kind.

    The Practical from the DOPS as they stand, those that were sealed; Portfolio and Viva from the submitted sheets. A
    result of None is a disagreement, or a final DOPS that was voided since. What was settled (F5) is compared by
    whoever settled it.
    """
    rows = StageAttempt.objects.filter(record=outcome.record_id, stage=outcome.stage, attempt=outcome.attempt)
    attempt = rows.select_related("record__rules").first()
    if attempt is None:
        return None
    numbers = numbers_for(attempt.record)
    if outcome.stage == Stage.PRACTICAL:
        return _practical(attempt, numbers)
    found = both_sheets(attempt)
    if found is None:
        return None
    if outcome.stage == Stage.PORTFOLIO:
        return portfolio_outcome(found.external.result, found.supporting.result).result, None
    joint = viva_outcome(scores_in_order(found.external), scores_in_order(found.supporting), numbers)
    return joint.result, joint.percent


def stands(outcome: Outcome) -> Verdict:
    """Whether an outcome still agrees with what it was made of (quality rule 10); otherwise it can only be queried."""
    return YES if holds_together(outcome) and same_again(outcome) else late(PARTED)


def same_again(outcome: Outcome) -> bool:
    """Whether the facts of a final stage still make this very result; what was settled (F5) was compared then."""
    again = None if outcome.was_settled else recomputed(outcome)
    return again is None or again == (outcome.result, percent_of(outcome))


def _practical(attempt: StageAttempt, numbers: SchemeNumbers) -> Recomputed | None:
    seal = PracticalSeal.objects.filter(attempt=attempt).select_related("final_dops").order_by("-pk").first()
    if seal is None:
        return None
    if seal.final_dops.state != DopsState.COMPLETE:
        return None, None
    counted = {line["dops"] for line in seal.content["lines"] if line["counts"]}
    log = [dops_percent(scores, numbers) for row, scores in log_scores(attempt.record) if row.pk in counted]
    final = _scores(seal.final_dops)
    score = practical_score(log, dops_percent(final, numbers), numbers.practical_log_weight)
    competent = seal.final_dops.overall == "competent"
    short = practical_shortfalls(score, final, competent, numbers) if score is not None else ()
    return (Result.FAIL if short else Result.PASS), score


def _scores(dops: Dops) -> list[int | None]:
    return list(scores_of(dops).values())
