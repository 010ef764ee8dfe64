"""What changed between two versions of a reflective piece or a case study, part by part (T6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ctts.common.word_changes import Piece, word_changes

PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
APART = "\n\n"
Titled = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part that two versions word otherwise, in the pieces of both texts; `was`: its heading before, if another."""

    title: str
    fate: Literal["changed", "added", "removed"]
    pieces: Sequence[Piece]
    was: str = ""


@dataclass(frozen=True, slots=True)
class PieceDifference:
    """What the later version of a piece changed, in its own order, what it removed last; and how many parts stayed."""

    changes: Sequence[PartChange]
    same: int


def piece_difference(older: Titled, newer: Titled) -> PieceDifference:
    """Part by part (heading, text) what the newer version says otherwise, by paragraphs and in them by words (T6).

    Parts belong together by their heading, the first of a heading to the first; a part under a new heading whose text
    stayed is the old one renamed.
    """
    left = list(older)
    pairs = [(_before(part, left, newer), part) for part in newer]
    changes = [_change(was, part) for was, part in pairs if was is None or _said(was) != _said(part)]
    gone = [PartChange(title, "removed", word_changes(text, "")) for title, text in left]
    return PieceDifference([*changes, *gone], len(pairs) - len(changes))


def _said(part: tuple[str, str]) -> tuple[str, str]:
    """A part without what nobody sees: blanks at its ends, and how the browser breaks lines."""
    return part[0].strip(), part[1].replace("\r\n", "\n").strip()


def _before(part: tuple[str, str], left: list[tuple[str, str]], newer: Titled) -> tuple[str, str] | None:
    """The part of the older version to which this one belongs, taken out of those `left`."""
    headings = {title for title, _ in newer}
    named = [one for one in left if one[0] == part[0]]
    renamed = [one for one in left if one[0] not in headings and _said(one)[1] == _said(part)[1]]
    found = next(iter([*named, *renamed]), None)
    if found is not None:
        left.remove(found)
    return found


def _change(was: tuple[str, str] | None, part: tuple[str, str]) -> PartChange:
    title, text = part
    if was is None:
        return PartChange(title, "added", word_changes("", text))
    return PartChange(title, "changed", text_changes(was[1], text), was[0] if was[0] != title else "")


def text_changes(before: str, after: str) -> list[Piece]:
    """The pieces of two texts: paragraphs that stayed as they are, and words in those that did not (T6)."""
    old, new = (PARAGRAPHS.split(_said(("", text))[1]) for text in (before, after))
    found: list[Piece] = []
    for _, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        gap = APART if found else ""
        was, becomes = (gap + APART.join(some) if some else "" for some in (old[a:b], new[c:d]))
        found += word_changes(was, becomes)
    return found
