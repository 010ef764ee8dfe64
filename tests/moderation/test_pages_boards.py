"""Pages of boards: made, filled, proposed, sent back, approved, cancelled (F7)."""

from __future__ import annotations

import pytest

from assessments.states import Result, Stage
from moderation.models import Award, Board, BoardCandidate
from tests.moderation import acts, marks
from tests.moderation.pages import address, browser_of, sent, shown, words
from tests.worlds import built_once
from training.models import TrainingRecord


@pytest.fixture
def olive(world):
    return browser_of(world.cast.olive)


@pytest.fixture
def oscar(world):
    return browser_of(world.cast.oscar)


@built_once
def passed(world):
    """Tara has passed everything; Tom lacks his Viva."""
    marks.all_passed(world.cast, world.tara)
    marks.attempt_at(world.tom, Stage.PRACTICAL)
    marks.released_all(world.cast, world.tom, but=Stage.VIVA)
    return world


@pytest.fixture
def board(passed, olive):
    """A board with Tara on its list."""
    assert sent(olive, address("board_new"), name="Summer board", held_on="2026-07-01").status_code == 303
    made = Board.objects.get()
    olive.post(address("board_add", made.pk), {"records": [passed.tara.pk]})
    return made


def propose(client, board):
    return sent(client, address("board_propose", board.pk))


def test_f7_a_board_is_made_with_name_and_day(world, olive):
    for wrong in ({"name": "", "held_on": "2026-07-01"}, {"name": "Summer", "held_on": "then"}):
        assert sent(olive, address("board_new"), **wrong).status_code == 422
    assert "Nobody waits for a board" in words(olive.get(address("boards")))
    made = sent(olive, address("board_new"), name="Summer", held_on="1/7/2026")
    assert made.url == address("board_add", Board.objects.get().pk)
    assert sent(olive, address("board_new"), name="Summer", held_on="2026-07-01").status_code == 409


def test_f7_whoever_passed_everything_is_offered_the_others_with_what_is_missing(world, olive, board):
    marks.released(world.cast, world.tom, Stage.VIVA, Result.FAIL)
    page = olive.get(address("board_add", board.pk))
    assert list(page.context["form"].fields["records"].queryset) == []
    text = words(page)
    assert "Tom Eriksen" in text and "Fail, 70.0 %" in text and "Viva" in text
    for wrong in ([], [world.tom.pk], ["x"], [world.tara.pk]):
        assert olive.post(address("board_add", board.pk), {"records": wrong}).status_code == 422
    assert BoardCandidate.objects.count() == 1


def test_f7_the_list_with_stages_and_results(world, olive, board):
    text = words(olive.get(address("board", board.pk)))
    for part in (
        "Tara Quinn",
        "Nuclear Medicine, Leeds Teaching Hospital",
        "Pass, 70.0 %",
        "Take off",
        "Propose this list",
    ):
        assert part in text
    assert "Tom Eriksen" not in text
    off = olive.post(address("board_remove", board.pk, board.candidates.get().pk))
    assert off.url == address("board", board.pk)
    text = words(olive.get(address("board", board.pk)))
    assert "Nobody is on this list yet" in text and "is closed" in text
    assert olive.post(address("board_remove", board.pk, 10**9)).status_code == 404


def test_f7_proposed_by_one_approved_by_another_and_the_trainee_is_told(world, olive, oscar, board):
    assert propose(olive, board).url == address("board", board.pk)
    text = words(olive.get(address("board", board.pk)))
    assert "You proposed this list; another member of the office approves it." in text
    assert olive.get(address("board_approve", board.pk)).status_code == 403
    assert "Take off" not in text
    assert "Now with <strong>another member of the office</strong>" in text
    mine = words(oscar.get(address("board", board.pk)))
    assert "Now with <strong>you, or another member of the office</strong>" in mine
    page = words(oscar.get(address("board_approve", board.pk)))
    for part in ("Tara Quinn", "for ever", "1 trainee", "Your award is ratified", "proposed by Olive Ong"):
        assert part in page
    assert sent(oscar, address("board_approve", board.pk)).url == address("board", board.pk)
    assert Award.objects.get().record == world.tara
    text = words(oscar.get(address("board", board.pk)))
    assert "Ratified" in text and "Approved the list" in text
    assert oscar.get(address("board_approve", board.pk)).status_code == 409


def test_f7_a_stale_list_is_409_and_nothing_is_ratified(world, olive, oscar, board):
    typed = shown(olive, address("board_propose", board.pk))
    TrainingRecord.objects.filter(pk=world.tara.pk).update(certificate_name="T. Quinn")
    assert olive.post(address("board_propose", board.pk), typed).status_code == 409
    assert propose(olive, board).status_code == 303
    typed = shown(oscar, address("board_approve", board.pk))
    TrainingRecord.objects.filter(pk=world.tara.pk).update(certificate_name="Tara Quinn")
    assert oscar.post(address("board_approve", board.pk), typed).status_code == 409
    assert sent(oscar, address("board_approve", board.pk)).status_code == 409
    assert not Award.objects.exists()


def test_f7_a_list_goes_back_with_a_reason(world, olive, oscar, board):
    propose(olive, board)
    page = address("board_send_back", board.pk)
    assert oscar.post(page, {"reason": ""}).status_code == 422
    assert oscar.post(page, {"reason": "Tom is missing."}).url == address("board", board.pk)
    text = words(olive.get(address("board", board.pk)))
    assert "Tom is missing." in text and "Propose this list" in text
    assert oscar.get(page).status_code == 409


def test_f7_a_board_that_is_not_held_is_cancelled(world, olive, board):
    assert olive.post(address("board_cancel", board.pk), {"reason": "Postponed."}).status_code == 303
    text = words(olive.get(address("board", board.pk)))
    assert "Cancelled" in text and "Postponed." in text and "Nobody was on this list" not in text
    for name in ("board_cancel", "board_add", "board_propose", "board_send_back"):
        assert olive.get(address(name, board.pk)).status_code == 409


def test_f7_whoever_took_part_reads_why_it_is_closed(world, olive, oscar, board):
    acts.met(world.tara, world.cast.oscar)
    text = words(oscar.get(address("board", board.pk)))
    assert "Tara Quinn: The proposer was involved in this training." in text
    assert oscar.get(address("board_propose", board.pk)).status_code == 403
    propose(olive, board)
    assert oscar.get(address("board_approve", board.pk)).status_code == 403


def test_f7_what_is_missing_closes_the_list_with_the_name(world, olive, board):
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="interrupted")
    assert "Something is missing for Tara Quinn." in words(olive.get(address("board", board.pk)))
    assert propose(olive, board).status_code == 409


@pytest.mark.parametrize("who", ["sam", "cora", "mia", "tara", "nobody"])
def test_f7_boards_are_the_offices(world, board, who):
    client = browser_of(getattr(world.cast, who))
    pages = [address("boards"), address("board_new")]
    pages += [address(name, board.pk) for name in ("board", "board_add", "board_propose", "board_approve")]
    for page in pages:
        assert client.get(page).status_code == 403
    assert client.post(address("board_remove", board.pk, board.candidates.get().pk)).status_code == 403
