"""Reflective pieces and case studies by their pages: written, kept while typed, submitted, commented on (T6)."""

from __future__ import annotations

import json

import pytest

from tests.training import practice as p
from tests.training.pages import address, filled, press, sent, typed, words
from tests.training.world import browser_of
from training import queries
from training.actions.writing import LONGEST
from training.models import CaseStudy, Comment, Reflection, TrainingRecord
from training.states import WritingState

ROWS = {"sections-TOTAL_FORMS": 3, "sections-INITIAL_FORMS": 0}
SECTIONS = {"sections-0-heading": "Introduction", "sections-0-text": "A phantom was *scanned*."}


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara, proved=True)


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


@pytest.fixture
def piece(scene, tara):
    """A reflective piece that Tara has just begun."""
    press(tara, address("reflection_new", scene.tara.pk), model="what", title="My first day")
    return Reflection.objects.get()


@pytest.fixture
def case(scene, tara):
    """A long case study that Tara has just begun."""
    press(tara, address("case_new", scene.tara.pk), title="A long case")
    return CaseStudy.objects.get()


def version(piece):
    return queries.piece_version(type(piece).objects.get(pk=piece.pk))


def written(tara, piece, text="I **measured** it."):
    data = filled(tara, address("reflection_edit", piece.pk), part_what=text, autosave_version=version(piece))
    return tara.post(address("reflection_edit", piece.pk), data)


def test_T6_a_reflective_piece_goes_its_whole_way_by_its_pages(scene, tara, sam, piece):
    url = address("reflection", piece.pk)
    assert written(tara, piece).url == address("reflection_edit", piece.pk)
    assert (sam.get(url).status_code, "My first day" in words(sam.get(address("writing", scene.tara.pk)))) == (
        404,
        False,
    )
    assert press(tara, address("reflection_submit", piece.pk)).status_code == 422
    assert press(tara, address("reflection_submit", piece.pk), declared="on", unfinished="on").url == url
    assert "I <strong>measured</strong> it." in words(sam.get(url))
    assert press(sam, url, text="Well seen.").url == url
    assert "Well seen." in words(tara.get(url))
    assert tara.post(address("reflection_reopen", piece.pk)).url == address("reflection_edit", piece.pk)
    assert Reflection.objects.get().state == WritingState.DRAFT
    assert "took it back" in words(sam.get(url))


def test_T6_a_long_case_study_goes_its_whole_way_by_its_pages(scene, tara, sam, case):
    edit, url = address("case_edit", case.pk), address("case", case.pk)
    assert "the first year asks for" in words(tara.get(edit))
    data = {"title": "A long case", "autosave_version": version(case), **ROWS, **SECTIONS}
    assert tara.post(edit, data).url == edit
    assert CaseStudy.objects.get().words == 4
    assert press(tara, address("case_submit", case.pk), declared="on").url == url
    assert "<em>scanned</em>" in words(sam.get(url))
    assert press(sam, url).status_code == 422
    assert press(sam, url, text="Go on.").url == url
    assert tara.post(address("case_reopen", case.pk)).url == edit


def test_T6_the_trainee_does_not_comment_and_the_same_press_comments_once(scene, tara, sam, piece):
    written(tara, piece)
    press(tara, address("reflection_submit", piece.pk), declared="on", unfinished="on")
    url = address("reflection", piece.pk)
    assert tara.post(url, {"text": "Me."}).status_code == 403
    data = {**sent(sam.get(url).context["form"]), "text": "Once."}
    assert [sam.post(url, data).status_code for _ in range(2)] == [303, 303]
    assert Comment.objects.count() == 1


def test_screens_13_a_piece_saves_itself_finished_or_not(tara, piece):
    url = address("reflection_edit", piece.pk)
    kept = json.loads(typed(tara, url, version(piece), title="", part_what="Half").content)
    assert (kept["errors"].keys(), kept["version"]) == ({"title"}, version(piece))
    assert (Reflection.objects.get().title, Reflection.objects.get().parts["what"]) == ("My first day", "Half")
    late = typed(tara, url, "0" * 64, title="Other", part_what="Mine")
    assert (late.status_code, json.loads(late.content)["fields"]["part_what"]) == (409, "Half")


def test_screens_13_a_case_study_saves_itself_finished_or_not(tara, case):
    url = address("case_edit", case.pk)
    assert typed(tara, url, version(case), title="A long case", **ROWS, **SECTIONS).status_code == 200
    assert [row.heading for row in queries.sections_of(case)] == ["Introduction"]
    late = typed(tara, url, "0" * 64, title="Other", **ROWS)
    assert json.loads(late.content)["fields"]["sections-0-heading"] == "Introduction"
    gap = typed(tara, url, version(case), title="A long case", **ROWS, **{"sections-0-text": "No heading"})
    assert (gap.status_code, list(json.loads(gap.content)["errors"])) == (200, ["sections-0-heading"])
    assert [(row.heading, row.text) for row in queries.sections_of(case)] == [("", "No heading")]
    refused = press(tara, address("case_submit", case.pk), declared="on", unfinished="on")
    assert (refused.status_code, "A section has no heading yet" in refused.content.decode()) == (422, True)
    assert CaseStudy.objects.get().state == WritingState.DRAFT


def test_screens_13_what_saved_itself_is_there_after_the_button_too(tara, case):
    url, both = address("case_edit", case.pk), {**SECTIONS, "sections-1-heading": "Methods", "sections-1-text": "New."}
    typed(tara, url, version(case), title="A long case", **ROWS, **both)
    sent_whole = {"title": "A long case", "autosave_version": version(case), **ROWS, **both}
    assert tara.post(url, sent_whole).status_code == 303
    assert [row.heading for row in queries.sections_of(case)] == ["Introduction", "Methods"]


@pytest.mark.parametrize("text", ["x" * 200_001, "x" * (LONGEST // 3)])
def test_screens_13_far_too_much_text_is_refused_and_nothing_is_lost(tara, piece, text):
    url = address("reflection_edit", piece.pk)
    much = dict.fromkeys(("part_what", "part_so_what", "part_now_what"), f"{text}y")
    assert typed(tara, url, version(piece), title="Long", **much).status_code == 422
    refused = tara.post(url, {"title": "Long", "autosave_version": version(piece), **much})
    assert refused.status_code == 422
    assert refused.context["form"]["part_what"].value() == much["part_what"]
    assert Reflection.objects.get().parts == {}


def test_T6_two_windows_are_both_shown(tara, piece):
    url = address("reflection_edit", piece.pk)
    old = {"title": "My first day", "autosave_version": version(piece)}
    assert tara.post(url, {**old, "part_what": "The first window."}).status_code == 303
    lost = tara.post(url, {**old, "part_what": "The second window."})
    assert lost.status_code == 409
    for both in ("The first window.", "The second window."):
        assert both in words(lost)


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("reflection_new", {"model": "what"}, "title"),
        ("reflection_new", {"title": "A piece"}, "model"),
        ("reflection_new", {"model": "what", "title": "A piece", "happened_on": "2026-06-11"}, "happened_on"),
        ("case_new", {}, "title"),
        ("case_new", {"title": "A case", "key": "x"}, "key"),
    ],
)
def test_T6_bad_input_when_a_piece_begins_comes_back_beside_its_field(scene, tara, name, changes, field):
    refused = press(tara, address(name, scene.tara.pk), **changes)
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {field})


def test_T6_bad_input_in_a_section_comes_back_with_its_text(tara, case):
    data = {"title": "A case", "autosave_version": version(case), **ROWS, "sections-1-text": "Without a heading."}
    refused = tara.post(address("case_edit", case.pk), data)
    assert refused.status_code == 422
    for said in ("Give this section a heading.", "Without a heading."):
        assert said in words(refused)


def test_quality_17_the_page_of_submitting_says_what_the_scan_found_and_lets_the_author_decide(tara, piece):
    written(tara, piece, "The NHS number was 943 476 5919.")
    page = tara.get(address("reflection_submit", piece.pk))
    assert page.context["findings"] == ["NHS number"]
    assert "943 476 5919" not in words(page)
    sent = {"declared": "on", "unfinished": "on", "answer": "It is the example that the lecture gives."}
    assert press(tara, address("reflection_submit", piece.pk), **sent).status_code == 303


def test_T6_what_is_submitted_is_not_written_on_nor_submitted_twice(scene, tara, piece):
    written(tara, piece)
    seen = filled(tara, address("reflection_submit", piece.pk), declared="on", unfinished="on")
    tara.post(address("reflection_submit", piece.pk), seen)
    assert tara.get(address("reflection_edit", piece.pk)).status_code == 409
    assert tara.post(address("reflection_submit", piece.pk), seen).status_code == 409
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="completed", ended_on=p.TODAY)
    assert tara.get(address("reflection", piece.pk)).status_code == 200
    assert tara.post(address("reflection_reopen", piece.pk)).status_code == 409


def test_T6_a_section_says_when_its_heading_is_needed(tara, case):
    assert "(needed when there is text)" in words(tara.get(address("case_edit", case.pk)))
