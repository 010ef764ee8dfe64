"""From cells to rows: columns found by their headings, each cell read as what its column holds, every refusal noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from ctts.scheme.spreadsheet.cells import CellRefused, Column, Odd, Parsed, Value, parse, shown
from ctts.scheme.spreadsheet.layout import FIELD, FIELDS, FRAMEWORK, VALUE, folded
from ctts.scheme.spreadsheet.problems import Notes
from ctts.scheme.spreadsheet.sheetxml import column_letters
from ctts.scheme.spreadsheet.workbook import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read: what each heading holds; a heading is absent where its cell was refused or has no column."""

    number: int
    cells: Mapping[str, Parsed]

    def text(self, heading: str) -> str:
        """The text under a heading; "" where there is none."""
        return cast(str, self.cells.get(heading, ""))

    def number_of(self, heading: str) -> int:
        """The whole number under a heading; 0 where there is none."""
        return cast(int, self.cells.get(heading) or 0)

    def codes(self, heading: str) -> tuple[str, ...]:
        """The codes under a heading; none where there are none."""
        return cast(tuple[str, ...], self.cells.get(heading) or ())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows and where its columns stand (1 for A; `columns` lacks what the sheet lacks)."""

    name: str
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    notes: Notes

    def note(self, row: int, heading: str, message: str) -> None:
        """Note a problem in the cell of that row under that heading."""
        letter = column_letters(self.columns[heading]) if heading in self.columns else ""
        self.notes.add(message, sheet=self.name, row=row, column=letter)


def read_table(table: Table, columns: tuple[Column, ...], notes: Notes) -> Sheet:
    """The rows of a table. Missing, unknown and doubled columns and refused cells are noted."""
    places = _places(table, [column.heading for column in columns], notes)
    present = [(column, places[column.heading]) for column in columns if column.heading in places]
    known = set(places.values())
    rows = []
    for number, values in table.rows:
        cells: dict[str, Parsed] = {}
        for column, place in present:
            try:
                cells[column.heading] = parse(column, _at(values, place))
            except CellRefused as refusal:
                notes.add(str(refusal), sheet=table.sheet, row=number, column=column_letters(place))
        for place, value in enumerate(values, start=1):
            if place not in known and value not in (None, "") and _at(table.heading, place) in (None, ""):
                notes.add(
                    "This column has no heading. Clear the cell or give the column its heading.",
                    sheet=table.sheet, row=number, column=column_letters(place),
                )  # fmt: skip
        rows.append(Row(number, cells))
    if not rows:
        notes.add("This sheet has no rows. Fill it in from row 2.", sheet=table.sheet)
    return Sheet(table.sheet, places, tuple(rows), notes)


def _at(values: tuple[Value, ...], place: int) -> Value:
    """The value in the column of that number; rows end with their last filled cell."""
    return values[place - 1] if place <= len(values) else None


def _places(table: Table, headings: list[str], notes: Notes) -> dict[str, int]:
    """Where each heading stands in row 1."""
    by_fold = {folded(heading): heading for heading in headings}
    places: dict[str, int] = {}
    for place, value in enumerate(table.heading, start=1):
        letter = column_letters(place)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        heading = by_fold.get(folded(str(value))) if not isinstance(value, Odd) else None
        if heading is None:
            name = "This" if isinstance(value, Odd) else f"“{shown(str(value))}”"
            notes.add(
                f"{name} is not a column of this sheet. Delete it or correct the heading.",
                sheet=table.sheet, row=1, column=letter,
            )  # fmt: skip
        elif heading in places:
            notes.add(f"The column {heading} is there twice. Keep one.", sheet=table.sheet, row=1, column=letter)
        else:
            places[heading] = place
    for heading in headings:
        if heading not in places:
            notes.add(f"The column {heading} is missing. Write its heading in row 1 and fill it in.", sheet=table.sheet)
    return places


def read_fields(table: Table, notes: Notes) -> dict[str, str]:
    """The words about the framework itself, from the sheet Framework: one field a row. Every gap is noted."""
    by_fold = {folded(column.heading): column for column in FIELDS}
    places = _places(table, [FIELD, VALUE], notes)
    if len(places) < 2:
        return {}
    found: dict[str, str] = {}
    seen: set[str] = set()
    letters = {heading: column_letters(place) for heading, place in places.items()}
    for number, values in table.rows:
        name, value = (_at(values, places[heading]) for heading in (FIELD, VALUE))
        column = by_fold.get(folded(name)) if isinstance(name, str) else None
        if column is None:
            fields = ", ".join(field.heading for field in FIELDS)
            notes.add(
                f"This is not a field. The fields are {fields}.", sheet=FRAMEWORK, row=number, column=letters[FIELD]
            )
            continue
        if column.heading in seen:
            notes.add(f"{column.heading} is there twice. Keep one.", sheet=FRAMEWORK, row=number, column=letters[FIELD])
        seen.add(column.heading)
        try:
            found[column.heading] = cast(str, parse(column, value))
        except CellRefused as refusal:
            notes.add(str(refusal), sheet=FRAMEWORK, row=number, column=letters[VALUE])
    for column in FIELDS:
        if column.required and column.heading not in seen:
            notes.add(f"The field {column.heading} is missing. Add a row for it.", sheet=FRAMEWORK)
    return found
