"""The sheets of an XLSX workbook as plain tables; merged cells, hidden and unexpected sheets are noted as problems."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from ctts.scheme.spreadsheet.cells import Value, shown
from ctts.scheme.spreadsheet.package import Damaged, SheetPart, unpack
from ctts.scheme.spreadsheet.problems import Notes
from ctts.scheme.spreadsheet.sheetxml import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cells,
    column_letters,
    shared_texts,
    sheet_cells,
)

# The ways in which an archive or an XML part that is cut off or tampered with shows itself.
BROKEN = (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, NotImplementedError, OSError, LookupError, ValueError)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: the cells of row 1, and the other rows that hold something, each with its number in the sheet."""

    sheet: str
    heading: tuple[Value, ...]
    rows: tuple[tuple[int, tuple[Value, ...]], ...]


def read_workbook(data: bytes, wanted: tuple[str, ...], notes: Notes) -> dict[str, Table]:
    """The sheets named in `wanted` that are there, by name. Any other sheet is noted, never skipped."""
    sheets = _sheets(data, notes)
    found: dict[str, Table] = {}
    for sheet, cells in sheets:
        name = next((name for name in wanted if name.casefold() == sheet.name.strip().casefold()), None)
        if sheet.hidden:
            notes.add("This sheet is hidden. Show it, check it, and keep or delete it.", sheet=shown(sheet.name))
        if name is None:
            wish = f"Delete it; the sheets are {', '.join(wanted)}."
            notes.add(f"This sheet is not expected. {wish}", sheet=shown(sheet.name))
        elif name in found:
            notes.add("There are two sheets of this name. Keep one.", sheet=name)
        else:
            found[name] = _table(name, cells, notes)
    return found


def read_any_sheet(data: bytes, notes: Notes) -> Table | None:
    """The one sheet of a workbook that holds anything, whatever it is called; several are noted, as is none."""
    sheets = [(sheet, cells) for sheet, cells in _sheets(data, notes) if cells.rows or cells.last_row]
    if len(sheets) > 1:
        names = ", ".join(f"“{shown(sheet.name)}”" for sheet, _ in sheets)
        notes.add(f"Several sheets hold something: {names}. Keep the one to be read, and delete the others.")
        return None
    if not sheets:
        if not any(notes):
            notes.add("No sheet holds anything. Choose the file again.")
        return None
    sheet, cells = sheets[0]
    return _table(shown(sheet.name), cells, notes)


def _sheets(data: bytes, notes: Notes) -> list[tuple[SheetPart, Cells]]:
    """Every sheet with its cells; none when the workbook cannot be read, which is noted."""
    try:
        package = unpack(data)
        texts = shared_texts(package.texts)
        return [(sheet, sheet_cells(sheet.content, texts)) for sheet in package.sheets]
    except Damaged as damage:
        notes.add(str(damage))
    except BROKEN:
        notes.add(str(Damaged()))
    return []


def _table(name: str, cells: Cells, notes: Notes) -> Table:
    """One sheet; notes what its shape alone shows to be wrong."""
    for area in cells.merged:
        notes.add(f"The cells {area} are merged. Unmerge them and fill in each cell.", sheet=name)
    if cells.last_row > MOST_ROWS + 1:
        place = f"There is content in row {cells.last_row}; at most {MOST_ROWS} rows are read."
        notes.add(f"{place} Split the sheet, or clear what is below.", sheet=name)
    if cells.last_column > MOST_COLUMNS:
        stray = column_letters(cells.last_column)
        notes.add("There is content far to the right. Delete this column.", sheet=name, column=stray)
    heading = tuple(cells.rows.get(1, ()))
    rows = ((number, tuple(row)) for number, row in cells.rows.items() if number > 1)
    return Table(name, heading, tuple((number, row) for number, row in rows if any(map(_filled, row))))


def _filled(value: Value) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())
