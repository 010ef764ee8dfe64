"""Whole numbers among words that came from outside: an address, a hidden field, a header."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_ID = 18  # digits; what is longer is no id of ours and would not fit into the database's


def number_in(word: str, digits: int = LONGEST_ID) -> int | None:
    """The whole number from 0 on that a word of an address or a form is, of so many digits at most; else None.

    Only the digits 0 to 9: Python would take those of other scripts, and say of some that they are none afterwards.
    """
    return int(word) if word.isascii() and word.isdigit() and len(word) <= digits else None


def numbers_in(words: Iterable[str]) -> list[int]:
    """The ids among some words of an address or a form; whatever else stands there is left out."""
    return [number for number in map(number_in, words) if number is not None]
