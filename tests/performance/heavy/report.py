"""The heavy work, measured and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.performance.heavy.intake import Intakes, intakes
from tests.performance.heavy.portfolio import Portfolios, portfolios
from tests.performance.heavy.spending import PAPERS, Rates, told
from tests.performance.table import lines

HEAD = ("heavy work", "ours", "lean", "ours to lean", "goal")
TIMES, MEBIBYTES, SHARE = 4, 300, 0.85
DESK, COHORT_SECONDS = 1.2, 30
DESK_ROW = "intake desk, 10 000 applications beside 100, CPU ms a page"


def heavy_table(environment: Mapping[str, str], rounds: int) -> str:
    """Measure a portfolio, diplomas and seals, and a large intake in processes of that environment; how they stand."""
    found = portfolios(environment, rounds=rounds)
    rates = [Rates(**one) for one in told(PAPERS, [str(rounds)], environment)]
    return written(found, rates, intakes(environment, rounds=rounds))


def written(found: Portfolios, rates: Sequence[Rates], intake: Intakes) -> str:
    """What was measured, line by line."""
    whole = f"portfolio, {found.pages} pages with {found.files} files put together"
    times = _goal(f"≤ {TIMES}", found.times <= TIMES)
    memory = _goal(f"≤ {MEBIBYTES}", found.ours_peak <= MEBIBYTES)
    rows = [
        [f"{whole}, CPU s", f"{found.ours:.2f}", f"{found.lean:.2f}", f"× {found.times:.2f}", times],
        ["its most memory, MiB", f"{found.ours_peak:.0f}", f"{found.lean_peak:.0f}", "", memory],
        ["its own pages laid out before, CPU s", f"{found.own:.2f}", "–", "", ""],
    ]
    for one in rates:
        share = _goal(f"≥ {SHARE:.0%}", one.share >= SHARE)
        rows.append([f"{one.name}, a second of CPU", f"{one.ours:.1f}", f"{one.bare:.1f}", f"{one.share:.0%}", share])
    desk = _goal(f"≤ {DESK}", intake.times <= DESK)
    cohort = f"{intake.people} enrolled, {intake.competencies} competencies each"
    seconds = _goal(f"≤ {COHORT_SECONDS}", intake.seconds <= COHORT_SECONDS)
    rows += [
        [DESK_ROW, f"{intake.many:.0f}", f"{intake.few:.0f}", f"× {intake.times:.2f}", desk],
        [f"{cohort}, s by the clock", f"{intake.seconds:.1f}", "–", "", seconds],
        [f"{cohort}, CPU s", f"{intake.cpu:.1f}", "–", "", ""],
    ]
    return "\n".join(lines(HEAD, rows))


def _goal(words: str, holds: bool) -> str:
    return f"{words} {'yes' if holds else 'NO'}"
