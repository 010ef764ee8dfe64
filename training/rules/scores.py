"""The plain scores of a DOPS (T5). What they make in per cent belongs to the Practical (F2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ctts.scheme.rules import DEFAULTS, SchemeNumbers


@dataclass(frozen=True)
class ScoreSum:
    """Points scored of those that could be, and how many items were not applicable."""

    points: int
    most: int
    not_applicable: int

    @property
    def words(self) -> str:
        """ "27 of 36, one not applicable"; "Nothing scored" while there is nothing."""
        if not self.most and not self.not_applicable:
            return "Nothing scored"
        left_out = {0: "", 1: ", one not applicable"}.get(
            self.not_applicable, f", {self.not_applicable} not applicable"
        )
        return f"{self.points} of {self.most}{left_out}"


def plain_sum(scores: Iterable[int | None], numbers: SchemeNumbers = DEFAULTS) -> ScoreSum:
    """The sum of the scores of one DOPS, None being not applicable (T5).

    Raises ValueError for a score that the form does not have.
    """
    given = list(scores)
    scored = [score for score in given if score is not None]
    if any(not 0 <= score <= numbers.dops_item_most for score in scored):
        raise ValueError(f"A score is 0 to {numbers.dops_item_most}.")
    return ScoreSum(sum(scored), numbers.dops_item_most * len(scored), len(given) - len(scored))


def too_many_not_applicable(scores: Iterable[int | None], numbers: SchemeNumbers = DEFAULTS) -> bool:
    """Whether more items are not applicable than one DOPS may leave out: at most three (T5)."""
    return sum(score is None for score in scores) > numbers.dops_not_applicable_most
