"""Competency frameworks as spreadsheets: read whole, compared, written; and any table of somebody's, as it is.

No database, no clock (S2, S3, T5; quality rule 16)."""

from ctts.scheme.spreadsheet.anytable import read_any_table
from ctts.scheme.spreadsheet.cells import Odd, Value, shown
from ctts.scheme.spreadsheet.differences import Change, Differences, Entry, differences, dops_differences
from ctts.scheme.spreadsheet.layout import sheets_in_words
from ctts.scheme.spreadsheet.problems import Problem, SheetProblems
from ctts.scheme.spreadsheet.reading import read_dops_form, read_framework
from ctts.scheme.spreadsheet.rows import DOPS_ITEMS, CompetencyRow, DopsItemRow, FrameworkSheet, ModuleRow, TaskRow
from ctts.scheme.spreadsheet.sheetxml import column_letters
from ctts.scheme.spreadsheet.workbook import Table
from ctts.scheme.spreadsheet.writing import dops_workbook, framework_workbook

__all__ = [
    "DOPS_ITEMS",
    "Change",
    "CompetencyRow",
    "Differences",
    "DopsItemRow",
    "Entry",
    "FrameworkSheet",
    "ModuleRow",
    "Odd",
    "Problem",
    "SheetProblems",
    "Table",
    "TaskRow",
    "Value",
    "column_letters",
    "differences",
    "dops_differences",
    "dops_workbook",
    "framework_workbook",
    "read_any_table",
    "read_dops_form",
    "read_framework",
    "sheets_in_words",
    "shown",
]
