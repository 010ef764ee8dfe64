"""The sample frameworks: made from their sources, complete, and each written for its own scope (S1, S2, S3, T5)."""

from __future__ import annotations

import io
import itertools
import re
import shutil
import zipfile

import pytest

from ctts.scheme.catalogues import DOPS_WORKBOOK, WORKBOOKS
from ctts.scheme.catalogues.make import SOURCES, dops_from, framework_from, main, workbooks
from ctts.scheme.spreadsheet import read_dops_form, read_framework

NOTE = "Sample framework written for this project; not a published curriculum"


def _read(path):
    with path.open("rb") as file:
        return read_framework(file, path.name)


def _parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


SHEETS = {path.stem: _read(path) for path in WORKBOOKS}
each = pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS.keys())


def test_the_workbooks_in_the_tree_are_what_the_sources_make():
    made = workbooks()
    assert made == workbooks()
    # Compared unpacked: how well a part is compressed depends on the machine's library, what it says does not.
    there = {path.name: _parts(path.read_bytes()) for path in (*WORKBOOKS, DOPS_WORKBOOK)}
    assert there == {name: _parts(content) for name, content in made.items()}


def test_all_workbooks_are_written_or_none(tmp_path, capsys):
    sources = tmp_path / "source"
    shutil.copytree(SOURCES, sources)
    assert main(sources, tmp_path) == 0
    assert {path.name for path in tmp_path.glob("*.xlsx")} == {path.name for path in (*WORKBOOKS, DOPS_WORKBOOK)}
    (tmp_path / DOPS_WORKBOOK.name).unlink()
    spoiled = sources / "rh.toml"
    spoiled.write_text(spoiled.read_text().replace("level = 6", "level = 7", 1))
    assert main(sources, tmp_path) == 1
    assert "Level must be an FHEQ level: 4, 5 or 6." in capsys.readouterr().err
    assert not (tmp_path / DOPS_WORKBOOK.name).exists()


def test_s1_there_is_one_framework_for_each_offered_scope():
    assert {sheet.scope: sheet.scope_name for sheet in SHEETS.values()} == {
        "NM": "Nuclear Medicine",
        "RT": "Radiotherapy Physics",
        "RP": "Radiation Physics",
        "ME": "Medical Engineering",
        "RE": "Radiation Engineering",
        "RH": "Rehabilitation Engineering",
    }


@each
def test_s2_a_sample_has_the_agreed_size_and_says_that_it_is_one(sheet):
    assert 40 <= len(sheet.competencies) <= 60
    assert 8 <= len(sheet.tasks) <= 12
    assert 6 <= len(sheet.modules) <= 9
    assert (sheet.status, sheet.note) == ("sample", NOTE)
    assert {module.curriculum_version for module in sheet.modules} == {"Sample 2026"}


@each
def test_s3_every_task_is_covered_twice_and_every_module_used(sheet):
    for task in sheet.tasks:
        assert sum(task.code in row.tasks for row in sheet.competencies) >= 2, task.code
    assert {row.module for row in sheet.competencies} == {module.code for module in sheet.modules}
    assert {row.level for row in sheet.competencies} == {4, 5, 6}


@each
def test_codes_belong_to_their_scope_and_their_group(sheet):
    groups = {}
    for row in sheet.competencies:
        assert re.fullmatch(rf"{sheet.scope}-[1-9]\.\d\d", row.code)
        groups.setdefault(row.code[:4], set()).add(row.group)
        assert row.group.startswith(f"{row.code[3]} ")
    assert all(len(names) == 1 for names in groups.values())
    assert len({row.title for row in sheet.competencies}) == len(sheet.competencies)
    assert all(15 <= len(row.statement.split()) <= 50 for row in sheet.competencies)


def test_no_statement_is_another_scope_s_with_words_replaced():
    words = {
        row.code: set(re.findall(r"[a-z]{4,}", row.statement.lower()))
        for sheet in SHEETS.values()
        for row in sheet.competencies
    }
    alike = [
        (one, other)
        for one, other in itertools.combinations(words, 2)
        if len(words[one] & words[other]) > 0.4 * len(words[one] | words[other])
    ]
    assert alike == []


def test_t5_each_scope_and_the_form_for_any_have_ten_items_of_their_own():
    with DOPS_WORKBOOK.open("rb") as file:
        forms = [read_dops_form(file, DOPS_WORKBOOK.name), *(sheet.dops for sheet in SHEETS.values())]
    assert [len(form) for form in forms] == [10] * 7
    anchors = [anchor for form in forms for item in form for anchor in item.anchors]
    assert len(set(anchors)) == len(anchors) == 7 * 10 * 5


def test_a_source_with_an_unknown_word_makes_nothing():
    source = {"scope": "NM", "colour": "green", "tasks": [], "modules": [], "groups": [], "dops": []}
    with pytest.raises(TypeError, match="colour"):
        framework_from(source)
    with pytest.raises(TypeError, match="has 1 anchors, not five"):
        dops_from({"dops": [{"title": "T", "observed": "O", "anchors": ["alone"]}]})
