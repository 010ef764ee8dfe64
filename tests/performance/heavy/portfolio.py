"""A portfolio of 150 files: ours beside the lean one, each in a process of its own."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.performance.heavy.pieces import write_pieces
from tests.performance.heavy.spending import LEAN, OURS, told


@dataclass(frozen=True, slots=True)
class Portfolios:
    """Both in CPU seconds (medians of the rounds), their peaks in MiB; `own` is laying out our own pages, before."""

    files: int
    pages: int
    lean: float
    lean_peak: float
    own: float
    ours: float
    ours_peak: float

    @property
    def times(self) -> float:
        """Putting together as a multiple of the lean script."""
        return self.ours / self.lean


def portfolios(environment: Mapping[str, str], *, rounds: int, share: float = 1.0) -> Portfolios:
    """Measure both on the same files; the lean one before and after ours, for the machine is not ours alone."""
    with TemporaryDirectory(prefix="ctts-pieces-") as name:
        files = write_pieces(Path(name), share)
        given = [str(rounds), name]
        before = told(LEAN, given, environment)
        found = told(OURS, given, environment)
        lean = [*before, *told(LEAN, given, environment)]
    return Portfolios(
        files=len(files),
        pages=found["pages"],
        lean=statistics.median(one["cpu"] for one in lean),
        lean_peak=max(one["peak"] for one in lean),
        own=found["own"]["cpu"],
        ours=statistics.median(one["cpu"] for one in found["rounds"]),
        ours_peak=max(one["peak"] for one in [found["own"], *found["rounds"]]),
    )
