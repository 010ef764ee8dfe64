"""Compiling a portfolio from the record into one PDF (F3): what goes in, our own pages, the files, putting together.

Machine facts only; whether and when a portfolio is compiled, `actions` decides. Runs in the worker (quality rule 13).
"""

from assessments.compiling.assembling import Whole
from assessments.compiling.contents import Contents, changed_since, contents_of, left_out, parts_for
from assessments.compiling.working import FAULT, broken_runs, make_part, ready_runs, whole_of

__all__ = [
    "FAULT",
    "Contents",
    "Whole",
    "broken_runs",
    "changed_since",
    "contents_of",
    "left_out",
    "make_part",
    "parts_for",
    "ready_runs",
    "whole_of",
]
