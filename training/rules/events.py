"""What being at an event of the scheme means for a training (T9, M)."""

from __future__ import annotations

from training.states import MilestoneKind

REACHED_AT = {"induction": MilestoneKind.INDUCTION, "second-year": MilestoneKind.WORKSHOP}


def milestone_of(kind: str) -> MilestoneKind | None:
    """The milestone that is reached by being at an event of this kind; None where there is none (M, T9)."""
    return REACHED_AT.get(kind)


def places_free(places: int | None, taken: int, wanted: int) -> int:
    """How many of those who want a place get one; as many as want one where there is no limit (T9)."""
    return wanted if places is None else min(max(places - taken, 0), wanted)
