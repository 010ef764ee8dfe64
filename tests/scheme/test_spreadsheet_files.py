"""Files that are not what they say, grow when opened, or mean harm; frameworks as CSV (quality rules 12, 16)."""

from __future__ import annotations

import io
import struct
import sys
import time
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from ctts.scheme.catalogues import WORKBOOKS
from ctts.scheme.spreadsheet import CompetencyRow, TaskRow, framework_workbook
from ctts.scheme.spreadsheet.problems import Notes
from ctts.scheme.spreadsheet.workbook import read_workbook
from tests.scheme.sheets import SMALL, csv_bytes, problems, read, repacked

WORKBOOK = framework_workbook(SMALL)
COMPETENCIES = "xl/worksheets/sheet4.xml"
TEXTS = "xl/sharedStrings.xml"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
DAMAGED = "The file: This workbook is damaged or was not saved by a spreadsheet program."


@pytest.mark.parametrize(
    ("filename", "words"),
    [
        ("framework.xls", "This is an old Excel file."),
        ("framework.xlsm", "A workbook that may hold macros is not accepted."),
        ("framework.ods", "This is an OpenDocument spreadsheet."),
        ("framework.pdf", "This kind of file is not read here; .xlsx and .csv are."),
        ("framework", "This kind of file is not read here"),
    ],
)
def test_the_name_of_the_file_says_its_kind(filename, words):
    (problem,) = problems(WORKBOOK, filename)
    assert problem.startswith(f"The file: {words}")
    assert "Save it as an Excel workbook (.xlsx)" in problem


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7", "This is not an Excel workbook, whatever its name says."),
        (OLE + bytes(600), "This is an old Excel file (.xls)."),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "This workbook is protected by a password."),
        (bytes(10_000_001), "This file is larger than 10 MB."),
        (WORKBOOK[:9000], "This workbook is damaged"),
        (b"PK\x03\x04 and then nothing", "This workbook is damaged"),
    ],
)
def test_the_content_decides_what_the_file_is(data, words):
    (problem,) = problems(data)
    assert problem.startswith(f"The file: {words}")


def _with(name, content):
    return repacked(WORKBOOK, lambda parts: parts.update({name: content}))


def _edited(name, old, new):
    def change(parts):
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return repacked(WORKBOOK, change)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_with("xl/vbaProject.bin", OLE), "The file: This workbook contains macros."),
        (
            _edited("[Content_Types].xml", b"sheet.main", b"x.macroEnabled.main"),
            "The file: This workbook contains macros.",
        ),
        (_edited("[Content_Types].xml", b"sheet.main", b"template.main"), "The file: This is not an Excel workbook"),
        (
            _with("xl/externalLinks/externalLink1.xml", b"<x/>"),
            "The file: This workbook holds embedded objects or links",
        ),
        (
            _edited("xl/workbook.xml", b"<workbook ", b'<workbook conformance="strict" '),
            "The file: This workbook was saved",
        ),
        (
            _edited("xl/_rels/workbook.xml.rels", b"/worksheet", b"/chartsheet"),
            "The file: The sheet “Framework” is not",
        ),
        (_with(TEXTS, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), DAMAGED),
        (_with(TEXTS, "<!DOCTYPE x><x/>".encode("utf-16")), DAMAGED),
        (_with(TEXTS, b"<?xml version='1.0' encoding='unheard-of'?><x/>"), DAMAGED),
        (_with("xl/workbook.xml", b"<workbook/>"), DAMAGED),
        (_with(COMPETENCIES, b"<worksheet><row>"), DAMAGED),
        (_edited(COMPETENCIES, b'<row r="2"', b'<row r="99999999"'), DAMAGED),
        (_edited(COMPETENCIES, b'<row r="2"', b'<row r="1"'), DAMAGED),
        (_edited(COMPETENCIES, b'r="B2"', b'r="B9"'), DAMAGED),
        (_edited(COMPETENCIES, b'r="B2"', b'r="A2"'), DAMAGED),
        (_edited(COMPETENCIES, b"<v>", b"<v>9"), DAMAGED),
        (_edited(COMPETENCIES, b"<v>5</v>", b"<v>five</v>"), DAMAGED),
    ],
)
def test_a_package_meant_to_harm_or_broken_is_refused_with_its_reason(data, words):
    assert problems(data)[0].startswith(words)


def test_positions_left_out_of_a_sheet_are_counted_on():
    def change(parts):
        for number in range(1, 8):
            parts[COMPETENCIES] = parts[COMPETENCIES].replace(f' r="{chr(64 + number)}2"'.encode(), b"")
        parts[COMPETENCIES] = parts[COMPETENCIES].replace(b'<row r="2"', b"<row")

    assert read(repacked(WORKBOOK, change)) == SMALL


def test_a_wrong_dimension_written_into_a_sheet_is_not_believed():
    assert read(_edited(COMPETENCIES, b'ref="A1:G3"', b'ref="A1:B1"')) == SMALL


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_an_independent_reader_sees_the_same_cells(path):
    book = openpyxl.load_workbook(path, read_only=True)
    tables = read_workbook(path.read_bytes(), tuple(book.sheetnames), Notes())
    for name in book.sheetnames:
        rows = list(book[name].iter_rows(values_only=True))
        ours = [tables[name].heading, *(row for _, row in tables[name].rows)]
        assert [row + (None,) * (len(rows[0]) - len(row)) for row in ours] == rows
    book.close()


def test_a_bomb_is_refused_before_it_is_unpacked():
    started = time.process_time()
    (problem,) = problems(_with("xl/media/huge.xml", bytes(200_000_000)))
    assert problem.startswith("The file: This workbook unpacks to more than 10 MB.")
    assert time.process_time() - started < 5


def test_an_entry_that_lies_about_its_size_is_read_no_further():
    data = bytearray(_edited(TEXTS, b"</sst>", b" " * 9_000_000 + b"</sst>"))
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(TEXTS.encode()))
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    assert problems(bytes(data))[0].startswith(DAMAGED)


def test_an_encrypted_entry_and_too_many_parts_are_refused():
    data = bytearray(WORKBOOK)
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert problems(bytes(data))[0].startswith("The file: This workbook is protected by a password.")
    many = repacked(WORKBOOK, lambda parts: parts.update({f"xl/media/{n}.png": b"" for n in range(300)}))
    assert problems(many)[0].startswith(DAMAGED)


def test_two_parts_of_one_name_are_refused():
    buffer = io.BytesIO(WORKBOOK)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(COMPETENCIES, b"<worksheet/>")
    assert problems(buffer.getvalue())[0].startswith(DAMAGED)


def _large(rows):
    competencies = tuple(
        CompetencyRow(f"C-{n}", "Group", f"Title {n}", f"Does {n} to the standard. " * 5 + ".", "M1", 5, ("T1", "T2"))
        for n in range(rows)
    )
    return replace(SMALL, competencies=competencies)


def test_ten_thousand_rows_are_read(capsys):
    large = _large(10_000)
    data = framework_workbook(large)
    started = time.process_time()
    assert read(data) == large
    seconds = time.process_time() - started
    with capsys.disabled():
        sys.stdout.write(f"\n10 000 competencies ({len(data) // 1000} kB) read and checked in {seconds:.2f} s CPU\n")


def test_more_rows_or_columns_than_are_read_are_refused():
    data = framework_workbook(_large(10_001))
    assert problems(data) == [
        "Competencies: There is content in row 10002; at most 10000 rows are read. Split the sheet, or clear "
        "what is below."
    ]
    wide = _edited(COMPETENCIES, b'r="G3"', b'r="XFD3"')
    assert "Competencies, column XFD: There is content far to the right. Delete this column." in problems(wide)


def test_s2_a_framework_may_be_one_csv_sheet():
    tasks = (TaskRow("T1", "Prepare", ""), TaskRow("T2", "Measure", ""))
    expected = replace(SMALL, tasks=tasks, dops=())
    assert read(csv_bytes(), "framework.CSV") == expected
    assert read(b"\xef\xbb\xbf" + csv_bytes() + b"\r\n,,,\r\n", "framework.csv") == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            csv_bytes(3, "version", "2"),
            "cell D3: Version says “2” here, but “1.10” in row 2. One file holds one framework.",
        ),
        (csv_bytes(2, "version", ""), "cell D2: Version is blank. Fill it in."),
        (csv_bytes(3, "status", "final"), "cell E3: Status must be one of: sample, approved."),
        (csv_bytes(3, "module title", ""), "cell M3: Module title is blank. Fill it in where module M2 is first used."),
        (csv_bytes(3, "module level", ""), "cell O3: Module level is blank. Fill it in where module M2 is first used."),
        (
            csv_bytes(3, "module", "M1"),
            "cell M3: Module title says “Physics” here, but “Practice” in row 2. Say the same",
        ),
        (csv_bytes(3, "task titles", "One"), "cell P3: There are 2 tasks but 1 titles. Write one title a task"),
        (csv_bytes(3, "task titles", ""), "cell P3: The title of task T2 is missing. Write it where the task is first"),
        (
            csv_bytes(3, "task titles", "A; B"),
            "cell P3: Task T1 is called “A” here, but “Prepare” in row 2. Make them agree.",
        ),
        (csv_bytes(3, "code", "NM-1.01"), "cell F3: NM-1.01 is already in row 2. Give each row its own."),
        (csv_bytes(3, "statement", "a\x00b"), "cell I3: An invisible character (U+0000 control character)"),
        (csv_bytes(3, "level", "8"), "cell K3: Level must be an FHEQ level: 4, 5 or 6."),
    ],
)
def test_a_csv_names_the_cell_to_mend(data, words):
    found = problems(data, "framework.csv")
    assert any(problem.startswith(f"CSV, {words}") for problem in found), found


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("Pr\u00e4zise,x\n".encode("latin-1"), "CSV: The file is not in the encoding UTF-8."),
        (csv_bytes().replace(b",", b";"), "CSV, row 1: The columns are not separated by commas."),
        (b'scope,"version\n1,2', "CSV, row 1: From here on the quotation marks do not match."),
        (b"scope\n" + b"NM\n" * 10_001, "CSV, row 10002: At most 10000 rows are read."),
        (b"scope\n" + b"," * 60, "CSV, cell BI2: There is content far to the right."),
        (b"\n", "CSV: This sheet has no rows."),
    ],
)
def test_a_csv_that_cannot_be_read_says_why(data, words):
    assert any(problem.startswith(words) for problem in problems(data, "framework.csv"))


def test_text_that_could_pass_for_a_formula_stays_text_in_csv():
    assert read(csv_bytes(2, "statement", "=1+1"), "f.csv").competencies[0].statement == "=1+1"
