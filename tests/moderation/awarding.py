"""Awards: four passes that the office releases, with what stands behind them as rows, and a board that ratifies them.

The whole way is tested where it is built; here an award is only what a diploma needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assessments.actions._steps import agree_outcome
from assessments.models import Outcome
from assessments.states import Result, Stage
from ctts.accounts.models import User
from ctts.common.calendar_jobs import calendar_jobs
from moderation import actions, queries
from moderation.models import Award, Board, Diploma
from tests.assessments import gate
from tests.cast import Cast, at, person
from tests.moderation import behind
from tests.training.world import accepted, make_world
from training import actions as training
from training.models import TrainingRecord

RATIFIED = at(2028, 4, 3, 13)
NOW = at(2028, 4, 5, 10)


@dataclass
class Awarded:
    """The cast, and Tara's and Tom's records with their awards; Tara is of Leeds, Tom of Bristol."""

    cast: Cast
    tara: TrainingRecord
    tom: TrainingRecord

    def award(self, name: str = "tara") -> Award:
        """The award of one of them."""
        return Award.objects.get(record=getattr(self, name))


def make_awarded() -> Awarded:
    """Both trainees have an award of 3 April 2028; no diploma is issued yet."""
    world = make_world(many=2)
    give_awards(world.cast, world.tara, world.tom)
    return Awarded(world.cast, world.tara, world.tom)


def passed(cast: Cast, record: TrainingRecord, stage: Stage, now: datetime = RATIFIED) -> Outcome:
    """A stage passed at the first attempt, confirmed by Olive and released by Oscar the day before."""
    day = now - timedelta(days=1)
    if stage == Stage.FIRST_YEAR:
        return gate.passed_by_rows(record, cast.olive, cast.oscar, day)
    given = {"content": {"stage": str(stage)}, "percent": behind.PERCENT.get(stage)}
    made = agree_outcome(record, stage, 1, Result.PASS, by=None, now=day, **given)
    gate.office("confirm_outcome", made, cast.olive, day)
    return gate.office("release_outcome", made, cast.oscar, day)


def give_awards(cast: Cast, *records: TrainingRecord, now: datetime = RATIFIED) -> list[Award]:
    """One board, proposed by Olive and approved by Oscar, that ratified an award for each of some records."""
    for record in records:
        behind.four_passes(record, cast.mia, cast.max, now - timedelta(days=1))
        for stage in Stage:
            passed(cast, record, stage, now)
    name = f"Board of April, {Board.objects.count() + 1}"
    board = actions.make_board(by=cast.olive, now=now, name=name, held_on=now.date())
    given = {"board_id": board.pk, "record_ids": [record.pk for record in records]}
    actions.add_candidates(by=cast.olive, now=now, **given)
    seen = queries.board_digest(board)
    actions.propose_board(by=cast.olive, now=now, board_id=board.pk, seen=seen)
    return actions.approve_board(by=cast.oscar, now=now, board_id=board.pk, seen=seen)


def more_trainees(world: Awarded, many: int) -> list[TrainingRecord]:
    """More trainees of Leeds, enrolled and awarded, for lists and races."""
    found = []
    for number in range(1, many + 1):
        applicant = person(f"more{number}", f"Nina Number{number:02d}")
        given = (world.cast, applicant, world.cast.sam, world.tara.framework)
        application = accepted(*given, now=at(2026, 4, 20), many=1)
        found.append(training.enrol(by=None, now=at(2026, 4, 21), application_id=application.pk))
    give_awards(world.cast, *found)
    return found


def issued(world: Awarded, name: str = "tara", now: datetime = NOW, by: User | None = None) -> Diploma:
    """A diploma of one of the two, issued by Olive; its file is owed."""
    return actions.issue_diploma(by=by or world.cast.olive, now=now, award_id=getattr(world, name).pk)


def job(name: str, now: datetime = NOW) -> int:
    """What one job of moderation's calendar does now; what it raises is passed on."""
    [found] = [found for found in calendar_jobs() if found.name == f"moderation.{name}"]
    return found.due(now) or 0
