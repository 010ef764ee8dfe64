"""Read a framework or a DOPS form from a file: whole and checked, or not at all with every reason (S2, rule 16)."""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO, cast

from ctts.scheme.spreadsheet import checks, csvfile
from ctts.scheme.spreadsheet.layout import COMPETENCIES, CSV_COLUMNS, DOPS, FRAMEWORK, MODULES, ORDER, SHEETS, TASKS
from ctts.scheme.spreadsheet.package import MOST_BYTES, SAVE_AS
from ctts.scheme.spreadsheet.problems import Notes
from ctts.scheme.spreadsheet.rows import (
    DOPS_POINTS,
    CompetencyRow,
    DopsItemRow,
    FrameworkSheet,
    ModuleRow,
    TaskRow,
)
from ctts.scheme.spreadsheet.tables import Sheet, read_fields, read_table
from ctts.scheme.spreadsheet.workbook import read_workbook

KINDS = {
    ".xls": f"This is an old Excel file. {SAVE_AS}",
    ".xlsm": f"A workbook that may hold macros is not accepted. {SAVE_AS}",
    ".xltm": f"A template that may hold macros is not accepted. {SAVE_AS}",
    ".xltx": f"This is a template. {SAVE_AS}",
    ".xlsb": f"This is a binary Excel file. {SAVE_AS}",
    ".ods": f"This is an OpenDocument spreadsheet. {SAVE_AS}",
}


def read_framework(file: BinaryIO, filename: str) -> FrameworkSheet:
    """The framework in an XLSX workbook or a CSV file; `filename` decides which, its content must agree.

    Raises SheetProblems naming every place to mend: wrong or damaged file, macros, password, more than 10 MB (as
    uploaded or unpacked) or 10 000 rows, missing or unknown sheets and columns, hidden sheets, merged cells, formulas,
    blanks, invisible characters, doubled codes, references to nothing, levels other than FHEQ 4 to 6, uncovered tasks.
    """
    notes = Notes()
    data, suffix = taken(file, filename, notes, (".xlsx", ".csv"))
    if suffix == ".csv":
        return _from_csv(data, notes)
    tables = read_workbook(data, (FRAMEWORK, *SHEETS), notes)
    if not tables:
        raise notes.settled(ORDER)
    for name in (FRAMEWORK, TASKS, MODULES, COMPETENCIES):
        if name not in tables and not any(problem.sheet == name for problem in notes):
            notes.add("This sheet is missing. Add it; the sample workbooks show its columns.", sheet=name)
    words = read_fields(tables[FRAMEWORK], notes) if FRAMEWORK in tables else {}
    sheets = {name: read_table(tables[name], SHEETS[name], notes) for name in SHEETS if name in tables}
    _check(sheets)
    notes.settle(ORDER)
    return _framework(
        words,
        tuple(TaskRow(r.text("Code"), r.text("Title"), r.text("Description")) for r in sheets[TASKS].rows),
        tuple(
            ModuleRow(r.text("Code"), r.text("Title"), r.text("Curriculum version"), r.number_of("Level"))
            for r in sheets[MODULES].rows
        ),
        sheets[COMPETENCIES],
        _dops(sheets[DOPS]) if DOPS in sheets else (),
    )


def read_dops_form(file: BinaryIO, filename: str) -> tuple[DopsItemRow, ...]:
    """The ten items of a DOPS form from a workbook that holds only the sheet DOPS (T5). Raises SheetProblems."""
    notes = Notes()
    data, _ = taken(file, filename, notes, (".xlsx",))
    tables = read_workbook(data, (DOPS,), notes)
    if not tables:
        raise notes.settled(ORDER)
    sheet = read_table(tables[DOPS], SHEETS[DOPS], notes)
    _check({DOPS: sheet})
    notes.settle(ORDER)
    return _dops(sheet)


def taken(file: BinaryIO, filename: str, notes: Notes, suffixes: tuple[str, ...]) -> tuple[bytes, str]:
    """The bytes and the kind of the file; raises at once for what cannot be looked at any further."""
    suffix = PurePath(filename).suffix.lower()
    if suffix not in suffixes:
        notes.add(KINDS.get(suffix, f"This kind of file is not read here; {' and '.join(suffixes)} are. {SAVE_AS}"))
        raise notes.settled(ORDER)
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        notes.add(
            f"This file is larger than {MOST_BYTES // 1_000_000} MB. Remove pictures and unused sheets, or split it."
        )
    elif not data:
        notes.add("This file is empty. Choose the file again.")
    notes.settle(ORDER)
    return data, suffix


def _check(sheets: dict[str, Sheet]) -> None:
    """All checks between rows, as far as the sheets and columns they need are there."""
    for name, sheet in sheets.items():
        checks.unique(sheet, "Item" if name == DOPS else "Code")
    if DOPS in sheets:
        checks.ten_items(sheets[DOPS])
    competencies = sheets.get(COMPETENCIES)
    if competencies is None:
        return
    if MODULES in sheets and "Code" in sheets[MODULES].columns:
        checks.known_modules(competencies, sheets[MODULES])
    if TASKS in sheets and "Code" in sheets[TASKS].columns and "Tasks" in competencies.columns:
        checks.known_tasks(competencies, sheets[TASKS])


def _from_csv(data: bytes, notes: Notes) -> FrameworkSheet:
    table = csvfile.read_csv(data, notes)
    if table is None:
        raise notes.settled(ORDER)
    sheet = read_table(table, CSV_COLUMNS, notes)
    words = csvfile.framework_words(sheet)
    modules = csvfile.modules(sheet)
    tasks = csvfile.tasks(sheet)
    checks.unique(sheet, "Code")
    notes.settle(ORDER)
    return _framework(words, tasks, modules, sheet, ())


def _framework(
    words: dict[str, str],
    tasks: tuple[TaskRow, ...],
    modules: tuple[ModuleRow, ...],
    competencies: Sheet,
    dops: tuple[DopsItemRow, ...],
) -> FrameworkSheet:
    """The whole, once nothing is left to mend."""
    return FrameworkSheet(
        scope=words["Scope code"],
        scope_name=words["Scope name"],
        title=words["Title"],
        version=words["Version"],
        status=words["Status"],
        note=words.get("Note", ""),
        tasks=tasks,
        modules=modules,
        competencies=tuple(
            CompetencyRow(
                code=row.text("Code"),
                group=row.text("Group"),
                title=row.text("Title"),
                statement=row.text("Statement"),
                module=row.text("Module"),
                level=row.number_of("Level"),
                tasks=row.codes("Tasks"),
            )
            for row in competencies.rows
        ),
        dops=dops,
    )


def _dops(sheet: Sheet) -> tuple[DopsItemRow, ...]:
    """The items in the order of their numbers."""
    items = []
    for row in sheet.rows:
        anchors = tuple(row.text(f"Anchor {point}") for point in DOPS_POINTS)
        five = cast(tuple[str, str, str, str, str], anchors)
        items.append(DopsItemRow(row.number_of("Item"), row.text("Title"), row.text("Observed"), five))
    return tuple(sorted(items, key=lambda item: item.number))
