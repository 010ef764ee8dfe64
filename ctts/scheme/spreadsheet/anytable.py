"""A table of anybody's making, read as it is: its headings are not known, whoever asked maps them (quality rule 16)."""

from __future__ import annotations

from typing import BinaryIO

from ctts.scheme.spreadsheet.csvfile import read_any_csv
from ctts.scheme.spreadsheet.problems import Notes
from ctts.scheme.spreadsheet.reading import taken
from ctts.scheme.spreadsheet.workbook import Table, read_any_sheet


def read_any_table(file: BinaryIO, filename: str, *, most_rows: int) -> Table:
    """The one table in an XLSX workbook or a CSV file; `filename` decides which, its content must agree.

    Raises SheetProblems naming every place to mend: wrong or damaged file, macros, password, too large, several sheets
    or none, merged cells, no headings, no rows or more than `most_rows`.
    """
    notes = Notes()
    data, suffix = taken(file, filename, notes, (".xlsx", ".csv"))
    table = read_any_csv(data, notes) if suffix == ".csv" else read_any_sheet(data, notes)
    if table is None:
        raise notes.settled(())
    if not any(isinstance(value, str) and value.strip() for value in table.heading):
        notes.add("Row 1 has no headings. Write what each column holds into row 1.", sheet=table.sheet)
    if not table.rows:
        notes.add("There are no rows under the headings. Fill them in from row 2.", sheet=table.sheet)
    if len(table.rows) > most_rows:
        many = f"There are {len(table.rows):,} rows; at most {most_rows:,} are taken at once."
        notes.add(f"{many} Split the file.", sheet=table.sheet)
    notes.settle(())
    return table
