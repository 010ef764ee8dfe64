"""Boards (F7): a list of awards, proposed by one and approved by another on exactly the same list.

Approving is ratification: the award becomes a fact, the record is completed, and the trainee is told once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.moves import move_rows
from ctts.common.races import taken_means
from ctts.common.verdict import TooLate, require
from ctts.organisations.access import is_office
from moderation import access, notices, queries
from moderation.actions._steps import fresh, office_but, tell_one, want
from moderation.models import Award, Board, BoardCandidate
from moderation.queries import Listed
from moderation.states import BOARD_MOVES
from training.actions import complete_record, lock_record, tell


@transaction.atomic
def make_board(*, by: User, now: datetime, name: str, held_on: date) -> Board:
    """The office makes a board for a day, with an empty list (F7).

    Raises NotAllowed outside the office, Invalid without a name, TooLate when there is one of this name on that day.
    """
    require(is_office(by, london_date(now)))
    called = want(name, "name", "Give the board a name.")
    with taken_means(TooLate("There is a board of this name on that day already.")):
        made = Board.objects.create(name=called, held_on=held_on, made_at=now, made_by=by)
    audit("moderation.board.made", by=by, at=now, about=made, after={"held_on": held_on.isoformat()})
    return made


@transaction.atomic
def add_candidates(*, by: User, now: datetime, board_id: int, record_ids: Collection[int]) -> list[BoardCandidate]:
    """Put trainees on a list that is a draft: those whose four stages are passed and released (F7).

    All or none: raises NotAllowed outside the office, TooLate for a list that is proposed, or a trainee who lacks
    something, has an award, or is on another open list.
    """
    board = _lock(board_id)
    require(access.can_change_list(by, board, london_date(now)))
    made = []
    for record_id in sorted(set(record_ids)):
        record = lock_record(record_id)
        if not queries.awardable_records().filter(pk=record.pk).exists():
            raise TooLate(f"{record.trainee} cannot be put on this list any more. Look at the page as it is now.")
        candidate = BoardCandidate.objects.create(board=board, record=record, added_at=now, added_by=by)
        after = {"board": board.pk}
        within = record.trainee_id
        audit("moderation.board.candidate_added", by=by, at=now, about=candidate, within=within, after=after)
        made.append(candidate)
    return made


@transaction.atomic
def remove_candidate(*, by: User, now: datetime, candidate_id: int) -> Board:
    """Take a trainee off a list that is a draft (F7). Raises NotAllowed outside the office, TooLate when it is proposed
    or somebody took them off already."""
    rows = BoardCandidate.objects.select_for_update(of=("self",), no_key=True).select_related("record")
    candidate = rows.filter(pk=candidate_id).first()
    if candidate is None:
        raise TooLate("This trainee was taken off the list already.")
    board = _lock(candidate.board_id)
    require(access.can_change_list(by, board, london_date(now)))
    after, within = {"board": board.pk}, candidate.record.trainee_id
    audit("moderation.board.candidate_removed", by=by, at=now, about=candidate, within=within, after=after)
    candidate.delete()
    return board


@transaction.atomic
def propose_board(*, by: User, now: datetime, board_id: int, seen: str) -> Board:
    """Propose the whole list as it was `seen`; colleagues who may approve are told (F7).

    Raises NotAllowed outside the office and for whoever marked one of the trainees or took part in their training,
    TooLate when it is proposed already, empty, or somebody on it lacks something, StaleText when the list changed.
    """
    board, rows = _lock_with_list(board_id)
    ties = queries.ties_of([row.record for row in rows], {by.pk})
    require(access.can_propose(by, board, ties.values(), london_date(now)))
    fresh(seen, queries.board_digest(board))
    _complete(rows)
    _move(board, "propose", by, now, proposed_at=now, proposed_by=by, content_sha256=seen)
    _ask_for_approval(board, rows, by, now)
    return board


@transaction.atomic
def send_back_board(*, by: User, now: datetime, board_id: int, reason: str) -> Board:
    """Send a proposed list back to be changed, with a reason; its proposer is told (F7).

    Raises NotAllowed outside the office, TooLate when it is not proposed, Invalid without a reason.
    """
    board = _lock(board_id)
    require(access.can_send_back(by, board, london_date(now)))
    why = want(reason, "reason", "Say what should be changed; the proposer reads it.")
    proposer = board.proposed_by
    number = _move(board, "send_back", by, now, words=why, proposed_at=None, proposed_by=None, content_sha256="")
    if proposer is not None and proposer.pk != by.pk:
        context, key = {"board": board, "by": by, "reason": why}, f"{board.pk}:{number}"
        tell_one(notices.BOARD_SENT_BACK, proposer, about=board, key=key, now=now, within=None, context=context)
    return board


@transaction.atomic
def cancel_board(*, by: User, now: datetime, board_id: int, reason: str) -> Board:
    """Cancel a board that is not held; its trainees can be put on another list (F7).

    Raises NotAllowed outside the office, TooLate when it is over, Invalid without a reason.
    """
    board = _lock(board_id)
    require(access.can_cancel(by, board, london_date(now)))
    why = want(reason, "reason", "Say why it is not held; your colleagues read it.")
    _move(board, "cancel", by, now, words=why)
    return board


@transaction.atomic
def approve_board(*, by: User, now: datetime, board_id: int, seen: str) -> list[Award]:
    """Approve the list as it was `seen`, which is exactly the list that was proposed: the awards are ratified, the
    records completed, every trainee is told once (F7).

    Raises NotAllowed outside the office, for the proposer, and where either marked one of the trainees or took part in
    their training; TooLate when it is not proposed (any more), or somebody on it lacks something now; StaleText when
    anything on the list is not what was proposed.
    """
    board, rows = _lock_with_list(board_id)
    people = {by.pk, board.proposed_by_id or 0}
    ties = queries.ties_of([row.record for row in rows], people)
    require(access.can_approve(by, board, ties.values(), london_date(now)))
    fresh(seen, board.content_sha256)
    fresh(queries.board_digest(board), board.content_sha256)
    _complete(rows)
    _move(board, "approve", by, now, approved_at=now, approved_by=by)
    return [_ratify(board, row, by, now) for row in rows]


def _ratify(board: Board, row: Listed, by: User, now: datetime) -> Award:
    record = row.record
    content = queries.award_content(record, queries.released_of([record])[record.pk])
    deciders = {"proposed_by": board.proposed_by, "approved_by": by}
    made = Award.objects.create(
        record=record,
        board=board,
        content=content,
        content_sha256=sha256(content),
        ratified_at=now,
        **deciders,
    )
    facts = {"board": board.pk, "content": made.content_sha256}
    audit("moderation.award.ratified", by=by, at=now, about=made, within=record.trainee_id, after=facts)
    complete_record(by=by, now=now, record_id=record.pk)
    tell(notices.RATIFIED, record, record.trainee, about=made, now=now, key=str(record.pk), board=board)
    return made


def _lock(board_id: int) -> Board:
    return Board.objects.select_for_update(of=("self",), no_key=True).select_related("proposed_by").get(pk=board_id)


def _lock_with_list(board_id: int) -> tuple[Board, list[Listed]]:
    """A board and its list, every record of it locked, in one order for all: by their ids, never by their days."""
    board = _lock(board_id)
    listed = BoardCandidate.objects.filter(board=board).order_by("record_id")
    for record_id in listed.values_list("record_id", flat=True):
        lock_record(record_id)
    return board, queries.listed_on(board)


def _complete(rows: list[Listed]) -> None:
    """Nobody is missing anything, and there is somebody."""
    if not rows:
        raise TooLate("Nobody is on this list.")
    lacking = [f"{row.record.trainee} ({', '.join(row.missing)})" for row in rows if row.missing]
    if lacking:
        raise TooLate(f"Not everything is passed and released: {'; '.join(lacking)}.")


def _move(board: Board, step: str, by: User, now: datetime, words: str = "", **columns: Any) -> int:
    """Take a step that was found legal with a locked board, with what goes with it; the number of its audit entry."""
    before = {"state": str(board.state)}
    move_rows(Board.objects.filter(pk=board.pk), BOARD_MOVES, step, **columns)
    board.refresh_from_db()
    after = {"state": str(board.state), "content": board.content_sha256}
    said = {"reason": words} if words else None
    what = f"moderation.board.{step}"
    return audit(what, by=by, at=now, about=board, before=before, after=after, words=said).number


def _ask_for_approval(board: Board, rows: list[Listed], by: User, now: datetime) -> None:
    """Everybody in the office who may approve hears of the list once."""
    colleagues = office_but(now, by.pk)
    ties = queries.ties_of([row.record for row in rows], {person.pk for person in colleagues})
    tied = {pk for tie in ties.values() for pk in tie.markers | tie.involved}
    context, key = {"board": board, "by": by, "many": len(rows)}, f"{board.pk}:{board.content_sha256[:12]}"
    for person in colleagues:
        if person.pk not in tied:
            tell_one(notices.BOARD_PROPOSED, person, about=board, key=key, now=now, within=None, context=context)
