"""Which words of a text were taken out and which were put in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 2_000  # of both texts together; longer ones are shown one after the other, for telling them apart is slow
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

    Joined without OUT they are `after`, without IN `before`. Very long texts are told apart as wholes.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        old, new = [before], [after]
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(Fate.KEPT, "".join(old[a:b])))
            continue
        pieces += [Piece(Fate.OUT, "".join(old[a:b]))] if b > a else []
        pieces += [Piece(Fate.IN, "".join(new[c:d]))] if d > c else []
    return pieces
