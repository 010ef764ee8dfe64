"""Pages of a portfolio: which are cited in a mark, which chapter is trimmed first (F3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ctts.scheme.rules import whole_number

PART = re.compile(r"([0-9]{1,5})(?:\s*[-\u2013]\s*([0-9]{1,5}))?")


def cited_pages(text: str, pages: int) -> tuple[tuple[int, int], ...]:
    """The pages of a portfolio of `pages` that a mark cites, as (first, last): "12, 40-43" is (12, 12), (40, 43) (F3).

    Nothing cites nothing. Raises ValueError, in a sentence for the marker, for what is no page or lies outside.
    """
    whole_number(pages, "pages", least=1)
    found = []
    for part in (one.strip() for one in text.split(",")):
        match = PART.fullmatch(part)
        if not part:
            continue
        if match is None:
            raise ValueError(f"“{part}” is no page. Write pages like 12, 40-43.")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= pages:
            raise ValueError(f"“{part}” lies outside: the portfolio has the pages 1 to {pages}.")
        found.append((first, last))
    return tuple(found)


def chapter_to_trim(chapters: Sequence[Mapping[str, object]]) -> str:
    """The chapter with the most pages, to be named when a portfolio has too many (F3); empty without chapters.

    Each has `title` and `pages`; of two with as many the first.
    """
    counted = [(whole_number(row["pages"], "pages"), str(row["title"])) for row in chapters]
    return max(counted, key=lambda pair: pair[0])[1] if counted else ""
