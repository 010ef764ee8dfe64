"""What must hold between rows: unique codes, references that lead somewhere, every task covered (S2, S3)."""

from __future__ import annotations

from ctts.scheme.spreadsheet.rows import DOPS_ITEMS
from ctts.scheme.spreadsheet.tables import Sheet


def unique(sheet: Sheet, heading: str) -> None:
    """Note each row whose code or number an earlier row of the same sheet has already."""
    first: dict[object, int] = {}
    for row in sheet.rows:
        value = row.cells.get(heading)
        if value in first:
            sheet.note(row.number, heading, f"{value} is already in row {first[value]}. Give each row its own.")
        elif value is not None:
            first[value] = row.number


def known_modules(competencies: Sheet, modules: Sheet) -> None:
    """Note each competency mapped to a module that the sheet Modules does not have (S3)."""
    known = {row.text("Code") for row in modules.rows}
    for row in competencies.rows:
        code = row.text("Module")
        if code and code not in known:
            wish = "Correct the code or add the module there."
            competencies.note(row.number, "Module", f"Module {code} is not on the sheet {modules.name}. {wish}")


def known_tasks(competencies: Sheet, tasks: Sheet) -> None:
    """Note each unknown task of a competency, and each task no competency covers: no list could cover it (S3)."""
    known = {row.text("Code") for row in tasks.rows}
    covered = {code for row in competencies.rows for code in row.codes("Tasks")}
    for row in competencies.rows:
        for code in row.codes("Tasks"):
            if code not in known:
                wish = "Correct the code or add the task there."
                competencies.note(row.number, "Tasks", f"Task {code} is not on the sheet {tasks.name}. {wish}")
    for row in tasks.rows:
        code = row.text("Code")
        if code and code not in covered:
            wish = "Name it under Tasks of at least one competency."
            tasks.note(row.number, "Code", f"No competency covers task {code}. {wish}")


def ten_items(dops: Sheet) -> None:
    """Note a DOPS form that has not exactly the items 1 to 10 (T5)."""
    there = {row.number_of("Item") for row in dops.rows}
    missing = ", ".join(str(number) for number in range(1, DOPS_ITEMS + 1) if number not in there)
    if missing and "Item" in dops.columns:
        dops.notes.add(f"A DOPS form has items 1 to {DOPS_ITEMS}. Missing: {missing}.", sheet=dops.name)
