"""Competency frameworks as spreadsheets: read whole, compared, written. No database, no clock (S2, S3, T5)."""

from ctts.scheme.spreadsheet.differences import Change, Differences, Entry, differences
from ctts.scheme.spreadsheet.layout import sheets_in_words
from ctts.scheme.spreadsheet.problems import Problem, SheetProblems
from ctts.scheme.spreadsheet.reading import read_dops_form, read_framework
from ctts.scheme.spreadsheet.rows import CompetencyRow, DopsItemRow, FrameworkSheet, ModuleRow, TaskRow
from ctts.scheme.spreadsheet.writing import dops_workbook, framework_workbook

__all__ = [
    "Change",
    "CompetencyRow",
    "Differences",
    "DopsItemRow",
    "Entry",
    "FrameworkSheet",
    "ModuleRow",
    "Problem",
    "SheetProblems",
    "TaskRow",
    "differences",
    "dops_workbook",
    "framework_workbook",
    "read_dops_form",
    "read_framework",
    "sheets_in_words",
]
