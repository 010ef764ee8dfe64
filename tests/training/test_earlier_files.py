"""Files of earlier logs as people make them, and as nobody should (quality rule 16): each is read, or says why not."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from ctts.scheme.spreadsheet import SheetProblems
from tests.training.earlier import (
    DOPS,
    REFLECTION,
    as_csv,
    as_xlsx,
    code_of,
    read,
    run,
)
from tests.training.world import NOW
from training import actions, queries
from training.actions import ReadFile
from training.rules import CellFault, fields_of, guessed, value_of
from training.rules.earlier import day_in
from training.states import EarlierKind


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (as_xlsx(["Date"], [["a"]], lambda b: b.active.merge_cells("A2:B3")), "l.xlsx", "The cells A2:B3 are merged."),
        (as_xlsx(["Date"], [["a"]], lambda b: b.create_sheet("Two").append(["x"])), "l.xlsx", "Several sheets hold"),
        (as_xlsx([], []), "l.xlsx", "No sheet holds anything."),
        (as_csv(["Date"], [["x"]] * 10_000), "l.csv", "There are 10,000 rows; at most 2,000 are taken at once."),
        (as_csv(["Date"], [["x"]] * 10_001), "l.csv", "At most 10000 rows are read."),
        (as_csv(["", ""], [["x"]]), "l.csv", "Row 1 has no headings."),
        (as_csv(["Date"], []), "l.csv", "There are no rows under the headings."),
        (b"", "l.csv", "This file is empty."),
        (b"\x00\x01\x81\x8d", "l.csv", "This is no CSV file"),
        (b'Date\n"open', "l.csv", "the quotation marks do not match"),
        (b"PK\x03\x04 nothing", "l.xlsx", "This workbook is damaged"),
        (b"Date", "l.ods", "This is an OpenDocument spreadsheet."),
    ],
)
def test_rule_16_a_file_that_cannot_be_read_says_why(content, name, said):
    with pytest.raises(SheetProblems, match=said.replace("(", r"\(")):
        read(content, name)


@pytest.mark.parametrize(("encoding", "separator"), [("cp1252", ","), ("utf-8-sig", ";"), ("cp1252", "\t")])
def test_rule_16_a_csv_of_windows_or_of_the_continent_is_read(encoding, separator):
    table = read(as_csv(["Date", "Procedure"], [["1/5/2026", "Café – “test”"]], encoding, separator))
    assert table.rows == ((2, ("1/5/2026", "Café – “test”")),)


def test_rule_16_formulas_faults_and_days_of_a_workbook_are_told_or_read(world):
    code = code_of(world.tara)
    rows = [
        [date(2026, 5, 12), "As a day", "Room", code, "S. Patel", 3, "competent"],
        ["=TODAY()", "Formula", "Room", code, "S. Patel", 2.0, ""],
        [True, "Truth", "Room", code, "S. Patel", "-", ""],
    ]
    table = read(as_xlsx(DOPS, rows), "log.xlsx")
    given = {"record_id": world.tara.pk, "key": uuid4(), "kind": EarlierKind.DOPS}
    file = ReadFile("log.xlsx", "b" * 64, queries.plain_table(table))
    batch = actions.try_import(by=world.cast.tara, now=NOW, file=file, **given)
    found = run(batch)
    assert [(row.values["observed_on"], row.values["score_1"]) for row in found.new] == [("2026-05-12", 3)]
    assert [fault.place for fault in found.faults] == ["Cell A3", "Cell A4"]
    assert "This is a formula." in found.faults[0].words and "TRUE or FALSE" in found.faults[1].words
    odd = queries.earlier._odd_words("NUMBER")
    assert "type it as 12/05/2026" in odd and queries.headings_in(batch) == DOPS
    assert queries.columns_of(batch)[0] == (1, "A: Date")


def test_rule_16_signs_that_no_database_keeps_do_not_come_in(world):
    row = ["A day_x0000_ _xD800_", "", "", "", "", "Line one\nand two"]
    table = read(as_xlsx(REFLECTION, [row]), "log.xlsx")
    file = ReadFile("log.xlsx", "c" * 64, queries.plain_table(table))
    given = {"record_id": world.tara.pk, "key": uuid4(), "kind": EarlierKind.REFLECTION}
    batch = actions.try_import(by=world.cast.tara, now=NOW, file=file, **given)
    [tried_row] = run(batch).new
    assert (tried_row.title, tried_row.values["text"]) == ("A day", "Line one\nand two")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-05-12", date(2026, 5, 12)),
        ("2026-05-12 00:00:00", date(2026, 5, 12)),
        ("12/05/2026", date(2026, 5, 12)),
        ("12.5.26", date(2026, 5, 12)),
        ("12 May 2026", date(2026, 5, 12)),
        ("12th Sept 2026", date(2026, 9, 12)),
        (46154, date(2026, 5, 12)),
        ("46154", date(2026, 5, 12)),
        (46154.5, date(2026, 5, 12)),
    ],
)
def test_rule_16_days_are_read_as_people_write_them(cell, day):
    assert day_in(cell) == day


@pytest.mark.parametrize("cell", ["yesterday", "13/13/2026", 5, 99999, "12 Foo 2026", "2026"])
def test_rule_16_what_is_no_day_is_said(cell):
    with pytest.raises(CellFault, match="is no day"):
        day_in(cell)


def test_rule_16_columns_are_guessed_by_their_headings_each_once():
    assert guessed("dops", ["DATE", "Observed on", None, "  competency "]) == {"observed_on": 2, "item": 4}
    assert guessed("review", ["Date", "Date"]) == {"held_on": 1}
    place = next(field for field in fields_of("dops") if field.name == "place")
    assert value_of(place, " Room \t 3\u200b ") == "Room 3" and value_of(place, 4.0) == "4"
    with pytest.raises(CellFault, match="has 161 characters; at most 160 fit"):
        value_of(place, "x" * 161)
