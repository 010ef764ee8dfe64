"""Which words of a text were taken out and which were put in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 2_000  # of both texts together; longer ones are shown one after the other, for telling them apart is slow
LEAST_KEPT = 1 / 3  # of the words: a text that keeps fewer is another text, and reads better as a whole
WORDS = re.compile(r"\s+|[^\s]+")


class Fate(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stand together and have one fate."""

    fate: Fate
    text: str


def word_changes(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: what is kept, what was taken out, what was put in.

    Joined without OUT they are `after`, without IN `before`. Very long texts, and such that share little, are told
    apart as wholes; a blank between two changes belongs to both.
    """
    runs = _runs(WORDS.findall(before), WORDS.findall(after))
    kept = sum(len(old.split()) for old, new in runs if old == new)
    if kept < LEAST_KEPT * max(len(before.split()), len(after.split())):
        runs = [(before, after)]
    return [piece for old, new in _joined(runs) for piece in _pieces(old, new)]


def _runs(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """The texts cut into pairs (before, after) that are the same or differ as a whole."""
    if len(old) + len(new) > MOST_WORDS:
        return [("".join(old), "".join(new))]
    matched = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    return [("".join(old[a:b]), "".join(new[c:d])) for _, a, b, c, d in matched]


def _joined(runs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same with changes that only blanks keep apart as one change."""
    joined: list[tuple[str, str]] = []
    for place, (old, new) in enumerate(runs):
        bridges = old == new and not old.strip() and 0 < place < len(runs) - 1
        follows = bool(joined) and joined[-1][0] != joined[-1][1]
        if follows and (bridges or old != new):
            joined[-1] = (joined[-1][0] + old, joined[-1][1] + new)
        else:
            joined.append((old, new))
    return joined


def _pieces(old: str, new: str) -> list[Piece]:
    if old == new:
        return [Piece(Fate.KEPT, old)] if old else []
    return [Piece(fate, text) for fate, text in ((Fate.OUT, old), (Fate.IN, new)) if text]
