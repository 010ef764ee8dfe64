"""A board is told where results, computed a second time from the facts, are not the same; then nobody is awarded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.models import FirstYearDecision, PracticalSeal, StageAttempt
from assessments.states import Result, Stage
from ctts.common.moves import move_rows
from ctts.common.verdict import TooLate
from moderation import actions, queries
from moderation.models import Adjudication, AgreedMark, Award, Board, Disagreement
from tests.moderation import behind, marks
from tests.moderation.test_boards import HELD_ON, add, approve, make, propose
from tests.moderation.world import NOW
from tests.worlds import built_once
from training.models import Dops
from training.states import DOPS_MOVES


@built_once
def board(world):
    """Tara has passed everything and is on the list."""
    marks.all_passed(world.cast, world.tara)
    made = make(world)
    add(world, made, world.tara)
    return made


def missing(board: Board) -> tuple[str, ...]:
    [row] = queries.listed_on(board)
    return row.missing


def void(dops: Dops) -> None:
    """A DOPS of the log is voided after it was sealed."""
    move_rows(Dops.objects.filter(pk=dops.pk), DOPS_MOVES, "void", reason="Another trainee's.")


def test_F7_the_same_again_says_nothing(world, board):
    assert missing(board) == ()
    assert propose(world, board) and approve(world, board)


def test_F2_F7_a_practical_of_which_a_dops_was_voided_since_blocks_the_board(world, board):
    void(Dops.objects.get(pk=PracticalSeal.objects.get().content["lines"][0]["dops"]))
    words = "Practical, attempt 1: computed a second time it is pass, 75.0 %"
    assert missing(board) == (words,)
    with pytest.raises(TooLate, match="computed a second time"):
        propose(world, board)


def test_F7_what_parts_between_proposal_and_approval_blocks_it_too(world, board):
    propose(world, board)
    void(PracticalSeal.objects.get().final_dops)
    with pytest.raises(TooLate, match="attempt 1: computed a second time it is no result"):
        approve(world, board)
    assert not Award.objects.exists()


def test_F7_a_result_without_anything_behind_it_blocks_the_board(world):
    marks.released_all(world.cast, world.tom)
    made = make(world, "Bare")
    add(world, made, world.tom)
    nothing = "attempt 1: nothing is found that it was made of"
    assert missing(made) == tuple(f"{stage.label}, {nothing}" for stage in Stage)


def test_Y_F1_a_stage_that_was_marked_before_the_one_before_was_released_blocks_the_board(world):
    behind.four_passes(world.tom, world.cast.mia, world.cast.max, NOW)
    for stage in Stage:
        later = NOW + timedelta(days=1) if stage == Stage.PORTFOLIO else NOW
        marks.released(world.cast, world.tom, stage, now=later)
    made = actions.make_board(by=world.cast.olive, now=NOW, name="Early", held_on=HELD_ON)
    add(world, made, world.tom)
    assert missing(made) == ("Viva: marked before the stage before it was passed and released",)


def test_F5_what_the_markers_agreed_or_an_adjudicator_settled_counts(world, board):
    """Both sheets of the Portfolio differ from the result that stands, once it was settled."""
    for stage, told in ((Stage.PORTFOLIO, {}), (Stage.VIVA, {"numerator": 70, "denominator": 1})):
        attempt = StageAttempt.objects.get(record=world.tara, stage=stage)
        settled = Disagreement.objects.create(attempt=attempt, opened_at=NOW)
        given = {"disagreement": settled, "result": Result.PASS, "reasons": "We looked again.", **told}
        first = AgreedMark.objects.create(**given, made_at=NOW, made_by=world.cast.mia)
        AgreedMark.objects.create(**given, made_at=NOW, made_by=world.cast.max, accepts=first)
    assert missing(board) == ()
    after = NOW + timedelta(hours=1)
    given = {"result": Result.FAIL, "numerator": 45, "denominator": 1, "reasons": "Unsafe.", "content": {}}
    signed = behind.signature(world.cast.mona, after)
    Adjudication.objects.create(disagreement=settled, **given, **signed)
    assert missing(board) == ("Viva, attempt 1: computed a second time it is fail, 45.0 %",)


def test_Y_a_first_year_whose_decision_is_another_blocks_the_board(world, board):
    put = FirstYearDecision.objects.get(first_year__record=world.tara).put_forward
    said = {"result": Result.REFER, "words": "Not yet."}
    later = behind.signature(world.cast.mia, NOW + timedelta(hours=1))
    FirstYearDecision.objects.create(first_year=put.first_year, put_forward=put, **said, **later)
    assert missing(board) == (
        "End of First Year Assessment, attempt 1: computed a second time it is refer",
        "Practical: marked before the stage before it was passed and released",
    )
