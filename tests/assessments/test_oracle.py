"""The second implementation (`assessments/oracle.py`) and the rules come to the same, at every edge and around it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from assessments import oracle, rules
from assessments.oracle import Answer, FirstYear, Portfolio, Practical, Tried, Viva
from assessments.states import Result, Stage
from ctts.scheme.rules import DEFAULTS, SchemeNumbers, to_json

DAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
NUMBERS = to_json(DEFAULTS)
KINDS = ["supervisor", "supervisor", "colleague", "external", "external_moderator"]
COUNTED = {
    "moderator_dops": 1,
    "safety_confirmed": 1,
    "open_safety_concerns": 0,
    "signed": 15,
    "total": 47,
    "reviews": 6,
    "dops": 6,
    "case_studies": 1,
    "reflections": 10,
}


# --- what the scheme says, in numbers ---


def tried(*facts: oracle.Attempt, after: int = 0) -> list[Tried]:
    """Attempts a day apart, each released the day after it was made."""
    days = [DAY + timedelta(days=after + 2 * place) for place in range(len(facts))]
    return [Tried(one, day, day + timedelta(days=1)) for one, day in zip(facts, days, strict=True)]


def passed(**changes: Any) -> dict[str, list[Tried]]:
    """A trainee who passed all four stages, one after the other."""
    return {
        "first_year": tried(FirstYear(COUNTED, "pass")),
        "practical": tried(Practical([("supervisor", [3] * 10)], [3] * 10, competent=True), after=10),
        "portfolio": tried(Portfolio(500, "pass", "pass"), after=20),
        "viva": tried(Viva([3] * 5, [3] * 5), after=30),
        **changes,
    }


def judged(**changes: Any) -> oracle.Judgement:
    return oracle.judge(passed(**changes), NUMBERS)


def test_F2_the_example_of_the_scheme():
    log = [("supervisor", [3] * 9 + [None]), ("colleague", [4] * 2 + [3] * 8)]
    found = oracle.answer(Practical(log, [3] * 8 + [2] * 2, competent=True), NUMBERS)
    assert found == Answer("pass", (295, 4))  # 73.75


def test_F7_all_four_passed_one_after_the_other_is_an_award():
    found = judged()
    assert (found.award, found.over, found.faults) == (True, False, ())
    assert found.answers["practical"] == [Answer("pass", (75, 1))] and found.answers["portfolio"] == [Answer("pass")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Practical([], [3] * 10, competent=True), Answer(None)),
        (Practical([("external_moderator", [4] * 10)], [3] * 10, competent=True), Answer(None)),
        (Practical([("supervisor", [2] * 10)], None, competent=True), Answer(None)),
        (Practical([("supervisor", [2] * 10)], [2] * 10, competent=True), Answer("pass", (50, 1))),
        (Practical([("supervisor", [2] * 9 + [1])], [2] * 10, competent=True), Answer("fail", (195, 4))),
        (Practical([("supervisor", [4] * 10)], [4] * 9 + [0], competent=True), Answer("fail", (95, 1))),
        (Practical([("supervisor", [4] * 10)], [4] * 10, competent=False), Answer("fail", (100, 1))),
        (Portfolio(501, "pass", "pass"), Answer(None)),
        (Portfolio(500, "refer", "refer"), Answer("refer")),
        (Portfolio(500, "refer", "fail"), Answer(None)),
        (Portfolio(500, "refer", "fail", "refer"), Answer("refer")),
        (Viva([2] * 5, [2] * 5), Answer("pass", (50, 1))),
        (Viva([2] * 5, [2, 2, 2, 2, 1]), Answer(None, (95, 2))),
        (Viva([3] * 5, [3, 3, 3, 2, 2]), Answer("pass", (70, 1))),
        (Viva([3] * 5, [3, 3, 2, 2, 2]), Answer(None, (135, 2))),
        (Viva([4, 4, 4, 4, 0], [4, 4, 4, 4, 1]), Answer(None, (165, 2))),
        (Viva([3] * 5, [1] * 5, (50, 1)), Answer("pass", (50, 1))),
        (Viva([3] * 5, [1] * 5, (499, 10)), Answer("fail", (499, 10))),
        (FirstYear(COUNTED, "refer"), Answer("refer")),
        (FirstYear({**COUNTED, "signed": 14}, "pass"), Answer(None)),
    ],
)
def test_Y_F_each_edge_of_the_scheme(facts, expected):
    assert oracle.answer(facts, NUMBERS) == expected


def test_F1_F6_what_does_not_fit_the_order_is_no_award():
    early = judged(viva=tried(Viva([3] * 5, [3] * 5), after=20))
    assert early.faults == (("viva", "marked before the stage before it was passed and released"),)
    unreleased = [Tried(Portfolio(9, "pass", "pass"), DAY + timedelta(days=20), None)]
    assert judged(portfolio=unreleased).award is False
    again = judged(viva=tried(Viva([3] * 5, [3] * 5), Viva([3] * 5, [3] * 5), after=30))
    assert again.faults == (("viva", "tried again after a pass"),) and not again.award
    failed = Portfolio(9, "fail", "fail")
    spent = judged(portfolio=tried(*[failed] * 3, after=20), viva=[])
    assert (spent.award, spent.over, spent.faults) == (False, True, ())
    assert judged(portfolio=tried(*[failed] * 2, after=20), viva=[]).over is False
    open_still = judged(portfolio=tried(failed, failed, Portfolio(9, "fail", "pass"), after=20), viva=[])
    assert (open_still.award, open_still.over) == (False, False)
    more = judged(first_year=tried(*[FirstYear(COUNTED, "refer")] * 3), practical=[], portfolio=[], viva=[])
    assert more.faults == (("first_year", "3 attempts, 2 are allowed"),) and more.over


def test_a_dops_without_a_scored_item_is_no_dops():
    with pytest.raises(ValueError, match="scored"):
        oracle.answer(Practical([("supervisor", [None] * 3)], [3] * 10, competent=True), NUMBERS)


def test_it_imports_nothing_of_the_rules_and_nothing_of_django():
    """Independent: whatever is wrong in the rules cannot be wrong here for the same reason."""
    tree = ast.parse(Path(oracle.__file__).read_text())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in nodes}
    assert names == {"__future__", "collections.abc", "dataclasses", "datetime", "itertools", "math", "typing"}


# --- the same as the rules, for trainees at the edges and around them ---


def near(random: Random, edge: int) -> int:
    """The edge, one above, or one below; never below nothing."""
    return max(0, edge + random.choice([-1, 0, 0, 1]))


def counted(random: Random, numbers: SchemeNumbers) -> dict[str, int]:
    total = random.choice([0, 1, 3, 10, 46, 47, 48, random.randrange(1, 120)])
    return {
        "moderator_dops": near(random, numbers.first_year_moderator_dops),
        "safety_confirmed": int(random.random() < 0.9),
        "open_safety_concerns": int(random.random() < 0.1),
        "signed": min(total, near(random, -(-total * numbers.first_year_percent // 100))),
        "total": total,
        "reviews": near(random, numbers.first_year_reviews),
        "dops": near(random, numbers.first_year_dops),
        "case_studies": near(random, numbers.first_year_case_studies),
        "reflections": near(random, numbers.first_year_reflections),
    }


def items(random: Random, about: int) -> list[int | None]:
    """Ten items around a score, some at the very edge of zero, up to three not applicable."""
    scored = [min(4, max(0 if random.random() < 0.05 else 1, near(random, about))) for _ in range(10)]
    without = random.choice([0, 0, 0, 1, 2, 3])
    return [None] * without + scored[without:]


def practical(random: Random) -> Practical:
    log = [(random.choice(KINDS), items(random, 2)) for _ in range(random.choice([0, 1, 1, 2, 3, 7]))]
    final = items(random, 2) if random.random() < 0.95 else None
    return Practical(log, final, competent=random.random() < 0.9)


def portfolio(random: Random) -> Portfolio:
    first = str(random.choice([Result.PASS] * 3 + list(Result)))
    second = first if random.random() < 0.7 else str(random.choice(list(Result)))
    settled = str(random.choice(list(Result))) if random.random() < (0.5 if first != second else 0.1) else ""
    return Portfolio(random.randrange(1, 501), first, second, settled)


def viva(random: Random) -> Viva:
    about = random.choice([2, 3])  # at the pass line, and above it, where only the distance counts
    marks = [[min(4, near(random, about)) for _ in range(5)] for _ in range(2)]
    mark = Fraction(near(random, 500), 10) if random.random() < 0.3 else None
    return Viva(*marks, settled=None if mark is None else (mark.numerator, mark.denominator))


def numbers_of(random: Random) -> SchemeNumbers:
    """The scheme's numbers, now and then another version of them."""
    if random.random() < 0.7:
        return DEFAULTS
    return SchemeNumbers(
        practical_log_weight=random.choice([0, 1, 3333, 5000, 9999, 10_000]),
        practical_counts=random.choice(["all", "supervisor"]),
        practical_pass_percent=random.choice([49, 50, 51]),
        viva_pass_percent=random.choice([45, 50, 55]),
        viva_disagreement_points=random.choice([5, 10, 15]),
        first_year_percent=random.choice([29, 30, 31]),
        attempts=random.choice([2, 3, 4]),
    )


def percent(exact: Fraction | None) -> tuple[int, int] | None:
    return None if exact is None else (exact.numerator, exact.denominator)


def by_rules(facts: oracle.Attempt, numbers: SchemeNumbers) -> Answer:
    """The same attempt as `assessments.rules` judges it."""
    if isinstance(facts, FirstYear):
        given = {**facts.counted, "safety_confirmed": bool(facts.counted["safety_confirmed"])}
        words = [numbers.first_year_case_study_words] * given.pop("case_studies")
        is_open = rules.first_year_gate(**given, case_study_words=words, numbers=numbers).is_open
        return Answer(facts.decided if is_open else None)
    if isinstance(facts, Practical):
        known = [(kind, rules.dops_percent(scores, numbers)) for kind, scores in facts.log]
        final = None if facts.final is None else rules.dops_percent(facts.final, numbers)
        score = rules.practical_score(rules.counting_dops(known, numbers), final, numbers.practical_log_weight)
        if score is None or facts.final is None:
            return Answer(None)
        passes = rules.practical_passes(score, facts.final, facts.competent, numbers)
        return Answer("pass" if passes else "fail", percent(score))
    if isinstance(facts, Portfolio):
        return Answer(facts.settled or rules.portfolio_outcome(facts.external, facts.supporting).result)
    joint = rules.viva_outcome(facts.external, facts.supporting, numbers)
    if facts.settled is not None:
        return Answer(rules.viva_result(Fraction(*facts.settled), numbers), facts.settled)
    return Answer(joint.result, percent(joint.percent))


def trainee(random: Random, numbers: SchemeNumbers) -> dict[str, list[Tried]]:
    """A trainee who goes on from stage to stage as the rules let them, until something is open or over."""
    makes = {
        Stage.FIRST_YEAR: lambda: FirstYear(counted(random, numbers), random.choice(["pass", "pass", "refer"])),
        Stage.PRACTICAL: lambda: practical(random),
        Stage.PORTFOLIO: lambda: portfolio(random),
        Stage.VIVA: lambda: viva(random),
    }
    found: dict[str, list[Tried]] = {}
    released: dict[str, list[str]] = {}
    now = DAY
    while (stage := rules.next_stage(released, numbers)) and rules.may_mark(stage, released, numbers):
        facts = makes[stage]()
        result = by_rules(facts, numbers).result
        found.setdefault(stage, []).append(Tried(facts, now, now + timedelta(hours=1) if result else None))
        now += timedelta(days=1)
        if result is None:
            break
        released.setdefault(stage, []).append(result)
    return found


def compared_one(random: Random) -> tuple[oracle.Judgement, list[str]]:
    """What the oracle makes of one made-up trainee, and where the rules come to something else."""
    numbers = numbers_of(random)
    history = trainee(random, numbers)
    found = oracle.judge(history, to_json(numbers))
    results: dict[str, Sequence[str]] = {}
    wrong = [f"fault: {fault}" for fault in found.faults]
    for stage, attempts in history.items():
        expected = [by_rules(one.facts, numbers) for one in attempts]
        if list(found.answers[stage]) != expected:
            wrong.append(f"{stage}: {found.answers[stage]} for {attempts}, the rules say {expected}")
        results[stage] = [one.result for one in expected if one.result is not None]
    if found.award != (rules.next_stage(results, numbers) is None):
        wrong.append("award")
    if found.over != any(rules.record_ends(known, stage, numbers) for stage, known in results.items()):
        wrong.append("over")
    return found, wrong


def compared(seed: int, many: int) -> tuple[int, int]:
    """Compare so many trainees; how many of them were awarded, and how many ended."""
    random = Random(seed)  # noqa: S311 — a made-up trainee, the same in each run
    pairs = [compared_one(random) for _ in range(many)]
    assert [wrong for _, wrong in pairs if wrong] == []
    return sum(found.award for found, _ in pairs), sum(found.over for found, _ in pairs)


def test_rules_and_oracle_agree_on_thousands_of_trainees():
    awards, over = compared(seed=2027, many=4_000)
    assert min(awards, over) > 20  # the made-up trainees come to every end


@pytest.mark.slow
def test_rules_and_oracle_agree_on_a_hundred_thousand_trainees():
    awards, over = compared(seed=1, many=100_000)
    assert min(awards, over) > 500


STEPS = {"attempts": 1, "practical_pass_percent": 1, "viva_disagreement_points": 5, "practical_log_weight": 1}


@pytest.mark.parametrize("change", STEPS)
def test_a_rule_that_moved_by_one_step_is_found(change):
    """The comparison bites: what would be wrong in the one by one step is a difference."""
    random, found = Random(7), 0  # noqa: S311 — as above
    for _ in range(2_000):
        history = trainee(random, DEFAULTS)
        moved = {**NUMBERS, change: getattr(DEFAULTS, change) + STEPS[change]}
        found += oracle.judge(history, NUMBERS) != oracle.judge(history, moved)
    assert found > 0
