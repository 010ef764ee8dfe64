"""What one cell may hold, and the sentence to its author when it holds something else.

A text starting with `=`, `+`, `-` or `@` is an ordinary text here; only a real formula is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from ctts.scheme.spreadsheet.rows import DOPS_ITEMS, FHEQ_LEVELS, STATUSES


class Odd(Enum):
    """A cell that holds no text, and what to tell its author. A workbook keeps dates as numbers."""

    FORMULA = "This is a formula. Replace it by its value (in the spreadsheet program: copy, then paste as values)."
    NUMBER = "This is a number or a date. Format the cell as Text and type it again, so that 1.10 stays 1.10."
    TRUTH = "This is TRUE or FALSE. Format the cell as Text and type the words you mean."
    FAULT = "This is an error value. Type the text that belongs here."


Value: TypeAlias = str | int | float | Odd | None
Parsed: TypeAlias = str | int | tuple[str, ...]


class Kind(Enum):
    """What a column holds."""

    CODE = auto()
    CODES = auto()
    LINE = auto()
    TEXT = auto()
    LEVEL = auto()
    ITEM = auto()
    STATUS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet, or a field of the sheet Framework; `longest` counts characters."""

    heading: str
    kind: Kind
    longest: int = 200
    required: bool = True


class CellRefused(Exception):  # noqa: N818 — never leaves this package; reading turns it into a Problem
    """This cell cannot be accepted; `str()` tells its author what to do."""


CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,19}")
WHOLE = re.compile(r"[0-9]{1,2}")
# Letters by their category, yet drawn as nothing: joiners, fillers, the blank Braille pattern.
BLANK_LETTERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")
TRIMMED = " \t\r\n\u00a0"


def parse(column: Column, value: Value) -> Parsed:
    """The content of a cell of that column: "" when blank and not required, int for levels and item numbers,

    a tuple for lists of codes, else text. Raises CellRefused with what its author should do.
    """
    if isinstance(value, Odd):
        raise CellRefused(value.value)
    if column.kind in (Kind.LEVEL, Kind.ITEM):
        return _whole_number(column, value)
    if isinstance(value, int | float):
        raise CellRefused(Odd.NUMBER.value)
    text = _plain(value or "", lines=column.kind is Kind.TEXT)
    if not text:
        if column.required:
            raise CellRefused(f"{column.heading} is blank. Fill it in.")
        return () if column.kind is Kind.CODES else ""
    if column.kind is Kind.CODES:
        return _codes(text)
    if column.kind is Kind.CODE:
        return _code(text)
    if column.kind is Kind.STATUS and text not in STATUSES:
        raise CellRefused(f"{column.heading} must be one of: {', '.join(STATUSES)}.")
    if len(text) > column.longest:
        raise CellRefused(
            f"{column.heading} has {len(text)} characters; at most {column.longest} fit. Shorten it by "
            f"{len(text) - column.longest}."
        )
    return text


def _whole_number(column: Column, value: Value) -> Parsed:
    """A level or an item number; typed as a number or as digits."""
    allowed = FHEQ_LEVELS if column.kind is Kind.LEVEL else tuple(range(1, DOPS_ITEMS + 1))
    wish = "an FHEQ level: 4, 5 or 6" if column.kind is Kind.LEVEL else f"a whole number from 1 to {DOPS_ITEMS}"
    number: float | None = None
    if isinstance(value, str):
        text = _plain(value, lines=False)
        if not text:
            value = None
        elif WHOLE.fullmatch(text):
            number = int(text)
    elif isinstance(value, int | float):
        number = value
    if value is None:
        if not column.required:
            return ""
        raise CellRefused(f"{column.heading} is blank. It must be {wish}.")
    if number not in allowed:
        raise CellRefused(f"{column.heading} must be {wish}.")
    return int(number)


def shown(text: str) -> str:
    """The beginning of a foreign text, safe to repeat in a message: printable characters only."""
    return "".join(c for c in text[:40] if c.isprintable())


def _plain(text: str, *, lines: bool) -> str:
    """Trimmed text in normal form C; raises CellRefused for anything the reader of a page could not see."""
    text = text.replace("\r\n", "\n").strip(TRIMMED)
    if not text.isprintable():
        for place, sign in enumerate(text):
            category = unicodedata.category(sign)
            if sign == "\n" and not lines:
                raise CellRefused("This text has a line break. Write it in one line.")
            if sign != "\n" and (category[0] == "C" or category in ("Zl", "Zp")):
                raise CellRefused(_invisible(text, place, sign))
    blank = BLANK_LETTERS.search(text)
    if blank:
        raise CellRefused(_invisible(text, blank.start(), blank[0]))
    return unicodedata.normalize("NFC", text)


def _invisible(text: str, place: int, sign: str) -> str:
    """The sentence about a character that nobody can see: which one, and after which visible words it stands."""
    before = "".join(c for c in text[max(0, place - 20) : place] if c.isprintable() and not BLANK_LETTERS.match(c))
    where = f"after “{before}”" if before.strip() else "at the beginning"
    named = f"U+{ord(sign):04X} {unicodedata.name(sign, 'control character')}".rstrip()
    return f"An invisible character ({named}) stands {where}. Clear the cell and type the text again."


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise CellRefused(
            f"“{text[:40]}” is not a code. Use capital letters A to Z, digits, full stops and hyphens, at most 20 in "
            "all, such as NM-1.03."
        )
    return text


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(_code(part.strip()) for part in text.split(";") if part.strip())
    if not codes:
        raise CellRefused("No code is named. Write codes with semicolons between them.")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise CellRefused(f"{', '.join(twice)} is named twice. Keep one.")
    return codes
