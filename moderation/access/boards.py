"""Who makes a board, who proposes its list, and who approves it (F7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import Verdict, both, late, no
from ctts.organisations.access import is_office
from moderation.models import Board
from moderation.rules import board_problems
from moderation.states import BOARD_MOVES, BoardState


@dataclass(frozen=True, slots=True)
class Tie:
    """One trainee of a list: the ids of those asked about who marked them, and of those who took part in the training
    in any way; the caller has asked the record (`queries.ties_of`)."""

    trainee: str
    markers: frozenset[int]
    involved: frozenset[int]


Ties = Iterable[Tie]


def can_change_list(user: User, board: Board, today: date) -> Verdict:
    """The office adds and takes away while the list is a draft; a proposed one stays as it is (F7)."""
    office = is_office(user, today)
    if office and board.state != BoardState.DRAFT:
        return late(f"The list is “{board.get_state_display()}” and stays as it is.")
    return office


def can_propose(user: User, board: Board, ties: Ties, today: date) -> Verdict:
    """Somebody of the office proposes a list who neither marked one of its trainees nor took part otherwise (F7)."""
    legal = both(is_office(user, today), can_move(board, BOARD_MOVES, "propose"))
    return both(legal, _apart(user.pk, None, ties))


def can_approve(user: User, board: Board, ties: Ties, today: date) -> Verdict:
    """Another of the office than the proposer approves; neither marked one of the trainees nor took part (F7)."""
    legal = both(is_office(user, today), can_move(board, BOARD_MOVES, "approve"))
    if legal and user.pk == board.proposed_by_id:
        return no("You proposed this list; another member of the office approves it.")
    return both(legal, _apart(board.proposed_by_id or 0, user.pk, ties))


def _apart(proposed_by: int, approved_by: int | None, ties: Ties) -> Verdict:
    """Whether both stand apart from every trainee of a list."""
    found = [
        f"{tie.trainee}: {problem}"
        for tie in ties
        for problem in board_problems(proposed_by, approved_by, tie.markers, tie.involved)
    ]
    return no(" ".join(found)) if found else Verdict("yes")


def can_send_back(user: User, board: Board, today: date) -> Verdict:
    """The office sends a proposed list back to be changed, the proposer too (F7)."""
    return both(is_office(user, today), can_move(board, BOARD_MOVES, "send_back"))


def can_cancel(user: User, board: Board, today: date) -> Verdict:
    """The office cancels a board that is not held (F7)."""
    return both(is_office(user, today), can_move(board, BOARD_MOVES, "cancel"))
