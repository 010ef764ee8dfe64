"""A framework as one CSV sheet: a row a competency, with the words of the framework, its modules and tasks alongside.

`layout.CSV_COLUMNS` lists the headings; `ctts/scheme/catalogues/README.md` shows them to the person who fills them in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ctts.scheme.spreadsheet.layout import CSV, CSV_FRAMEWORK, CSV_MODULE, CSV_TASKS, FIELDS
from ctts.scheme.spreadsheet.problems import Notes
from ctts.scheme.spreadsheet.rows import ModuleRow, TaskRow
from ctts.scheme.spreadsheet.sheetxml import MOST_COLUMNS, MOST_ROWS, column_letters
from ctts.scheme.spreadsheet.tables import Row, Sheet
from ctts.scheme.spreadsheet.workbook import Table

SAVE_AS = "In the spreadsheet program choose “CSV UTF-8 (comma delimited)”."


def read_csv(data: bytes, notes: Notes) -> Table | None:
    """The rows of the file, numbered as a spreadsheet program would show them; None when it cannot be read at all."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.add(f"The file is not in the encoding UTF-8. {SAVE_AS}", sheet=CSV)
        return None
    first = text.partition("\n")[0]
    if "," not in first and (";" in first or "\t" in first):
        notes.add(f"The columns are not separated by commas. {SAVE_AS}", sheet=CSV, row=1)
        return None
    return _as_table(_records(text, notes))


def read_any_csv(data: bytes, notes: Notes) -> Table | None:
    """The rows of a CSV file of anybody's making: in UTF-8 or as Windows writes it in western Europe, its columns
    separated by commas, semicolons or tabs, as its first line says; None when it cannot be read at all."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        first = text.partition("\n")[0]
        return _as_table(_records(text, notes, max(",;\t", key=first.count)))
    notes.add(f"This is no CSV file in UTF-8 or in the encoding of Windows. {SAVE_AS}", sheet=CSV)
    return None


def _as_table(records: list[tuple[str, ...]] | None) -> Table | None:
    if records is None:
        return None
    heading = records[0] if records else ()
    numbered = enumerate(records[1:], start=2)
    return Table(CSV, heading, tuple((n, values) for n, values in numbered if any(value.strip() for value in values)))


def _records(text: str, notes: Notes, separator: str = ",") -> list[tuple[str, ...]] | None:
    """All records, the heading first; None when there are too many, too wide or broken ones, which is noted."""
    records: list[tuple[str, ...]] = []
    try:
        for values in csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator):
            row = len(records) + 1
            if row > MOST_ROWS + 1:
                notes.add(f"At most {MOST_ROWS} rows are read. Split the file.", sheet=CSV, row=row)
                return None
            if len(values) > MOST_COLUMNS:
                stray = column_letters(len(values))
                notes.add("There is content far to the right. Clear it.", sheet=CSV, row=row, column=stray)
                return None
            records.append(tuple(values))
    except csv.Error:
        notes.add(f"From here on the quotation marks do not match. {SAVE_AS}", sheet=CSV, row=len(records) + 1)
        return None
    return records


def framework_words(sheet: Sheet) -> dict[str, str]:
    """The five words about the framework: said on one row at least, and never differently."""
    found: dict[str, str] = {}
    for column, field in zip(CSV_FRAMEWORK, FIELDS, strict=False):
        heading = column.heading
        rows = [row for row in sheet.rows if row.text(heading)]
        if not rows:
            # A cell that was refused is absent, not blank: it has its own problem already.
            if heading in sheet.columns and all(heading in row.cells for row in sheet.rows):
                sheet.note(2, heading, f"{heading} is blank. Fill it in.")
            continue
        found[field.heading] = rows[0].text(heading)
        _agree(sheet, heading, rows, "One file holds one framework.")
    return found


def _agree(sheet: Sheet, heading: str, rows: list[Row], why: str) -> None:
    """Note each row that says under `heading` something else than the first of these rows."""
    first = rows[0].cells.get(heading)
    for row in rows[1:]:
        here = row.cells.get(heading)
        if first and here and here != first:
            says = f"{heading} says “{here}” here, but “{first}” in row {rows[0].number}."
            sheet.note(row.number, heading, f"{says} {why}")


def modules(sheet: Sheet) -> tuple[ModuleRow, ...]:
    """The modules in the order of first use; the first row that uses one says its title, version and level."""
    users: dict[str, list[Row]] = {}
    for row in sheet.rows:
        if row.text("Module"):
            users.setdefault(row.text("Module"), []).append(row)
    for code, rows in users.items():
        for column in CSV_MODULE:
            if rows[0].cells.get(column.heading) == "":
                wish = f"Fill it in where module {code} is first used."
                sheet.note(rows[0].number, column.heading, f"{column.heading} is blank. {wish}")
            _agree(sheet, column.heading, rows, f"Say the same of module {code} in each row.")
    return tuple(
        ModuleRow(code, row.text("Module title"), row.text("Curriculum version"), row.number_of("Module level"))
        for code, (row, *_) in users.items()
    )


def tasks(sheet: Sheet) -> tuple[TaskRow, ...]:
    """The tasks in the order of first use, titled by the same place in `Task titles`; blank repeats a known title."""
    titles: dict[str, tuple[str, int]] = {}
    heading = CSV_TASKS.heading
    for row in sheet.rows:
        codes = row.codes("Tasks")
        if not codes or heading not in row.cells:
            continue
        said = [part.strip() for part in row.text(heading).split(";")] if row.text(heading) else [""] * len(codes)
        if len(said) != len(codes):
            count = f"There are {len(codes)} tasks but {len(said)} titles."
            sheet.note(row.number, heading, f"{count} Write one title a task, with semicolons between them.")
            continue
        for message in _titled(titles, zip(codes, said, strict=True), row.number):
            sheet.note(row.number, heading, message)
    return tuple(TaskRow(code, title, "") for code, (title, _) in titles.items())


def _titled(titles: dict[str, tuple[str, int]], named: Iterable[tuple[str, str]], row: int) -> list[str]:
    """Add the titles of one row to those known; says what is missing or disagrees."""
    wrong = []
    for code, title in named:
        if code not in titles:
            titles[code] = (title, row)
            if not title:
                wrong.append(f"The title of task {code} is missing. Write it where the task is first used.")
        elif title and title != titles[code][0]:
            known, where = titles[code]
            wrong.append(f"Task {code} is called “{title}” here, but “{known}” in row {where}. Make them agree.")
    return wrong
