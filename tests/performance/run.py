"""Measures the pages of a populated world on sites that run already, in a process in which Django is set up."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from tests.performance.measuring import Measured, measure, written
from tests.performance.pages import pages
from tests.performance.sites import Site

Say = Callable[[str], None]


def run(ours: Site, minimal: Site, database: int, *, rounds: int, requests: int, say: Say) -> list[Measured]:
    """Every page in every round; `database` is the number of PostgreSQL's postmaster."""
    targets = pages(ours, minimal, signatures=rounds * requests)
    return measure(targets, database, rounds=rounds, requests=requests, say=say)


def main() -> None:
    """Measure what the JSON on the command line describes, and print the costs as JSON."""
    asked = json.loads(sys.argv[1])
    found = run(
        Site(**asked["ours"]),
        Site(**asked["minimal"]),
        asked["database"],
        rounds=asked["rounds"],
        requests=asked["requests"],
        say=lambda line: print(line, file=sys.stderr),  # noqa: T201 — progress of a command
    )
    print(written(found))  # noqa: T201 — what the benchmark reads
