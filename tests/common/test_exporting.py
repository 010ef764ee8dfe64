"""Lists as files: what the cells hold is kept, text never becomes a formula (screens 21, quality rule 16)."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from ctts.common.exporting import as_file, csv_of, workbook

HEADINGS = ["Name", "Many", "Day", "Instant", "There"]
ROW = ["Zoë O’Neill", 12, date(2026, 7, 1), datetime(2026, 7, 1, 11, 30, tzinfo=UTC), True]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://x.example","x")']


def sheet(content):
    return [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]


def lines(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_a_workbook_holds_days_instants_and_numbers_as_such_in_London_time():
    head, row = sheet(workbook(HEADINGS, [ROW]))
    assert head == HEADINGS
    assert [str(cell) for cell in row] == ["Zoë O’Neill", "12", "2026-07-01 00:00:00", "2026-07-01 12:30:00", "yes"]
    assert [type(cell) for cell in row] == [str, int, datetime, datetime, str]


def test_a_csv_is_known_as_unicode_and_has_the_same():
    content = csv_of(HEADINGS, [ROW, [None, "", None, None, False]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert lines(content) == [
        HEADINGS,
        ["Zoë O’Neill", "12", "2026-07-01", "2026-07-01T12:30:00+01:00", "yes"],
        ["", "", "", "", "no"],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_never_becomes_a_formula(text):
    assert lines(csv_of(["A"], [[text]]))[1] == [f"'{text}"]
    book = workbook(["A"], [[text]])
    assert text.strip() in sheet(book)[1][0]
    assert b"<f>" not in b"".join(_parts(book))


def test_a_negative_number_is_a_number():
    assert lines(csv_of(["A"], [[-3]]))[1] == ["-3"] and sheet(workbook(["A"], [[-3]]))[1] == [-3]


def test_an_amount_has_its_pence_and_stays_a_number():
    amount = Decimal("2500.5")
    assert lines(csv_of(["A"], [[amount]]))[1] == ["2500.50"] and sheet(workbook(["A"], [[amount]]))[1] == [2500.5]


def test_an_empty_list_is_its_headings():
    assert (sheet(workbook(HEADINGS, [])), lines(csv_of(HEADINGS, []))) == ([HEADINGS], [HEADINGS])


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_answer_is_a_file_that_nobody_keeps_between(kind):
    answer = as_file(kind, "Applications 2026-07-01", HEADINGS, [ROW])
    assert answer["Content-Disposition"] == f'attachment; filename="Applications 2026-07-01.{kind}"'
    assert answer["Cache-Control"] == "private, no-store"
    with pytest.raises(KeyError):
        as_file("ods", "x", HEADINGS, [])


def _parts(book):
    with ZipFile(BytesIO(book)) as packed:
        return [packed.read(name) for name in packed.namelist()]
