"""Write a framework as the workbook that `read_framework` reads: the same rows, the same bytes each time.

Texts are written as texts, so a statement that starts with `=` never becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from ctts.scheme.spreadsheet.layout import COMPETENCIES, DOPS, FIELD, FIELDS, FRAMEWORK, MODULES, SHEETS, TASKS, VALUE
from ctts.scheme.spreadsheet.rows import DopsItemRow, FrameworkSheet

# Kept in the file's properties instead of the time of writing; ZIP entries carry a fixed time of their own.
WRITTEN = datetime(2026, 1, 1)  # noqa: DTZ001 — the format stores a wall clock without a zone
WIDTHS = {
    "Code": 12, "Title": 44, "Description": 80, "Group": 30, "Statement": 90, "Module": 12, "Level": 8, "Tasks": 24,
    "Curriculum version": 20, "Item": 8, "Observed": 50, FIELD: 16, VALUE: 90,
}  # fmt: skip
WIDTH_OF_ANCHOR = 36

Row = Sequence[str | int]


def framework_workbook(sheet: FrameworkSheet) -> bytes:
    """The XLSX file of a framework. Each sheet of a sample says at its foot that it is one."""
    foot = sheet.note if sheet.status == "sample" else ""
    words = (sheet.scope, sheet.scope_name, sheet.title, sheet.version, sheet.status, sheet.note)
    fields = [(column.heading, word) for column, word in zip(FIELDS, words, strict=True)]
    with _Book(sheet.title, foot) as book:
        book.add(FRAMEWORK, (FIELD, VALUE), fields)
        book.add(TASKS, _headings(TASKS), [(t.code, t.title, t.description) for t in sheet.tasks])
        book.add(MODULES, _headings(MODULES), [(m.code, m.title, m.curriculum_version, m.level) for m in sheet.modules])
        book.add(
            COMPETENCIES,
            _headings(COMPETENCIES),
            [
                (c.code, c.group, c.title, c.statement, c.module, c.level, "; ".join(c.tasks))
                for c in sheet.competencies
            ],
        )
        if sheet.dops:
            book.add(DOPS, _headings(DOPS), _dops(sheet.dops))
    return book.content()


def dops_workbook(items: Iterable[DopsItemRow], *, title: str, foot: str = "") -> bytes:
    """The XLSX file of a DOPS form alone, as `read_dops_form` reads it; `foot` is printed below the sheet."""
    with _Book(title, foot) as book:
        book.add(DOPS, _headings(DOPS), _dops(items))
    return book.content()


def _headings(name: str) -> list[str]:
    return [column.heading for column in SHEETS[name]]


def _dops(items: Iterable[DopsItemRow]) -> list[Row]:
    return [(item.number, item.title, item.observed, *item.anchors) for item in items]


class _Book:
    """A workbook in memory, with the plain look shared by all its sheets."""

    def __init__(self, title: str, foot: str) -> None:
        self._buffer = io.BytesIO()
        self._book: Any = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self._book.set_properties({"title": title, "created": WRITTEN})
        self._heading = self._book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._cell = self._book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self._number = self._book.add_format({"valign": "top", "align": "left"})
        self._foot = foot

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._book.close()

    def add(self, name: str, headings: Sequence[str], rows: Iterable[Row]) -> None:
        """One sheet with its heading row, frozen and repeated on each printed page."""
        sheet = self._book.add_worksheet(name)
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, WIDTHS.get(heading, WIDTH_OF_ANCHOR))
            sheet.write_string(0, place, heading, self._heading)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, place, value, self._number)
                elif value:
                    sheet.write_string(number, place, value, self._cell)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if self._foot:
            sheet.set_footer("&L" + self._foot.replace("&", "&&")[:200] + "&R&P")

    def content(self) -> bytes:
        """The finished file; only after the block that filled it."""
        return self._buffer.getvalue()
