"""The assessment of one trainee a second time, written from `scheme.md` (Y, F1 to F7) and from nothing else.

The one thing in this project that is written twice, on purpose: a board is told what the rules made and what this makes
of the same facts, and where the two differ nobody can be awarded. So it imports nothing of `rules`, knows no model, and
computes with whole numbers by cross-multiplication where `rules` has fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import gcd, lcm
from typing import Any

Numbers = Mapping[str, Any]
"""A version of the scheme's numbers as it is kept: name → whole number or word (`SchemeNumbers` has the names)."""
Items = Sequence[int | None]
"""The items of a DOPS: points, None for not applicable."""
Ratio = tuple[int, int]
"""An exact number: numerator and denominator, without a common factor."""

ORDER = ("first_year", "practical", "portfolio", "viva")
DIFFER = None  # as a result: the markers differ and nobody settled it, or the sum cannot be computed


@dataclass(frozen=True, slots=True)
class FirstYear:
    """One attempt at the first year: what the gate counted when it was put forward, and the moderator's decision."""

    counted: Mapping[str, int]
    decided: str


@dataclass(frozen=True, slots=True)
class Practical:
    """One attempt: each DOPS of the log with the kind of its assessor, the final DOPS of the External Moderator (None
    where there is none), and whether it judged the trainee competent (F2)."""

    log: Sequence[tuple[str, Items]]
    final: Items | None
    competent: bool


@dataclass(frozen=True, slots=True)
class Portfolio:
    """One attempt: the pages sealed, and the results of both markers; `settled` is what was agreed or adjudicated after
    they differed or the office asked again, else empty (F3, F5)."""

    pages: int
    external: str
    supporting: str
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Viva:
    """One attempt: the marks of both markers by domain; `settled` is the mark agreed or adjudicated after that, else
    None (F4, F5)."""

    external: Sequence[int]
    supporting: Sequence[int]
    settled: Ratio | None = None


Attempt = FirstYear | Practical | Portfolio | Viva


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt with the instants that the order of stages is judged by (F1): made, and released or None."""

    facts: Attempt
    made_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attempt comes to: a result, or None where it has none, and its exact per cent where the stage has one."""

    result: str | None
    percent: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What this makes of a trainee: an answer for each attempt, whether the Diploma can be awarded, whether the record
    ends as not completed, and what does not fit the rules: at which stage, in words."""

    answers: Mapping[str, Sequence[Answer]]
    award: bool
    over: bool
    faults: tuple[tuple[str, str], ...]


def judge(tried: Mapping[str, Sequence[Tried]], numbers: Numbers) -> Judgement:
    """Judge a trainee from the attempts at each stage, in the order in which they were made (F1 to F7, Y).

    Raises KeyError for a number that is not among `numbers`, ValueError for a DOPS without a scored item.
    """
    answers = {stage: [answer(one.facts, numbers) for one in tried.get(stage, ())] for stage in ORDER}
    faults = [fault for stage in ORDER for fault in _attempts_at_fault(stage, answers[stage], numbers)]
    faults += _order_at_fault(tried, answers)
    passed = [stage for stage in ORDER if any(one.result == "pass" for one in answers[stage])]
    spent = [stage for stage in ORDER if stage not in passed and len(answers[stage]) >= _allowed(stage, numbers)]
    undecided = [stage for stage in spent if answers[stage][-1].result is DIFFER]
    return Judgement(
        answers=answers,
        award=len(passed) == len(ORDER) and not faults,
        over=bool(spent) and not undecided,
        faults=tuple(faults),
    )


def answer(facts: Attempt, numbers: Numbers) -> Answer:
    """What one attempt comes to (Y, F2, F3, F4, F5). Raises as `judge`."""
    if isinstance(facts, FirstYear):
        return Answer(facts.decided if not closed_lines(facts.counted, numbers) else DIFFER)
    if isinstance(facts, Practical):
        return _practical(facts, numbers)
    if isinstance(facts, Portfolio):
        return Answer(_portfolio(facts, numbers))
    return _viva(facts, numbers)


# --- the first year (Y) ---


def closed_lines(counted: Mapping[str, int], numbers: Numbers) -> list[str]:
    """Which lines of the gate are closed by what was counted (Y1 to Y6), by rule; two of Y2 and of Y4 are one each.

    `counted` holds `moderator_dops`, `safety_confirmed` (0 or 1), `open_safety_concerns`, `signed`, `total`, `reviews`,
    `dops`, `case_studies` (those that are long enough) and `reflections`.
    """
    open_by_rule = {
        "Y1": counted["moderator_dops"] >= numbers["first_year_moderator_dops"],
        "Y2": counted["safety_confirmed"] == 1 and counted["open_safety_concerns"] == 0,
        "Y3": counted["total"] > 0 and counted["signed"] * 100 >= counted["total"] * numbers["first_year_percent"],
        "Y4": counted["reviews"] >= numbers["first_year_reviews"] and counted["dops"] >= numbers["first_year_dops"],
        "Y5": counted["case_studies"] >= numbers["first_year_case_studies"],
        "Y6": counted["reflections"] >= numbers["first_year_reflections"],
    }
    return [rule for rule, is_open in open_by_rule.items() if not is_open]


# --- the Practical (F2) ---


def _practical(facts: Practical, numbers: Numbers) -> Answer:
    """w parts of the log and 10 000 - w of the final DOPS; nothing while either is missing, and never 0 for that."""
    alone = numbers["practical_counts"] == "supervisor"
    counted = [
        items for kind, items in facts.log if kind == "supervisor" or (not alone and kind != "external_moderator")
    ]
    if not counted or facts.final is None:
        return Answer(DIFFER)
    parts = [_points(items, numbers) for items in counted]
    common = lcm(*(of for _, of in parts))
    log, log_of = sum(points * (common // of) for points, of in parts), common * len(parts)
    final, final_of = _points(facts.final, numbers)
    weight = numbers["practical_log_weight"]
    above = 100 * (weight * log * final_of + (10_000 - weight) * final * log_of)
    below = 10_000 * log_of * final_of
    passes = above >= numbers["practical_pass_percent"] * below and facts.competent and 0 not in facts.final
    return Answer("pass" if passes else "fail", _reduced(above, below))


def _points(items: Items, numbers: Numbers) -> Ratio:
    """The points of a DOPS and of how many, what is not applicable left out of both."""
    scored = [item for item in items if item is not None]
    if not scored:
        raise ValueError("A DOPS without a scored item.")
    return sum(scored), numbers["dops_item_most"] * len(scored)


# --- Portfolio and Viva (F3 to F5) ---


def _portfolio(facts: Portfolio, numbers: Numbers) -> str | None:
    """What was settled, else what both say; nothing for one that is too long to be sealed."""
    if facts.pages > numbers["portfolio_pages"]:
        return DIFFER
    if facts.settled:
        return facts.settled
    return facts.external if facts.external == facts.supporting else DIFFER


def _viva(facts: Viva, numbers: Numbers) -> Answer:
    """What was settled, else the mean of both, passed at the line, unless they differ."""
    of = numbers["viva_domain_most"] * numbers["viva_domains"]
    first, second = sum(facts.external), sum(facts.supporting)
    line = numbers["viva_pass_percent"]
    above, below = facts.settled or _reduced(100 * (first + second), 2 * of)
    sides = (100 * first >= line * of) != (100 * second >= line * of)
    apart = 100 * abs(first - second) > numbers["viva_disagreement_points"] * of
    if facts.settled is None and (sides or apart or 0 in facts.external or 0 in facts.supporting):
        return Answer(DIFFER, (above, below))
    return Answer("pass" if above >= line * below else "fail", (above, below))


def _reduced(above: int, below: int) -> Ratio:
    shared = gcd(above, below)
    return above // shared, below // shared


# --- attempts and their order (F1, F6) ---


def _allowed(stage: str, numbers: Numbers) -> int:
    allowed: int = numbers["first_year_attempts"] if stage == "first_year" else numbers["attempts"]
    return allowed


def _attempts_at_fault(stage: str, answers: Sequence[Answer], numbers: Numbers) -> list[tuple[str, str]]:
    """More attempts than there are, and any after a pass (F6)."""
    faults = []
    if len(answers) > _allowed(stage, numbers):
        faults.append((stage, f"{len(answers)} attempts, {_allowed(stage, numbers)} are allowed"))
    if any(one.result == "pass" for one in answers[:-1]):
        faults.append((stage, "tried again after a pass"))
    return faults


def _order_at_fault(
    tried: Mapping[str, Sequence[Tried]], answers: Mapping[str, Sequence[Answer]]
) -> list[tuple[str, str]]:
    """An attempt that was made before the stage before it was passed and released (F1)."""
    faults = []
    for before, stage in pairwise(ORDER):
        attempts = tried.get(stage, ())
        if not attempts:
            continue
        pairs = zip(tried.get(before, ()), answers[before], strict=True)
        released = [one.released_at for one, found in pairs if found.result == "pass" and one.released_at]
        if not released or min(one.made_at for one in attempts) < min(released):
            faults.append((stage, "marked before the stage before it was passed and released"))
    return faults
