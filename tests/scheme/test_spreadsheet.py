"""A framework read from a workbook: whole as written, or refused with every place to mend (S2, S3, T5)."""

from __future__ import annotations

import io
from dataclasses import FrozenInstanceError, replace
from datetime import date

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from ctts.scheme.spreadsheet import (
    CompetencyRow,
    Problem,
    SheetProblems,
    differences,
    dops_workbook,
    framework_workbook,
    read_dops_form,
)
from tests.scheme.sheets import SMALL, cell, problems, read, repacked, spoiled


def test_s2_what_is_written_is_read():
    assert read(framework_workbook(SMALL)) == SMALL
    with pytest.raises(FrozenInstanceError):
        SMALL.tasks[0].code = "other"


def test_the_same_framework_makes_the_same_bytes():
    assert framework_workbook(SMALL) == framework_workbook(SMALL)


def test_headings_and_sheet_names_may_be_written_in_any_case():
    def change(parts):
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="Tasks"', b'name="TASKS "')

    assert read(repacked(spoiled(cell("Modules", "C1", "curriculum_VERSION")), change)) == SMALL


def test_t5_a_framework_may_come_without_a_dops_form():
    assert read(spoiled(lambda book: book.remove(book["DOPS"]))) == replace(SMALL, dops=())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'"])
def test_text_that_could_pass_for_a_formula_stays_text(start):
    first = replace(SMALL.competencies[0], statement=f"{start}SUM(A1) is typed, not computed")
    sheet = replace(SMALL, competencies=(first, SMALL.competencies[1]))
    data = framework_workbook(sheet)
    assert read(data) == sheet
    written = openpyxl.load_workbook(io.BytesIO(data))["Competencies"]["D2"]
    assert (written.data_type, written.value) == ("s", first.statement)


def test_a_formula_is_refused_even_with_its_result_beside_it():
    def change(book):
        book["Competencies"]["D2"] = '="Draws "&"up"'

    (problem,) = problems(spoiled(change))
    assert problem.startswith("Competencies, cell D2: This is a formula. Replace it by its value")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.1, "This is a number or a date. Format the cell as Text and type it again, so that 1.10 stays 1.10."),
        (date(2026, 4, 1), "This is a number or a date. Format the cell as Text"),
        (True, "This is TRUE or FALSE"),
        (None, "Title is blank. Fill it in."),
        ("   ", "Title is blank. Fill it in."),
        ("x" * 203, "Title has 203 characters; at most 200 fit. Shorten it by 3."),
        ("two\nlines", "This text has a line break. Write it in one line."),
    ],
)
def test_a_text_cell_holds_a_visible_text(value, words):
    (problem,) = problems(spoiled(cell("Competencies", "C3", value)))
    assert problem.startswith(f"Competencies, cell C3: {words}")


def test_a_level_is_typed_as_number_or_digits_and_blank_is_told():
    assert read(spoiled(cell("Competencies", "F2", "5"))) == SMALL
    (problem,) = problems(spoiled(cell("Competencies", "F2", None)))
    assert problem == "Competencies, cell F2: Level is blank. It must be an FHEQ level: 4, 5 or 6."


def test_a_line_break_may_stand_in_a_long_text():
    (first, _) = read(spoiled(cell("Competencies", "D2", "One.\r\nTwo."))).competencies
    assert first.statement == "One.\nTwo."


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u00ad", "U+00AD SOFT HYPHEN"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\u3164", "U+3164 HANGUL FILLER"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\ue000", "U+E000 control character"),
        ("\t", "U+0009 control character"),
        ("_x0007_", "U+0007 control character"),
    ],
)
def test_characters_nobody_can_see_are_named_with_their_cell(sign, name):
    (problem,) = problems(spoiled(cell("Tasks", "C2", f"Prepares{sign} the dose.")))
    assert problem.startswith(
        f"Tasks, cell C2: An invisible character ({name}) stands after “Prepares”. Clear the cell"
    )


def test_a_zero_width_space_alone_is_no_blank_cell():
    (problem,) = problems(spoiled(cell("Tasks", "B2", "\u200b")))
    assert "An invisible character (U+200B ZERO WIDTH SPACE) stands at the beginning." in problem


def test_a_text_that_only_looks_like_an_escaped_character_is_kept():
    first = replace(SMALL.competencies[0], statement="Writes _x0041_ and _x000D_ and x005F_ as such.")
    sheet = replace(SMALL, competencies=(first, SMALL.competencies[1]))
    assert read(framework_workbook(sheet)) == sheet


def test_formatted_runs_and_reading_aids_are_one_text():
    runs = CellRichText("Draws ", TextBlock(InlineFont(b=True), "up"), " safely.")
    assert read(spoiled(cell("Competencies", "D2", runs))) == SMALL

    def change(parts):
        said = b"<t>Draws up safely.</t>"
        assert said in parts["xl/sharedStrings.xml"]
        aid = b'<r><t>Draws up</t></r><r><t> safely.</t></r><rPh sb="0" eb="1"><t>read aloud</t></rPh>'
        parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(said, aid)

    assert read(repacked(framework_workbook(SMALL), change)) == SMALL


def test_letters_with_accents_are_compared_in_one_form():
    read_back = read(spoiled(cell("Tasks", "B2", "  Cafe\u0301\u00a0")))
    assert read_back.tasks[0].title == "Caf\u00e9"


@pytest.mark.parametrize("code", ["nm-1.01", "NM 1.01", "-NM", "N\u041c-1", "A" * 21])
def test_a_code_is_capitals_digits_stops_and_hyphens(code):
    (problem,) = problems(spoiled(cell("Competencies", "A2", code)))
    assert problem.startswith("Competencies, cell A2: “") and "is not a code. Use capital letters" in problem


@pytest.mark.parametrize("level", [3, 7, 5.5, "five", -4])
def test_s2_a_level_is_fheq_4_5_or_6(level):
    (problem,) = problems(spoiled(cell("Modules", "D2", level)))
    assert problem == "Modules, cell D2: Level must be an FHEQ level: 4, 5 or 6."


def test_s2_s3_codes_are_unique_and_references_lead_somewhere():
    def change(book):
        rows = book["Competencies"]
        rows["A3"], rows["E2"], rows["G3"] = "NM-1.01", "M9", "T1; T7"

    assert problems(spoiled(change)) == [
        "Tasks, cell A3: No competency covers task T2. Name it under Tasks of at least one competency.",
        "Competencies, cell E2: Module M9 is not on the sheet Modules. Correct the code or add the module there.",
        "Competencies, cell A3: NM-1.01 is already in row 2. Give each row its own.",
        "Competencies, cell G3: Task T7 is not on the sheet Tasks. Correct the code or add the task there.",
    ]


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        ("T1; T1; T2", "T1 is named twice. Keep one."),
        (";", "No code is named. Write codes with semicolons between them."),
        ("T1, T2", "“T1, T2” is not a code."),
    ],
)
def test_a_list_of_tasks_is_codes_with_semicolons(tasks, words):
    found = problems(spoiled(cell("Competencies", "G3", tasks)))
    assert f"Competencies, cell G3: {words}" in " ".join(found)


def test_all_problems_are_told_at_once_in_the_order_of_the_file():
    def change(book):
        book["Framework"]["B5"] = None
        book["Tasks"]["B3"] = "a\u200bb"
        book["Competencies"]["F2"] = 9
        book["DOPS"]["A11"] = 9

    assert [problem.split(":")[0] for problem in problems(spoiled(change))] == [
        "Framework, cell B5",
        "Tasks, cell B3",
        "Competencies, cell F2",
        "DOPS",
        "DOPS, cell A11",
    ]


def test_merged_cells_hidden_and_unexpected_sheets_are_named():
    def change(book):
        book["Modules"].merge_cells("B2:B3")
        book["Tasks"].sheet_state = "veryHidden"
        book.create_sheet("Old\u202enotes").sheet_state = "hidden"

    found = problems(spoiled(change))
    assert "Modules: The cells B2:B3 are merged. Unmerge them and fill in each cell." in found
    assert "Tasks: This sheet is hidden. Show it, check it, and keep or delete it." in found
    assert "Oldnotes: This sheet is hidden. Show it, check it, and keep or delete it." in found
    assert any(problem.startswith("Oldnotes: This sheet is not expected. Delete it; the sheets") for problem in found)
    assert "Modules, cell B3: Title is blank. Fill it in." in found


def test_missing_sheets_and_columns_are_named():
    def change(book):
        book.remove(book["Tasks"])
        book["Modules"].delete_cols(2)
        book["Competencies"]["H1"], book["Competencies"]["I1"] = "Owner", "Level"
        book["Competencies"]["K3"] = "stray"

    assert problems(spoiled(change)) == [
        "Tasks: This sheet is missing. Add it; the sample workbooks show its columns.",
        "Modules: The column Title is missing. Write its heading in row 1 and fill it in.",
        "Competencies, cell H1: “Owner” is not a column of this sheet. Delete it or correct the heading.",
        "Competencies, cell I1: The column Level is there twice. Keep one.",
        "Competencies, cell K3: This column has no heading. Clear the cell or give the column its heading.",
    ]


def test_a_sheet_without_its_headings_is_told_apart():
    def change(book):
        book["Framework"]["A1"] = "Key"
        book["Modules"]["B1"] = None

    assert problems(spoiled(change)) == [
        "Framework: The column Field is missing. Write its heading in row 1 and fill it in.",
        "Framework, cell A1: “Key” is not a column of this sheet. Delete it or correct the heading.",
        "Modules: The column Title is missing. Write its heading in row 1 and fill it in.",
        "Modules, cell B2: This column has no heading. Clear the cell or give the column its heading.",
        "Modules, cell B3: This column has no heading. Clear the cell or give the column its heading.",
    ]


def test_two_sheets_whose_names_differ_by_a_space_are_one_too_many():
    def change(parts):
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="DOPS"', b'name="Tasks "')

    assert "Tasks: There are two sheets of this name. Keep one." in problems(repacked(spoiled(lambda _: None), change))


def test_an_empty_sheet_says_so():
    found = problems(spoiled(lambda book: book["Modules"].delete_rows(2, 9)))
    assert found[0] == "Modules: This sheet has no rows. Fill it in from row 2."


def test_the_words_about_the_framework_are_complete_and_single():
    def change(book):
        words = book["Framework"]
        words["A3"], words["A4"], words["B6"] = "Scope code", "Subtitle", "published"

    assert problems(spoiled(change)) == [
        "Framework: The field Scope name is missing. Add a row for it.",
        "Framework: The field Title is missing. Add a row for it.",
        "Framework, cell A3: Scope code is there twice. Keep one.",
        "Framework, cell B3: “Nuclear Medicine” is not a code. Use capital letters A to Z, digits, full stops and "
        "hyphens, at most 20 in all, such as NM-1.03.",
        "Framework, cell A4: This is not a field. The fields are Scope code, Scope name, Title, Version, Status, Note.",
        "Framework, cell B6: Status must be one of: sample, approved.",
    ]


def test_t5_a_dops_form_has_ten_items():
    (problem,) = problems(spoiled(lambda book: book["DOPS"].delete_rows(4, 2)))
    assert problem == "DOPS: A DOPS form has items 1 to 10. Missing: 3, 4."


def test_t5_a_dops_form_is_read_alone():
    data = dops_workbook(SMALL.dops, title="Any scope", foot="A sample & more")
    assert read_dops_form(io.BytesIO(data), "dops.xlsx") == SMALL.dops
    with pytest.raises(SheetProblems, match="Tasks: This sheet is not expected"):
        read_dops_form(io.BytesIO(framework_workbook(SMALL)), "framework.xlsx")
    with pytest.raises(SheetProblems, match="This is not an Excel workbook"):
        read_dops_form(io.BytesIO(b"ten items"), "dops.xlsx")
    with pytest.raises(SheetProblems, match="This sheet is not expected"):
        read_dops_form(io.BytesIO(spoiled(lambda book: book.remove(book["DOPS"]))), "dops.xlsx")


def test_s2_differences_by_code_for_the_dry_run():
    changed = replace(SMALL.competencies[1], statement="Assays to 5 %.", tasks=("T2", "T1"))
    third = CompetencyRow("NM-2.01", "Second", "Waste", "Keeps records.", "M2", 5, ("T2",))
    new = replace(SMALL, version="2", competencies=(changed, third), dops=SMALL.dops[::-1])
    found = differences(SMALL, new)
    assert [(e.sheet, e.code, e.title) for e in found.added] == [("Competencies", "NM-2.01", "Waste")]
    assert [(e.sheet, e.code, e.title) for e in found.removed] == [("Competencies", "NM-1.01", "Drawing up")]
    assert [(c.sheet, c.code, c.field, c.old, c.new) for c in found.changed] == [
        ("Framework", "", "Version", "1.10", "2"),
        ("Competencies", "NM-1.02", "Statement", "Assays within tolerance.", "Assays to 5 %."),
    ]
    assert not differences(SMALL, SMALL)


def test_s2_without_a_framework_everything_is_added():
    found = differences(None, SMALL)
    assert (len(found.added), found.removed, found.changed) == (2 + 2 + 2 + 10, (), ())


def test_a_problem_says_where_to_look():
    assert Problem("Tasks", None, "C", "x").place == "Tasks, column C"
    assert Problem("Tasks", 4, "", "x").place == "Tasks, row 4"
    assert str(Problem("", None, "", "Choose another.")) == "The file: Choose another."


def test_beyond_a_thousand_problems_only_the_number_is_told():
    many = tuple(replace(SMALL.competencies[0], code=f"C-{n}", statement="") for n in range(1200))
    found = problems(framework_workbook(replace(SMALL, competencies=(*SMALL.competencies, *many))))
    assert (len(found), found[-1]) == (1001, "The file: 200 more places need mending. Mend these first.")
