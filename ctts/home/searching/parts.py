"""The shapes of what was found, and whether words are those of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ctts.accounts.rules import sort_key


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found: its name, its page, what it is in a line; `words` by which else it is looked for."""

    label: str
    url: str
    about: str
    words: str = ""

    def answers(self, wanted: Sequence[str]) -> bool:
        """Whether each of some folded words begins a word of the label, or of what else it is looked for by."""
        own = sort_key(f"{self.label} {self.words}").split()
        return all(any(word.startswith(begun) for word in own) for begun in wanted)


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """Things of one kind. `more_url`: the list that has the rest, where not all are shown; empty where none has."""

    key: str
    title: str
    icon: str
    rows: Sequence[Found]
    more_url: str = ""
