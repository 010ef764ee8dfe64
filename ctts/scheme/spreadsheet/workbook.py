"""The cells of an XLSX workbook as plain tables; formulas, merged cells and hidden sheets are noted as problems."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import openpyxl

from ctts.scheme.spreadsheet.cells import Odd, Value, shown
from ctts.scheme.spreadsheet.package import (
    DAMAGED,
    MOST_COLUMNS,
    MOST_ROWS,
    SheetPart,
    column_letters,
    inspect,
)
from ctts.scheme.spreadsheet.problems import Notes


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: the cells of row 1, and the other rows that hold something, each with its number in the sheet."""

    sheet: str
    heading: tuple[Value, ...]
    rows: tuple[tuple[int, tuple[Value, ...]], ...]


ODDITIES = {"f": Odd.FORMULA, "d": Odd.DATE, "b": Odd.TRUTH, "e": Odd.FAULT}


def read_workbook(data: bytes, wanted: tuple[str, ...], notes: Notes) -> dict[str, Table]:
    """The sheets named in `wanted` that are there, by name. Anything else in the workbook is noted, never skipped."""
    found: dict[str, SheetPart] = {}
    for sheet in inspect(data, notes):
        name = next((name for name in wanted if name.casefold() == sheet.name.strip().casefold()), None)
        if sheet.hidden:
            notes.add("This sheet is hidden. Show it, check it, and keep or delete it.", sheet=shown(sheet.name))
        if name is None:
            notes.add(
                f"This sheet is not expected. Delete it; the sheets are {', '.join(wanted)}.", sheet=shown(sheet.name)
            )
        elif name in found:
            notes.add("There are two sheets of this name. Keep one.", sheet=name)
        elif _readable(name, sheet, notes):
            found[name] = sheet
    return _tables(data, found, notes) if found else {}


def _readable(name: str, sheet: SheetPart, notes: Notes) -> bool:
    """Whether the cells of a sheet are worth reading; notes what its measures already show."""
    for area in sheet.merged:
        notes.add(f"The cells {area} are merged. Unmerge them and fill in each cell.", sheet=name)
    if sheet.last_row > MOST_ROWS + 1:
        notes.add(
            f"There is content in row {sheet.last_row}; at most {MOST_ROWS} rows are read. Split or clear it.",
            sheet=name,
        )
        return False
    if sheet.last_column > MOST_COLUMNS:
        stray = column_letters(sheet.last_column)
        notes.add("There is content far to the right. Delete this column.", sheet=name, column=stray)
        return False
    return True


def _tables(data: bytes, sheets: dict[str, SheetPart], notes: Notes) -> dict[str, Table]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of validations, styles and extensions it leaves out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            try:
                return {name: _table(name, book[sheet.name], sheet) for name, sheet in sheets.items()}
            finally:
                book.close()
    except (
        ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
        SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
    ):  # fmt: skip
        # The library has no error of its own for a malformed part; this is how it fails on one.
        notes.add(DAMAGED)
        return {}


def _table(name: str, worksheet: Any, sheet: SheetPart) -> Table:
    """One sheet, read as far as it was measured; a wrong dimension written into the file is not believed."""
    worksheet.reset_dimensions()
    if not sheet.last_row:
        return Table(name, (), ())
    rows = [
        (number, tuple(_value(cell) for cell in row))
        for number, row in enumerate(worksheet.iter_rows(1, sheet.last_row, 1, sheet.last_column), start=1)
    ]
    heading = rows[0][1]
    return Table(name, heading, tuple((n, row) for n, row in rows[1:] if any(not _blank(value) for value in row)))


def _value(cell: Any) -> Value:
    """What is in one cell. A formula counts as one even when the program stored its last result beside it."""
    if cell.value is None:
        return None
    odd = ODDITIES.get(cell.data_type)
    if odd is not None:
        return odd
    value = cell.value
    return value if isinstance(value, str | int | float) else Odd.FAULT


def _blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
