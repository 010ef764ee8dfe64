"""The cells of one worksheet, read from its XML in one pass (ECMA-376 part 1, 18.3.1 and 18.4).

A general library would do this too, but it interprets much that is of no interest here, some of it at a cost that an
uploaded file can drive up at will, and in its fast mode it does not tell merged cells. Here nothing but rows, cells,
texts and merged areas is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from xml.parsers import expat

from ctts.scheme.spreadsheet.cells import Odd, Value
from ctts.scheme.spreadsheet.package import Attributes, Damaged, parse

MOST_ROWS = 10_000
MOST_COLUMNS = 50
LAST_ROW = 1_048_576
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
INDEX = re.compile(r"[0-9]{1,7}")
# How a workbook writes a character that XML cannot hold, or a text that only looks like this.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ODD = {"b": Odd.TRUTH, "e": Odd.FAULT, "d": Odd.NUMBER}


@dataclass(slots=True)
class Cells:
    """What a sheet holds: rows of values by their number, the last row and column with content, merged areas (B2:C3).

    Rows beyond the heading and MOST_ROWS more, and columns beyond MOST_COLUMNS, are counted but not kept.
    """

    rows: dict[int, list[Value]] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    merged: list[str] = field(default_factory=list)


def shared_texts(content: bytes) -> list[str]:
    """The texts that cells refer to by their number. Raises Damaged or ExpatError."""
    texts: list[str] = []
    if content:
        _Walk(texts.append, Cells(), []).through(content)
    return texts


def sheet_cells(content: bytes, texts: list[str]) -> Cells:
    """The cells of a sheet whose shared texts are given. Raises Damaged, ExpatError, KeyError or ValueError."""
    cells = Cells()
    _Walk(_ignore, cells, texts).through(content)
    return cells


def _ignore(_text: str) -> None:
    """A text outside a cell of a sheet is no concern."""


class _Walk:
    """One pass over a part. Where the sheet leaves out a position it is counted on, as the format has it."""

    def __init__(self, keep_text: Callable[[str], None], cells: Cells, texts: list[str]) -> None:
        self.keep_text, self.cells, self.texts = keep_text, cells, texts
        self.row = self.column = 0
        self.kind = ""
        self.formula = self.listening = self.phonetic = False
        self.heard: list[str] = []
        self.begins: dict[str, Callable[[Attributes], None]] = {}
        self.ends: dict[str, Callable[[], None]] = {}

    def through(self, content: bytes) -> None:
        """Read the whole part."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._hear
        parse(content, parser)

    def _begin(self, name: str, attributes: Attributes) -> None:
        if not self.begins:
            # The first element shows the prefix of the part's own vocabulary; anything else is somebody's extension.
            prefix = name.removesuffix(name.rpartition(":")[2])
            calls = {"row": self._row, "c": self._cell, "f": self._formula, "si": self._item, "mergeCell": self._merged}
            calls |= {"v": self._listen, "t": self._listen, "rPh": self._phonetic}
            self.begins = {prefix + key: call for key, call in calls.items()}
            ends = {"c": self._cell_ends, "v": self._deaf, "t": self._deaf, "rPh": self._phonetic_ends}
            self.ends = {prefix + key: call for key, call in (ends | {"si": self._item_ends}).items()}
        call = self.begins.get(name)
        if call:
            call(attributes)

    def _end(self, name: str) -> None:
        call = self.ends.get(name)
        if call:
            call()

    def _hear(self, text: str) -> None:
        if self.listening:
            self.heard.append(text)

    def _listen(self, _attributes: Attributes) -> None:
        self.listening = not self.phonetic

    def _deaf(self) -> None:
        self.listening = False

    def _phonetic(self, _attributes: Attributes) -> None:
        self.phonetic = True

    def _phonetic_ends(self) -> None:
        self.phonetic = False

    def _item(self, _attributes: Attributes) -> None:
        self.heard.clear()

    def _item_ends(self) -> None:
        self.keep_text(_unescaped("".join(self.heard)))

    def _row(self, attributes: Attributes) -> None:
        above, self.column = self.row, 0
        self.row = int(attributes["r"]) if "r" in attributes else above + 1
        if not above < self.row <= LAST_ROW:
            raise Damaged

    def _cell(self, attributes: Attributes) -> None:
        left = self.column
        self.kind, self.formula = attributes.get("t", "n"), False
        self.heard.clear()
        if "r" not in attributes:
            self.column += 1
            return
        match = CELL.fullmatch(attributes["r"])
        if not match or int(match[2]) != self.row:
            raise Damaged
        self.column = column_number(match[1])
        if self.column <= left:
            raise Damaged

    def _formula(self, _attributes: Attributes) -> None:
        self.formula = True

    def _merged(self, attributes: Attributes) -> None:
        self.cells.merged.append(attributes["ref"][:20])

    def _cell_ends(self) -> None:
        value = self._value()
        if value is None or value == "":
            return
        cells = self.cells
        cells.last_row = self.row
        cells.last_column = max(cells.last_column, self.column)
        if self.row <= MOST_ROWS + 1 and self.column <= MOST_COLUMNS:
            row = cells.rows.setdefault(self.row, [])
            row.extend([None] * (self.column - 1 - len(row)))
            row.append(value)

    def _value(self) -> Value:
        """What is in the cell. A formula counts as one even when the program stored its last result beside it."""
        text = "".join(self.heard)
        if self.formula:
            return Odd.FORMULA
        if not text:
            return None
        if self.kind == "s":
            if not INDEX.fullmatch(text) or int(text) >= len(self.texts):
                raise Damaged
            return self.texts[int(text)]
        if self.kind in ("inlineStr", "str"):
            return _unescaped(text)
        return ODD[self.kind] if self.kind in ODD else _number(text)


def _number(text: str) -> int | float:
    if not NUMBER.fullmatch(text):
        raise Damaged
    number = float(text)
    return int(number) if number.is_integer() else number


def _unescaped(text: str) -> str:
    """The text with `_x000D_` and the like turned into the characters they stand for."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@cache
def column_number(letters: str) -> int:
    """1 for A, 26 for Z, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
