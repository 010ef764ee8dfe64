"""A small correct framework, and the ways a test spoils its workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from ctts.scheme.spreadsheet import (
    CompetencyRow,
    DopsItemRow,
    FrameworkSheet,
    ModuleRow,
    SheetProblems,
    TaskRow,
    framework_workbook,
    read_framework,
)

SMALL = FrameworkSheet(
    scope="NM",
    scope_name="Nuclear Medicine",
    title="A small framework",
    version="1.10",
    status="approved",
    note="",
    tasks=(TaskRow("T1", "Prepare", "Prepares the dose."), TaskRow("T2", "Measure", "Measures the dose.")),
    modules=(ModuleRow("M1", "Practice", "2026", 4), ModuleRow("M2", "Physics", "2026", 6)),
    competencies=(
        CompetencyRow("NM-1.01", "First", "Drawing up", "Draws up safely.", "M1", 5, ("T1",)),
        CompetencyRow("NM-1.02", "First", "Assay", "Assays within tolerance.", "M2", 6, ("T1", "T2")),
    ),
    dops=tuple(
        DopsItemRow(n, f"Item {n}", f"Observes {n}.", ("unsafe", "poor", "helped", "alone", "beyond"))
        for n in range(1, 11)
    ),
)
# What each heading of a CSV holds in its first and second row.
CSV_COLUMNS = {
    "scope": ("NM", ""),
    "scope name": ("Nuclear Medicine", ""),
    "framework title": ("A small framework", ""),
    "version": ("1.10", ""),
    "status": ("approved", ""),
    "code": ("NM-1.01", "NM-1.02"),
    "group": ("First", "First"),
    "title": ("Drawing up", "Assay"),
    "statement": ("Draws up safely.", "Assays within tolerance."),
    "module": ("M1", "M2"),
    "level": ("5", "6"),
    "tasks": ("T1", "T1; T2"),
    "module title": ("Practice", "Physics"),
    "curriculum_version": ("2026", "2026"),
    "module level": ("4", "6"),
    "task titles": ("Prepare", "; Measure"),
}


def spoiled(change: Callable[[Any], object], sheet: FrameworkSheet = SMALL) -> bytes:
    """The workbook after `change` was let loose on it."""
    book = openpyxl.load_workbook(io.BytesIO(framework_workbook(sheet)))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell(sheet: str, place: str, value: object) -> Callable[[Any], object]:
    """A change that puts a value into one cell."""

    def change(book: Any) -> None:
        book[sheet][place] = value
        if isinstance(value, str) and not value.startswith("=!"):
            book[sheet][place].data_type = "s"

    return change


def csv_bytes(row: int = 0, heading: str = "", value: str = "") -> bytes:
    """The framework as CSV, with the cell in that row (2 or 3) under that heading replaced."""
    rows = [dict(zip(CSV_COLUMNS, cells, strict=True)) for cells in zip(*CSV_COLUMNS.values(), strict=True)]
    if heading:
        rows[row - 2][heading] = value
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, CSV_COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def read(data: bytes, filename: str = "framework.xlsx") -> FrameworkSheet:
    """What the reader makes of these bytes."""
    return read_framework(io.BytesIO(data), filename)


def problems(data: bytes, filename: str = "framework.xlsx") -> list[str]:
    """The problems as their author would read them; the file must be refused."""
    with pytest.raises(SheetProblems) as refused:
        read(data, filename)
    return [str(problem) for problem in refused.value.problems]


def repacked(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The workbook with its parts changed by hand."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
