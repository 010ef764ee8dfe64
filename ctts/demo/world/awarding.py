"""Boards and diplomas of the demo world (F7, D1): one board held and its two diplomas issued, one list proposed."""

from __future__ import annotations

from datetime import datetime, timedelta

from ctts.common.clock import london_date
from ctts.demo.world.machine import SOON, run_calendar
from ctts.demo.world.people import Town
from ctts.demo.world.ways import Way
from moderation import actions, queries
from moderation.models import Board
from training.models import TrainingRecord

MAKE_FILES = "moderation.make_diplomas"


def award(town: Town, held_at: datetime, *firsts: str) -> Way:
    """A board of these trainees: proposed by one, approved by another two hours later; their diplomas the next day."""
    yield held_at
    board = _propose(town, held_at, "Board of Examiners", *firsts)
    yield (at := held_at + timedelta(hours=2))
    awards = actions.approve_board(by=town.people["oscar"], now=at, board_id=board.pk, seen=board.content_sha256)
    yield (at := held_at + timedelta(days=1))
    for one in awards:
        actions.issue_diploma(by=town.people["olive"], now=at, award_id=one.pk)
    run_calendar(at + SOON, MAKE_FILES)


def _propose(town: Town, at: datetime, name: str, *firsts: str) -> Board:
    office = town.people["olive"]
    board = actions.make_board(by=office, now=at, name=name, held_on=london_date(at))
    people = [town.people[first] for first in firsts]
    ids = list(TrainingRecord.objects.filter(trainee__in=people).values_list("pk", flat=True))
    actions.add_candidates(by=office, now=at, board_id=board.pk, record_ids=ids)
    board.refresh_from_db()
    return actions.propose_board(by=office, now=at, board_id=board.pk, seen=queries.board_digest(board))
