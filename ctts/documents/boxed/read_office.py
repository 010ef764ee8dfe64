"""The words of an office document: what is on the page, in notes and comments, and what was struck out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from .package import opened, parse, read
from .reading import Text

PARTS = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|ppt/(slides/slide|notesSlides/notesSlide|comments/\w*)\d*\.xml"
    r"|xl/(comments\d*|threadedComments/\w+)\.xml"
)
SHEETS = re.compile(r"xl/worksheets/sheet\d+\.xml")
STRINGS = "xl/sharedStrings.xml"
WORDS = frozenset({"t", "delText"})
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
ENDS = {"p": "\n", "comment": "\n", "row": "\n"}


def work(folder: Path) -> dict[str, Any]:
    """Leave `text`; facts: whether something was left out. Pages of an office document are unknown."""
    text = Text()
    with opened(folder / "source") as package:
        for part in sorted(package.infolist(), key=lambda part: _order(part.filename)):
            if PARTS.fullmatch(part.filename):
                _running_text(read(package, part), text.add)
        _sheets(package, text)
    return {"pages": None, **text.leave(folder)}


def _order(name: str) -> tuple[str, int]:
    """Slides and sheets by their number: slide2 before slide10."""
    number = re.search(r"(\d+)\.xml$", name)
    return re.sub(r"\d+\.xml$", "", name), int(number[1]) if number else 0


def _running_text(content: bytes, add: Callable[[str], None]) -> None:
    inside = [False]

    def start(name: str, given: dict[str, str]) -> None:
        inside[0] = name in WORDS
        if name in BREAKS:
            add(BREAKS[name])

    def end(name: str) -> None:
        inside[0] = False
        if name in ENDS:
            add(ENDS[name])

    parse(content, start, end, lambda value: add(value) if inside[0] else None)


def _sheets(package: ZipFile, text: Text) -> None:
    names = set(package.namelist())
    shared = _shared(read(package, package.getinfo(STRINGS))) if STRINGS in names else []
    for part in sorted(package.infolist(), key=lambda part: _order(part.filename)):
        if SHEETS.fullmatch(part.filename):
            _cells(read(package, part), shared, text)


def _shared(content: bytes) -> list[str]:
    """The workbook's table of strings, in order; cells name them by place."""
    found: list[str] = []
    pieces: list[str] = []
    inside = [False]

    def start(name: str, given: dict[str, str]) -> None:
        inside[0] = name == "t"
        if name == "si":
            pieces.clear()

    def end(name: str) -> None:
        inside[0] = False
        if name == "si":
            found.append("".join(pieces))

    parse(content, start, end, lambda value: pieces.append(value) if inside[0] else None)
    return found


def _cells(content: bytes, shared: list[str], text: Text) -> None:
    """One sheet, a row a line, a tab between cells; formulas are left out, their values stay."""
    kind, inside = [""], [False]
    pieces: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        inside[0] = name in {"v", "t"}
        if name == "c":
            kind[0] = given.get("t", "")
            pieces.clear()

    def end(name: str) -> None:
        inside[0] = False
        if name == "c":
            text.add(_value("".join(pieces), kind[0], shared) + "\t")
        elif name in ENDS:
            text.add(ENDS[name])

    parse(content, start, end, lambda value: pieces.append(value) if inside[0] else None)


def _value(found: str, kind: str, shared: list[str]) -> str:
    if kind != "s":
        return found
    return shared[int(found)] if found.isdecimal() and int(found) < len(shared) else ""
