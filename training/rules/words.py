"""Counting the words of a long case study, the list of references left out (T6, Y5)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_REFERENCES = re.compile(
    r"(?P<marks>\#{0,6})\s*(?:\*\*|__)?\s*(?:\d{1,2}(?:\.\d{1,2})?[.)]?\s+)?"
    r"(?:references|reference\ list|list\ of\ references|bibliography|works\ cited)\s*:?\s*(?:\*\*|__)?\s*\#*",
    re.IGNORECASE | re.VERBOSE,
)
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+\S")
_WORD = re.compile(r"\S+")


def word_count(text: str) -> int:
    """The words of a text, its references left out (T6).

    A word is a run without white space that holds a letter or a digit: "dose-rate" is one, a lone dash none. The
    references are what follows a line that says just References, Reference list, Bibliography or Works cited (as a
    heading, in bold, numbered or plain) up to the next Markdown heading of the same or a higher rank, else to the end.
    Raises TypeError for what is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"Words are counted in text, not in {type(text).__name__}.")
    count, leaving_out = 0, 0
    for line in text.splitlines():
        heading = _HEADING.match(line.strip())
        if leaving_out and heading and len(heading["marks"]) <= leaving_out:
            leaving_out = 0
        rank = _references_rank(line)
        if rank:
            leaving_out = rank
        if not leaving_out:
            count += _words(line)
    return count


def _references_rank(line: str) -> int:
    """The rank of a heading of references (1 highest, 6 for one without marks), 0 for any other line."""
    found = _REFERENCES.fullmatch(line.strip()) if len(line) < 80 else None
    return (len(found["marks"]) or 6) if found else 0


def _words(line: str) -> int:
    return sum(any(map(str.isalnum, word[0])) for word in _WORD.finditer(line))


def section_words(sections: Iterable[tuple[str, str]]) -> int:
    """The words of a case study kept in sections (heading, text), a section of references left out (T6).

    Headings themselves are not counted.
    """
    return sum(word_count(text) for heading, text in sections if not _references_rank(heading))
