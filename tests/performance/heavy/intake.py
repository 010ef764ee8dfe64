"""A large intake: the desk with a hundred applications and with ten thousand, and a cohort enrolled in one press."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from tests.performance.heavy.spending import INTAKE, told


@dataclass(frozen=True, slots=True)
class Intakes:
    """A page of the desk in milliseconds of CPU (medians of the rounds), and a cohort in seconds."""

    few: float
    many: float
    people: int
    competencies: int
    seconds: float
    cpu: float

    @property
    def times(self) -> float:
        """The desk with many as a multiple of the desk with few."""
        return self.many / self.few


def intakes(environment: Mapping[str, str], *, rounds: int) -> Intakes:
    """Measure both in a process of their own."""
    found = told(INTAKE, [str(rounds)], environment)
    return Intakes(
        few=statistics.median(found["few"]) * 1_000,
        many=statistics.median(found["many"]) * 1_000,
        **found["enrolled"],
    )
