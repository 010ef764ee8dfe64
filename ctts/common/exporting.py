"""A list as a file: exactly the rows and columns that a page shows, as a workbook or as CSV (screens 21).

Text never becomes a formula (quality rule 16): a workbook keeps it as text, in CSV such a cell begins with an
apostrophe. Days and instants are London's.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from django.http import HttpResponse
from xlsxwriter import Workbook

from ctts.common.clock import LONDON

WORKBOOK, CSV = "xlsx", "csv"
KINDS = {
    WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}
WORDS = {WORKBOOK: "Excel", CSV: "CSV"}
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
DAY, INSTANT, MONEY = "d mmm yyyy", "d mmm yyyy hh:mm", "#,##0.00"
WIDTH, WIDEST = 12, 48  # characters of a column

Row = Sequence[Any]


def as_file(kind: str, name: str, headings: Sequence[str], rows: Iterable[Row]) -> HttpResponse:
    """The answer that hands the list over as `name` with the ending of its kind ("xlsx" or "csv").

    A cell is text, a number, an amount of money (Decimal), a truth value, a day, an aware instant, or None. Raises
    KeyError for a kind that there is not.
    """
    return handed_over(kind, name, workbook(headings, rows) if kind == WORKBOOK else csv_of(headings, rows))


def handed_over(kind: str, name: str, content: bytes) -> HttpResponse:
    """The same of a file that is made already. Raises KeyError for a kind that there is not."""
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def export_links(address_of: Callable[[str], str], query: str) -> list[tuple[str, str]]:
    """(words, address) of each kind of file that holds exactly the rows which the filters in `query` find."""
    return [(words, f"{address_of(kind)}{query}") for kind, words in WORDS.items()]


def workbook(headings: Sequence[str], rows: Iterable[Row]) -> bytes:
    """An XLSX of one sheet: the headings stay in view, days and instants are such, text is text."""
    written = BytesIO()
    book = Workbook(written, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    shapes = {date: DAY, datetime: INSTANT, Decimal: MONEY}
    formats = {kind: book.add_format({"num_format": shape}) for kind, shape in shapes.items()}
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, min(max(WIDTH, len(heading) + 2), WIDEST))
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for place, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, place, column, value, formats)
    book.close()
    return written.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, _truth(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(LONDON).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), formats[Decimal])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def csv_of(headings: Sequence[str], rows: Iterable[Row]) -> bytes:
    """The same as CSV in UTF-8 with the mark by which spreadsheets know it; days and instants as ISO 8601."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _truth(value)
    if isinstance(value, datetime):
        return value.astimezone(LONDON).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = f"{value:.2f}" if isinstance(value, Decimal) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(BEGINS_A_FORMULA) else text


def _truth(value: bool) -> str:
    return "yes" if value else "no"
