"""Four pages with a hundred trainees and with thousands, and how far everybody is in one query: `--only scale`."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from tests.performance.heavy.spending import WITH_DJANGO, told
from tests.performance.table import lines

FEW = 100
HEAD = ("page", "queries", "CPU ms with few", "with many", "many to few", "goal")
ONE_QUERY = ("readiness in one query", "CPU ms", "lean SQL", "ours to lean", "goal")
GROWTH, EVERYBODY, A_PAGE = 1.2, 1.5, 2.0
Rounds = Sequence[Mapping[str, Any]]


def a_round(environment: Mapping[str, str]) -> Mapping[str, Any]:
    """One round in a process of its own, with Django set up on one world."""
    found: Mapping[str, Any] = told(["-c", WITH_DJANGO.format("our_scale")], [], environment)
    return found


def scale(few: Mapping[str, str], many: Mapping[str, str], rounds: int) -> str:
    """Measure both worlds in turn, so that a busy machine is busy for both; how they stand."""
    pairs = [(a_round(few), a_round(many)) for _ in range(rounds)]
    return written([one for one, _ in pairs], [other for _, other in pairs])


def written(few: Rounds, many: Rounds) -> str:
    """What was measured as two tables: medians over the rounds."""
    head = f"{few[0]['trainees']} trainees beside {many[0]['trainees']}"
    rows = [_page(name, few, many) for name in few[0]["pages"]]
    asked = [_readiness("everybody", many, EVERYBODY), _readiness("a_page", many, A_PAGE)]
    return "\n".join([head, "", *lines(HEAD, rows), "", *lines(ONE_QUERY, asked)])


def _page(name: str, few: Rounds, many: Rounds) -> list[str]:
    small, large = (statistics.median(one["pages"][name] for one in rounds) * 1_000 for rounds in (few, many))
    asked = sorted({one["queries"][name] for one in (*few, *many)})
    times = large / small
    # One question more is of the person, not of the number: what seldom waits is asked for only where it does. That
    # counts stay the same to the last is tested (`test_counts.py`).
    holds = times <= GROWTH and asked[-1] - asked[0] <= 1
    goal = f"≤ {GROWTH:g} {'yes' if holds else 'NO'}"
    return [name, " → ".join(map(str, asked)), f"{small:.1f}", f"{large:.1f}", f"× {times:.2f}", goal]


def _readiness(name: str, rounds: Rounds, most: float) -> list[str]:
    ours, lean = (statistics.median(one[name][place] for one in rounds) * 1_000 for place in (0, 1))
    words = {"everybody": f"of {rounds[0]['trainees']} trainees", "a_page": "of a page of 50"}[name]
    goal = f"≤ {most:g} {'yes' if ours <= most * lean else 'NO'}"
    return [words, f"{ours:.0f}", f"{lean:.0f}", f"× {ours / lean:.2f}", goal]
