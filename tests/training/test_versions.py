"""The versions of reflective pieces and case studies: kept at each submission, compared, read (T6)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.test_writing import case, reflection, save, save_case, submit, submitted, version
from tests.training.world import browser_of
from training import actions, queries
from training.models import PieceVersion
from training.rules import piece_difference, text_changes

NHS = "The number is 943 476 5919."


def pieces(found):
    return [(str(piece.fate), piece.text) for piece in found]


def again(piece, **parts):
    """The piece reopened, with other words, submitted again."""
    actions.reopen_piece(by=piece.record.trainee, now=p.NOW, piece=piece)
    return submit(save(type(piece).objects.get(pk=piece.pk), **parts))


# --- the rule ---


def test_T6_parts_are_compared_by_their_headings():
    older = [("Introduction", "One two three."), ("Methods", "Same."), ("Old name", "Stays."), ("Gone", "Away.")]
    newer = [("Introduction", "One two four."), ("Methods", "Same.\r\n"), ("New name", "Stays."), ("More", "New.")]
    found = piece_difference(older, newer)
    shown = [(one.title, one.fate, one.was) for one in found.changes]
    assert shown == [
        ("Introduction", "changed", ""),
        ("New name", "changed", "Old name"),
        ("More", "added", ""),
        ("Gone", "removed", ""),
    ]
    assert found.same == 1
    assert pieces(found.changes[0].pieces) == [("kept", "One two "), ("out", "three."), ("in", "four.")]


def test_T6_two_parts_of_one_heading_belong_together_in_their_order():
    older = [("Results", "First."), ("Results", "Second.")]
    found = piece_difference(older, [("Results", "First."), ("Results", "Third one.")])
    assert (found.same, [one.title for one in found.changes]) == (1, ["Results"])
    assert pieces(found.changes[0].pieces) == [("out", "Second."), ("in", "Third one.")]


def test_T6_a_long_text_is_compared_paragraph_by_paragraph():
    long = "word " * 1500
    found = text_changes(f"{long}\n\nThe end was near.\n\nLast.", f"{long}\r\n\r\nThe end was far.\n \nLast.")
    assert ("out", "near.") in pieces(found)
    assert ("in", "far.") in pieces(found)
    after = "".join(text for fate, text in pieces(found) if fate != "out")
    assert after.split() == [*long.split(), *["The", "end", "was", "far.", "Last."]]


# --- kept ---


def test_T6_each_submission_keeps_the_whole_text_as_a_version(scene):
    piece = again(submitted(scene.tara), what="I checked it twice.", so_what="It matters.")
    second, first = queries.piece_versions(piece)
    assert [str(first), str(second)] == ["Version 1", "Version 2"]
    assert (first.parts, first.words) == ([["What?", "I checked the camera."]], 4)
    assert (second.sha256, second.submitted_at) == (version(piece), p.NOW)
    assert p.kinds_audited(scene.tara)[-1] == "training.reflection.submitted"
    study = submit(save_case(case(scene.tara), ("One", "Text."), ("References", "Smith 2020")))
    assert queries.piece_versions(study)[0].parts == [["One", "Text."], ["References", "Smith 2020"]]


def test_T6_a_version_stays_whoever_writes(scene):
    submitted(scene.tara)
    for act in (PieceVersion.objects.all().delete, lambda: PieceVersion.objects.update(words=1)):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            act()


def test_T6_what_was_submitted_before_versions_were_kept_becomes_one_when_it_is_reopened(scene):
    piece = reflection(scene.tara)
    save(piece, what="I checked the camera.")
    columns = {"state": "submitted", "submitted_at": p.NOW}
    type(piece).objects.filter(pk=piece.pk).update(**columns)
    assert queries.piece_versions(piece) == []
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    assert [(one.number, one.submitted_at, one.parts) for one in queries.piece_versions(piece)] == [
        (1, p.NOW, [["What?", "I checked the camera."]])
    ]


# --- read ---


def test_T6_readers_see_what_changed_against_the_last_submitted_one(scene):
    piece = submitted(scene.tara)
    sam, url = browser_of(scene.cast.sam, proved=True), address("reflection", piece.pk)
    assert "What changed since" not in words(sam.get(url))
    again(piece, what="I checked the collimator.")
    page = words(sam.get(url))
    assert "What changed since version 1" in page
    assert "<del" in page
    assert "camera." in page
    second = words(sam.get(address("reflection_version", piece.pk, 2)))
    assert "What changed since version 1" in second
    first = words(sam.get(address("reflection_version", piece.pk, 1)))
    assert ("I checked the camera." in first, "What changed" in first) == (True, False)
    assert sam.get(address("reflection_version", piece.pk, 3)).status_code == 404


def test_T6_the_trainee_sees_what_a_draft_changed_since_it_was_submitted(scene):
    study = submit(save_case(case(scene.tara), ("Introduction", "A patient came.")))
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=study)
    save_case(study, ("Introduction", "A patient left."), title="Another title")
    tara = browser_of(scene.cast.tara, proved=True)
    shown = tara.get(address("case", study.pk)).context["changed"]
    assert [one.title for one in shown.difference.changes] == ["Title", "Introduction"]
    assert tara.get(address("case_version", study.pk, 1)).status_code == 200
    sam = browser_of(scene.cast.sam, proved=True)
    away = sam.get(address("case_version", study.pk, 1))
    assert (away.status_code, "A patient" in away.text) == (200, False)  # who took it back, and nothing of it


def seen_by(scene, who, piece, text):
    """On which of its pages somebody finds a text: the piece, its first version, its second."""
    browser = browser_of(getattr(scene.cast, who), proved=True)
    pages = [address("reflection", piece.pk), *(address("reflection_version", piece.pk, n) for n in (1, 2))]
    return [text in words(browser.get(url)) for url in pages]


def test_quality_17_a_version_that_was_withdrawn_is_read_by_nobody(scene):
    piece = submitted(scene.tara)
    actions.withdraw_piece(by=scene.cast.sam, now=p.NOW, piece=piece, reason="A name in the first part.")
    submit(save(type(piece).objects.get(pk=piece.pk), what="Taken out."))
    for other in ("tara", "sam", "olive"):
        assert seen_by(scene, other, piece, "camera") == [False, False, False]


@pytest.mark.parametrize("answered", [True, False])
def test_quality_17_a_version_in_which_something_was_found_is_read_once_its_author_answered(scene, answered):
    piece = save(reflection(scene.tara), what=NHS)
    if answered:
        given = {"seen": version(piece), "declared": True, "answer": "It is a number of the manual."}
        actions.submit_piece(by=scene.cast.tara, now=p.NOW, piece=piece, **given)
    else:  # as before the scan was asked at submission
        type(piece).objects.filter(pk=piece.pk).update(state="submitted", submitted_at=p.NOW)
    again(piece, what="Another text.")
    assert seen_by(scene, "sam", piece, "943 476 5919") == [answered, answered, answered]
