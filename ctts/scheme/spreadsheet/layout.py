"""The sheets of a framework workbook and the columns of a framework CSV: one table, read by reader, writer and README.

Headings are compared without case, and `_` counts as a space.
"""

from __future__ import annotations

from collections.abc import Iterable

from ctts.scheme.spreadsheet.cells import Column, Kind
from ctts.scheme.spreadsheet.rows import DOPS_POINTS

FRAMEWORK, TASKS, MODULES, COMPETENCIES, DOPS = "Framework", "Tasks", "Modules", "Competencies", "DOPS"
CSV = "CSV"

FIELD, VALUE = "Field", "Value"
FIELDS = (
    Column("Scope code", Kind.CODE),
    Column("Scope name", Kind.LINE, 80),
    Column("Title", Kind.LINE),
    Column("Version", Kind.LINE, 30),
    Column("Status", Kind.STATUS),
    Column("Note", Kind.TEXT, 1000, required=False),
)
SHEETS: dict[str, tuple[Column, ...]] = {
    TASKS: (
        Column("Code", Kind.CODE),
        Column("Title", Kind.LINE),
        Column("Description", Kind.TEXT, 1000),
    ),
    MODULES: (
        Column("Code", Kind.CODE),
        Column("Title", Kind.LINE),
        Column("Curriculum version", Kind.LINE, 40),
        Column("Level", Kind.LEVEL),
    ),
    COMPETENCIES: (
        Column("Code", Kind.CODE),
        Column("Group", Kind.LINE, 100),
        Column("Title", Kind.LINE),
        Column("Statement", Kind.TEXT, 2000),
        Column("Module", Kind.CODE),
        Column("Level", Kind.LEVEL),
        Column("Tasks", Kind.CODES),
    ),
    DOPS: (
        Column("Item", Kind.ITEM),
        Column("Title", Kind.LINE, 100),
        Column("Observed", Kind.TEXT, 500),
        *(Column(f"Anchor {point}", Kind.TEXT, 500) for point in DOPS_POINTS),
    ),
}
ORDER = (FRAMEWORK, *SHEETS, CSV)

# A CSV repeats the framework's five words on each row (blank after the first is enough) and names a module or a task
# where it is first used; later rows may leave the titles blank.
CSV_FRAMEWORK = (
    Column("Scope", Kind.CODE, required=False),
    Column("Scope name", Kind.LINE, 80, required=False),
    Column("Framework title", Kind.LINE, required=False),
    Column("Version", Kind.LINE, 30, required=False),
    Column("Status", Kind.STATUS, required=False),
)
CSV_MODULE = (
    Column("Module title", Kind.LINE, required=False),
    Column("Curriculum version", Kind.LINE, 40, required=False),
    Column("Module level", Kind.LEVEL, required=False),
)
CSV_TASKS = Column("Task titles", Kind.TEXT, 2000, required=False)
CSV_COLUMNS = (*CSV_FRAMEWORK, *SHEETS[COMPETENCIES], *CSV_MODULE, CSV_TASKS)


def folded(heading: str) -> str:
    """The form in which two headings are compared."""
    return " ".join(heading.replace("_", " ").split()).casefold()


def sheets_in_words() -> list[tuple[str, str]]:
    """Each sheet of a workbook with its columns, as somebody who makes one reads them; and the columns of a CSV."""
    rows = [(FRAMEWORK, f"{FIELD} and {VALUE}, a row each: {_listed(FIELDS)}")]
    rows += [(name, _listed(columns)) for name, columns in SHEETS.items()]
    return [*rows, (CSV, _listed(CSV_COLUMNS))]


def _listed(columns: Iterable[Column]) -> str:
    return ", ".join(column.heading if column.required else f"{column.heading} (may be empty)" for column in columns)
