"""The arithmetic of marks (F2 to F5): exact fractions throughout, one decimal at display only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessments.states import Result
from ctts.scheme.rules import COUNT_SUPERVISOR, DEFAULTS, SchemeNumbers, exact_number, whole_number, yes_or_no
from training.states import AssessorKind

HUNDRED = 100
WEIGHT_WHOLE = 10_000
"""Weights are parts of ten thousand, so that they stay whole numbers."""

Exact = int | Fraction | Decimal
"""A mark or per cent: exact; floats are refused everywhere."""


def dops_percent(scores: Sequence[int | None], numbers: SchemeNumbers = DEFAULTS) -> Fraction:
    """One DOPS in per cent: 100 x sum of the scored items / (4 x their number); None is not applicable (F2, T5).

    Raises ValueError when nothing is scored, more than three items are not applicable or a score is not from 0 to 4,
    TypeError for a score that is no whole number (True and 3.0 included).
    """
    most = numbers.dops_item_most
    scored = [whole_number(score, "a DOPS score", most=most) for score in scores if score is not None]
    left_out = len(scores) - len(scored)
    if not scored:
        raise ValueError("A DOPS without a scored item has no percentage.")
    if left_out > numbers.dops_not_applicable_most:
        raise ValueError(f"{left_out} items are not applicable; {numbers.dops_not_applicable_most} may be.")
    return Fraction(HUNDRED * sum(scored), most * len(scored))


def counting_dops(dops: Iterable[tuple[str, Exact]], numbers: SchemeNumbers = DEFAULTS) -> tuple[Exact, ...]:
    """The per cents of those DOPS that count in the log, given as (kind of assessor, per cent) (F2; G 4.1, 4.2).

    All of the supervisor and of approved suitable persons, or the supervisor's alone where the scheme rules say so.
    The External Moderator's never stand in the log: the first is indicative, the final one has its own weight. Raises
    ValueError for what is no kind of assessor.
    """
    left_out = {AssessorKind.EXTERNAL_MODERATOR}
    if numbers.practical_counts == COUNT_SUPERVISOR:
        left_out |= {AssessorKind.COLLEAGUE, AssessorKind.EXTERNAL}
    return tuple(percent for kind, percent in dops if AssessorKind(kind) not in left_out)


def log_percent(log: Sequence[Exact]) -> Fraction | None:
    """The DOPS log: the plain mean of the per cents of its DOPS (F2); None for an empty log, never 0.

    `counting_dops` says which count. Raises as `practical_score`.
    """
    percents = [exact_number(percent, "a DOPS per cent", most=HUNDRED) for percent in log]
    return sum(percents, Fraction(0)) / len(percents) if percents else None


def practical_score(
    log: Sequence[Exact],
    final_moderator_dops: Exact | None,
    log_weight: int = DEFAULTS.practical_log_weight,
) -> Fraction | None:
    """The Practical in per cent: (w x log + (10 000 - w) x final External Moderator DOPS) / 10 000 (F2; G 4.2).

    `log` holds the per cent of every DOPS that counts, `final_moderator_dops` that of the External Moderator's DOPS in
    the second year or None, `log_weight` is w from 0 to 10 000. None means not yet computable: an empty log or no
    final DOPS, whatever the weight. Raises TypeError for a float or a bool, ValueError outside 0 to 100.
    """
    whole_number(log_weight, "log_weight", most=WEIGHT_WHOLE)
    mean = log_percent(log)
    if mean is None or final_moderator_dops is None:
        return None
    final = exact_number(final_moderator_dops, "the final External Moderator DOPS", most=HUNDRED)
    return (log_weight * mean + (WEIGHT_WHOLE - log_weight) * final) / WEIGHT_WHOLE


def display_mark(mark: Exact) -> str:
    """A mark from 0 to 100 as it is shown: one decimal, half up (73.75 is 73.8); never used to decide anything (F2).

    Raises TypeError for a float, a bool or None, ValueError outside 0 to 100.
    """
    whole, tenth = divmod(math.floor(exact_number(mark, "a mark", most=HUNDRED) * 10 + Fraction(1, 2)), 10)
    return f"{whole}.{tenth}"


def practical_shortfalls(
    score: Exact | None,
    final_scores: Sequence[int | None],
    judged_competent: bool,
    numbers: SchemeNumbers = DEFAULTS,
) -> tuple[str, ...]:
    """Why the Practical is not passed; empty when it is (F2).

    Passed at 50 or more (the exact score: 49.95 is shown as 50.0 and not passed), with no item at 0 in the final
    External Moderator DOPS, and judged competent there. Raises ValueError while the score is not computable, and as
    `dops_percent`.
    """
    if score is None:
        raise ValueError("The Practical is not yet computable; it can be neither passed nor failed.")
    dops_percent(final_scores, numbers)
    exact, line = exact_number(score, "the score", most=HUNDRED), numbers.practical_pass_percent
    reasons = [f"{display_mark(exact)} is below the pass mark of {line}."] if exact < line else []
    zeros = sum(item == 0 for item in final_scores)
    if zeros:
        reasons.append(f"{zeros} item{'s' if zeros > 1 else ''} scored 0 in the final External Moderator DOPS.")
    if not yes_or_no(judged_competent, "judged_competent"):
        reasons.append("Not judged competent in the final External Moderator DOPS.")
    return tuple(reasons)


def practical_passes(
    score: Exact | None,
    final_scores: Sequence[int | None],
    judged_competent: bool,
    numbers: SchemeNumbers = DEFAULTS,
) -> bool:
    """Whether the Practical is passed (F2); `practical_shortfalls` says why not and what is raised."""
    return not practical_shortfalls(score, final_scores, judged_competent, numbers)


def portfolio_problems(pages: int, signed: int, total: int, numbers: SchemeNumbers = DEFAULTS) -> tuple[str, ...]:
    """Why a portfolio cannot be sealed; empty when it can (F3; G 4.2).

    At most 500 pages, every competency of the agreed list signed. Raises TypeError or ValueError for what is no count.
    """
    whole_number(pages, "pages", least=1)
    whole_number(signed, "signed", most=whole_number(total, "total"))
    reasons = []
    if pages > numbers.portfolio_pages:
        reasons.append(f"{pages} pages; at most {numbers.portfolio_pages} are allowed.")
    if total == 0 or signed < total:
        reasons.append(f"{signed} of {total} competencies are signed; every one must be.")
    return tuple(reasons)


@dataclass(frozen=True)
class Joint:
    """What two markers make together: the result they share, or None and the reasons why they disagree (F5).

    `percent` is the mean of both in a Viva, None in a Portfolio, which has no mark.
    """

    result: Result | None
    disagreements: tuple[str, ...]
    percent: Fraction | None = None


def portfolio_outcome(external: str, supporting: str) -> Joint:
    """The Portfolio from both markers' results, pass, refer or fail: the same, or a disagreement (F3, F5).

    Raises ValueError for what is no result.
    """
    first, second = Result(external), Result(supporting)
    if first == second:
        return Joint(first, ())
    return Joint(None, (f"One marker says {first.label.lower()}, the other {second.label.lower()}.",))


def viva_percent(marks: Sequence[int], numbers: SchemeNumbers = DEFAULTS) -> Fraction:
    """One marker's Viva in per cent: 100 x sum / 20 over five domains of 0 to 4 (F4).

    Raises ValueError for another number of domains or a mark outside 0 to 4, TypeError for a mark that is no whole
    number (None included: every domain is marked).
    """
    if len(marks) != numbers.viva_domains:
        raise ValueError(f"{len(marks)} domains are marked; there are {numbers.viva_domains}.")
    most = numbers.viva_domain_most
    total = sum(whole_number(mark, "a viva mark", most=most) for mark in marks)
    return Fraction(HUNDRED * total, most * numbers.viva_domains)


def viva_outcome(external: Sequence[int], supporting: Sequence[int], numbers: SchemeNumbers = DEFAULTS) -> Joint:
    """The Viva from both markers' domain marks: the mean, passed at 50 or more, unless they disagree (F4, F5).

    They disagree when they stand on either side of the pass line, more than 10 percentage points apart (10 is not), or
    when either gave a 0. Raises as `viva_percent`.
    """
    first, second = viva_percent(external, numbers), viva_percent(supporting, numbers)
    line, apart = numbers.viva_pass_percent, abs(first - second)
    mean = (first + second) / 2
    reasons = []
    if (first >= line) != (second >= line):
        reasons.append(f"The markers stand on either side of the pass line of {line}.")
    if apart > numbers.viva_disagreement_points:
        points = f"{display_mark(apart)} percentage points"
        reasons.append(f"The markers are {points} apart; {numbers.viva_disagreement_points} are allowed.")
    if 0 in external or 0 in supporting:
        reasons.append("A domain was marked 0.")
    return Joint(None if reasons else viva_result(mean, numbers), tuple(reasons), mean)


def viva_result(percent: Exact, numbers: SchemeNumbers = DEFAULTS) -> Result:
    """Pass or fail of a Viva at this exact per cent, the mean or the agreed mark (F4, F5)."""
    exact = exact_number(percent, "the viva per cent", most=HUNDRED)
    return Result.PASS if exact >= numbers.viva_pass_percent else Result.FAIL
