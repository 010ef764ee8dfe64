"""Comments on pieces: on the whole, a part or words of it; answered by the trainee (T6, screens 17)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.test_writing import case, save_case, submit, submitted, submitted_case
from tests.training.world import browser_of
from training import actions, queries
from training.models import Comment, CommentAnswer, TrainingRecord
from training.states import CommentFate


def study(scene):
    """A submitted case study of two sections."""
    text = "The camera **drifted** by two per cent."
    return submit(save_case(case(scene.tara), ("Introduction", text), ("Discussion", "Three causes.")))


def comment(piece, by, text="Say more.", **more):
    return actions.comment_on(by=by, now=p.NOW, piece=piece, key=uuid4(), text=text, **more)


def answer(comment, by, fate="changed", reason=""):
    return actions.answer_comment(by=by, now=p.NOW, comment_id=comment.pk, fate=fate, reason=reason)


def shown(piece):
    """Under each part the quotes and whether they stand, and the texts of the other comments."""
    under, others = queries.said_by_part(queries.parts_of(piece), queries.comments_on(piece))
    return [[(row.comment.quote, row.stands) for row in rows] for rows in under], [row.stands for row in others]


# --- what a comment is about ---


def test_T6_a_comment_is_about_the_whole_a_part_or_words_of_it(scene):
    piece, sam = study(scene), scene.cast.sam
    comment(piece, sam)
    comment(piece, sam, part="Discussion")
    found = comment(piece, sam, quote=" drifted by  two\nper cent ")
    assert (found.part, found.quote) == ("Introduction", "drifted by  two\nper cent")
    assert shown(piece) == ([[(found.quote, True)], [("", True)]], [True])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"part": "Methods"}, "part"),
        ({"quote": "was stable"}, "quote"),
        ({"part": "Discussion", "quote": "drifted"}, "quote"),
    ],
)
def test_T6_what_does_not_stand_in_the_piece_is_not_commented_on(scene, given, field):
    with pytest.raises(Invalid) as problem:
        comment(study(scene), scene.cast.sam, **given)
    assert problem.value.field == field


def test_T6_a_comment_on_words_that_are_gone_is_about_an_earlier_version(scene):
    piece = study(scene)
    comment(piece, scene.cast.sam, quote="two per cent")
    comment(piece, scene.cast.sam, part="Discussion")
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    save_case(piece, ("Introduction", "The camera drifted by one per cent."))
    assert shown(piece) == ([[("two per cent", False)]], [False])
    page = words(browser_of(scene.cast.tara, proved=True).get(address("case_edit", piece.pk)))
    assert page.count("About an earlier version") == 2


def test_T6_words_belong_to_a_part_whoever_writes(scene):
    given = {"case": study(scene), "written_by": scene.cast.sam, "written_at": p.NOW, "text": "x"}
    with pytest.raises(IntegrityError, match="quote_of_a_part"), transaction.atomic():
        Comment.objects.create(key=uuid4(), quote="camera", **given)


# --- the answer of the trainee ---


def test_screens_17_the_trainee_says_of_each_comment_what_became_of_it(scene):
    piece, tara = study(scene), scene.cast.tara
    first, second = comment(piece, scene.cast.sam), comment(piece, scene.cast.mia)
    assert answer(first, tara).reason == ""
    kept = answer(second, tara, CommentFate.KEPT, " It was two. ")
    assert (kept.get_fate_display(), kept.reason) == ("Not changed, because", "It was two.")
    assert p.kinds_audited(scene.tara)[-1] == "training.comment.answered"
    with pytest.raises(TooLate):
        answer(first, tara)


def test_screens_17_what_was_not_changed_has_a_reason_and_nobody_else_answers(scene):
    said = comment(submitted(scene.tara), scene.cast.sam)
    with pytest.raises(Invalid) as problem:
        answer(said, scene.cast.tara, "kept", " ")
    assert problem.value.field == "reason"
    for other in ("sam", "tom", "olive"):
        with pytest.raises(NotAllowed):
            answer(said, getattr(scene.cast, other))
    with pytest.raises(IntegrityError, match="kept_because"), transaction.atomic():
        CommentAnswer.objects.create(comment=said, fate="kept", answered_at=p.NOW)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="completed", ended_on=p.TODAY)
    with pytest.raises(TooLate):
        answer(said, scene.cast.tara)


# --- by the pages ---


def test_T6_a_comment_on_quoted_words_goes_its_way_by_the_pages(scene):
    piece = study(scene)
    tara, sam = (browser_of(person, proved=True) for person in (scene.cast.tara, scene.cast.sam))
    url = address("case", piece.pk)
    assert press(sam, url, text="Which?", part="Introduction", quote="causes").status_code == 422
    assert press(sam, url, text="Which?", part="Methods").status_code == 422
    assert press(sam, url, text="Which ones?", part="Discussion", quote="Three causes").status_code == 303
    assert "<mark>Three causes</mark>" in words(sam.get(url))
    assert "Say what became of it" not in words(sam.get(url))
    assert "Say what became of it" in words(tara.get(url))
    asked = address("comment_answer", Comment.objects.get().pk)
    assert sam.get(asked).status_code == 403
    assert press(tara, asked, fate="kept").status_code == 422
    assert press(tara, asked, fate="kept", reason="They stand in the table.").url == url
    assert "They stand in the table." in words(sam.get(url))
    assert tara.get(asked).status_code == 409


def test_T6_the_answer_leads_back_to_the_piece(scene):
    tara = browser_of(scene.cast.tara, proved=True)
    for piece, name in ((submitted(scene.tara), "reflection"), (submitted_case(scene.tara), "case")):
        asked = address("comment_answer", comment(piece, scene.cast.sam).pk)
        assert press(tara, asked, fate="changed").url == address(name, piece.pk)


def test_quality_17_a_quote_does_not_repeat_what_may_identify_a_patient(scene):
    piece = save_case(case(scene.tara), ("Introduction", "The number is 943 476 5919."))
    given = {"seen": queries.piece_version(piece), "declared": True, "answer": "It is a number of the manual."}
    actions.submit_piece(by=scene.cast.tara, now=p.NOW, piece=piece, **given)
    with pytest.raises(Invalid) as problem:
        comment(piece, scene.cast.sam, quote="number is 943 476 5919")
    assert problem.value.field == "quote"
