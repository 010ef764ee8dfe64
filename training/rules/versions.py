"""What changed between two versions of a training plan (T1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from ctts.common.word_changes import Fate, Piece, word_changes

PlanRow = Mapping[str, str | int | None]
COLUMNS = (("how", "How"), ("where", "Where"), ("with_whom", "With whom"), ("by_on", "By when"))


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One competency that two versions plan otherwise. `cells`: for how, where, with whom and by when the pieces of
    both texts; None for what stayed as it was."""

    item: int
    code: str
    fate: Literal["changed", "added", "removed"]
    cells: Sequence[tuple[str, Sequence[Piece] | None]]


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """What the later version of a plan changed, in its own order, what it removed last; and how much stayed."""

    changes: Sequence[PlanChange]
    same: int
    moved: Sequence[str]


def plan_difference(older: Sequence[PlanRow], newer: Sequence[PlanRow]) -> PlanDifference:
    """Competency by competency what the newer version plans otherwise: how, where, with whom, by when (T1).

    Days are told apart as wholes, as they are kept; texts word by word. `moved`: the fewest that had to change places
    for the new order, in that order, each with what it stands before now: of two that changed places it is true of
    either, whichever of them was moved.
    """
    before, after = ({int(row["item"] or 0): row for row in rows} for rows in (older, newer))
    changes = [_change(item, str(row["code"]), before.get(item), row) for item, row in after.items()]
    gone = [_change(item, str(row["code"]), row, None) for item, row in before.items() if item not in after]
    found = [change for change in (*changes, *gone) if any(pieces is not None for _, pieces in change.cells)]
    return PlanDifference(found, len(changes) + len(gone) - len(found), _moved(before, after))


def _moved(before: Mapping[int, PlanRow], after: Mapping[int, PlanRow]) -> list[str]:
    """The codes of what stands in both and follows no more what it followed, each with its new place."""
    was, becomes = [item for item in before if item in after], [item for item in after if item in before]
    blocks = SequenceMatcher(None, was, becomes, autojunk=False).get_matching_blocks()
    stayed = {becomes[place] for block in blocks for place in range(block.b, block.b + block.size)}
    codes = [str(after[item]["code"]) for item in becomes]
    places = [f"{code} now stands before {below}" for code, below in pairwise(codes)]
    places += [f"{code} now stands last" for code in codes[-1:]]
    return [place for item, place in zip(becomes, places, strict=True) if item not in stayed]


def _change(item: int, code: str, old: PlanRow | None, new: PlanRow | None) -> PlanChange:
    if old is None or new is None:
        fate: Literal["added", "removed"] = "added" if old is None else "removed"
        return PlanChange(item, code, fate, [(label, _pieces(name, old, new)) for name, label in COLUMNS])
    cells = [(label, _pieces(name, old, new) if old[name] != new[name] else None) for name, label in COLUMNS]
    return PlanChange(item, code, "changed", cells)


def _pieces(name: str, old: PlanRow | None, new: PlanRow | None) -> list[Piece]:
    was, becomes = (str(row[name] or "") if row else "" for row in (old, new))
    if name == "by_on":
        blank = " " if was and becomes else ""
        days = ((Fate.OUT, was), (Fate.KEPT, blank), (Fate.IN, becomes))
        return [Piece(fate, text) for fate, text in days if text]
    return word_changes(was, becomes)
