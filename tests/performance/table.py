"""What was measured, as a table; and how a page grows with the number of trainees."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from tests.performance.measuring import Measured

BASE = "minimal view"
HEAD = ("page", "queries", "kB", "CPU ms app + database", "× minimal", "p50 ms", "must", "aim")


def ratio(page: Measured, base: Measured) -> float:
    """The CPU time of a page as a multiple of the minimal view's: the median over the rounds, each by its own base."""
    return statistics.median(cost.cpu / least.cpu for cost, least in zip(page.costs, base.costs, strict=True))


def table(pages: Sequence[Measured], before: Sequence[Measured] = ()) -> str:
    """One line a page; with `before` also how it has grown since."""
    grown = {page.name: ratio(page, before[0]) for page in before}
    head = [*HEAD, *(["growth"] if before else [])]
    rows = []
    for page in pages:
        times = ratio(page, pages[0])
        growth = [f"× {times / grown[page.name]:.2f}"] if before else []
        rows.append([*_cells(page, times), *growth])
    return "\n".join(lines(head, rows))


def _cells(page: Measured, times: float) -> list[str]:
    return [
        page.name,
        str(page.queries or "–"),
        f"{page.middle('size') / 1000:.0f}",
        f"{page.middle('app'):.1f} + {page.middle('database'):.1f}",
        f"{times:.2f}",
        f"{page.middle('wall'):.0f}",
        _goal(times, page.must),
        _goal(times, page.aim),
    ]


def _goal(times: float, goal: float | None) -> str:
    return "" if goal is None else f"≤ {goal:g} {'yes' if times <= goal else 'NO'}"


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, its columns as wide as they need to be."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    for number, row in enumerate([head, *rows]):
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        yield f"| {' | '.join([row[0].ljust(widths[0]), *cells[1:]])} |"
        if not number:
            yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"
