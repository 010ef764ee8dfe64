"""Properties of the framework reader: it reads what was written, and never fails but by naming problems (S2)."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from ctts.scheme.spreadsheet import (
    CompetencyRow,
    DopsItemRow,
    FrameworkSheet,
    ModuleRow,
    SheetProblems,
    TaskRow,
    framework_workbook,
)
from tests.scheme.sheets import SMALL, csv_bytes, read, repacked

# Characters that a cell may hold.
VISIBLE = st.characters(
    exclude_categories=("C", "Zl", "Zp"),
    exclude_characters="\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0",
)
CODES = st.from_regex(r"[A-Z0-9][A-Z0-9.\-]{0,19}", fullmatch=True)
LEVELS = st.sampled_from((4, 5, 6))
WORKBOOK = framework_workbook(SMALL)
PARTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet4.xml")


def kept(text: str) -> str:
    """A text in the form in which it is kept."""
    return unicodedata.normalize("NFC", text).strip(" \u00a0")


def texts(longest: int = 40) -> st.SearchStrategy[str]:
    """Texts in the form in which they are kept, of at most so many characters."""
    return st.text(VISIBLE, min_size=1, max_size=longest).map(kept).filter(lambda text: 0 < len(text) <= longest)


@st.composite
def frameworks(draw: st.DrawFn) -> FrameworkSheet:
    """Any correct framework of modest size."""
    task_codes = draw(st.lists(CODES, min_size=1, max_size=4, unique=True))
    module_codes = draw(st.lists(CODES, min_size=1, max_size=3, unique=True))
    codes = draw(st.lists(CODES, min_size=1, max_size=6, unique=True))
    some_tasks = st.lists(st.sampled_from(task_codes), min_size=1, unique=True).map(tuple)
    rows = [
        CompetencyRow(
            code,
            draw(texts()),
            draw(texts()),
            draw(texts(200)),
            draw(st.sampled_from(module_codes)),
            draw(LEVELS),
            tasks,
        )
        for code, tasks in zip(codes, [tuple(task_codes), *(draw(some_tasks) for _ in codes[1:])], strict=True)
    ]
    anchors = st.tuples(*[texts() for _ in range(5)])
    return FrameworkSheet(
        scope=draw(CODES),
        scope_name=draw(texts()),
        title=draw(texts()),
        version=draw(texts(30)),
        status=draw(st.sampled_from(("sample", "approved"))),
        note=draw(st.one_of(st.just(""), texts())),
        tasks=tuple(TaskRow(code, draw(texts()), draw(texts())) for code in task_codes),
        modules=tuple(ModuleRow(code, draw(texts()), draw(texts()), draw(LEVELS)) for code in module_codes),
        competencies=tuple(rows),
        dops=tuple(DopsItemRow(n, draw(texts()), draw(texts()), draw(anchors)) for n in draw(st.sampled_from(FORMS))),
    )


FORMS = ((), tuple(range(1, 11)))


@settings(max_examples=60, deadline=None)
@given(frameworks())
def test_s2_any_framework_written_is_read_back(sheet):
    assert read(framework_workbook(sheet)) == sheet


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARTS), st.integers(0, 4000), st.binary(max_size=12), st.integers(0, 12))
def test_a_workbook_changed_anywhere_is_read_or_refused(part, place, new, length):
    def change(parts):
        content = parts[part]
        at = place % len(content)
        parts[part] = content[:at] + new + content[at + length :]

    with suppress(SheetProblems):
        read(repacked(WORKBOOK, change))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WORKBOOK)), st.binary(min_size=1, max_size=8))
def test_an_archive_changed_anywhere_is_read_or_refused(place, new):
    with suppress(SheetProblems):
        read(WORKBOOK[:place] + new + WORKBOOK[place + len(new) :])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(csv_bytes())), st.binary(min_size=1, max_size=8))
def test_a_csv_changed_anywhere_is_read_or_refused(place, new):
    data = csv_bytes()
    with suppress(SheetProblems):
        read(data[:place] + new + data[place:], "framework.csv")


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused(data):
    for filename in ("framework.xlsx", "framework.csv"):
        with suppress(SheetProblems):
            read(data, filename)
