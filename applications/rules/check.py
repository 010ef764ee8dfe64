"""An eligibility check that somebody goes on from (A1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from applications.states import Part

# Part → field → the raw text of that field, as a draft keeps it.
TypedParts: TypeAlias = Mapping[Part, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an application begun from the check takes over.

    `results`: one {"rule", "outcome", "reason", "section"} for each entry rule, as they were shown. `typed`: the raw
    text of the fields of each part that the answers fill, as a draft keeps it.
    """

    results: Sequence[Mapping[str, str]]
    typed: TypedParts
