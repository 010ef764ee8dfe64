"""The inside of a box: limits first, then the program, then its facts in a file.

Started as a bare interpreter with one folder to work in; the parent reads `facts.json` there.
"""

from __future__ import annotations

import json
import resource
from importlib import import_module
from pathlib import Path

from .words import MEGABYTE, Unacceptable

MEMORY = 1536 * MEGABYTE
LARGEST_FILE = 64 * MEGABYTE


def limit(seconds: int) -> None:
    """Cap this process: `seconds` of processor time, memory, size of a written file, no core dumps."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        capped = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (capped, capped))


def main(program: str, folder: str, seconds: str) -> None:
    """Run `program` (a module of this package with `work(folder)`) and leave its facts, or its refusal, behind."""
    limit(int(seconds))
    place = Path(folder)
    try:
        facts = import_module(f"{__package__}.{program}").work(place)
    except Unacceptable as problem:
        facts = {"refused": str(problem)}
    (place / "facts.json").write_text(json.dumps(facts))
