"""Boards and their lists (F7): who can be awarded the Diploma, what others lack, what exactly was decided about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assessments.models import MarkSheet, Outcome, StageAttempt
from assessments.rules import display_mark
from assessments.states import OutcomeState, Result, Stage
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.templatetags.formats import day
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from moderation.access import Tie
from moderation.models import Award, Board, BoardCandidate
from moderation.queries.independence import involved_in
from moderation.queries.judged_again import differences
from moderation.rules import missing_for_award
from moderation.states import BoardState
from training.models import TrainingRecord
from training.states import RECORD_ENDED, RecordState

OPEN = (BoardState.DRAFT, BoardState.PROPOSED)
Released = dict[int, list[Outcome]]


@dataclass(frozen=True, slots=True)
class StageShown:
    """One stage of a trainee as a board reads it: the last released result in words, and at which attempt."""

    label: str
    result: str
    attempt: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A trainee as a board reads them: each stage, and what is missing for the award."""

    record: TrainingRecord
    stages: list[StageShown]
    missing: tuple[str, ...]
    candidate: BoardCandidate | None = None


def boards_for_office(user: User, today: date) -> QuerySet[Board]:
    """Every board for the office, the newest first, with the size of its list; for anybody else none exists."""
    if not holds(user, Role.OFFICE, today):
        return Board.objects.none()
    counted = BoardCandidate.objects.filter(board=OuterRef("pk")).order_by().values("board").annotate(n=Count("pk"))
    rows = Board.objects.select_related("made_by", "proposed_by", "approved_by")
    return rows.annotate(many=Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0))


def candidates_of(board: Board) -> QuerySet[BoardCandidate]:
    """The list of a board by name, with the records."""
    rows = BoardCandidate.objects.filter(board=board)
    rows = rows.select_related("record__trainee", "record__scope", "record__centre", "record__rules", "board")
    return rows.order_by("record__trainee__sort_name", "record_id")


def released_of(records: Iterable[TrainingRecord]) -> Released:
    """The released outcomes of each record by its id, in order of stage and attempt; one query."""
    rows = list(records)
    found: Released = {row.pk: [] for row in rows}
    released = Outcome.objects.filter(record__in=rows, state=OutcomeState.RELEASED)
    for outcome in released.order_by("attempt", "pk"):
        found[outcome.record_id].append(outcome)
    return found


def listed_on(board: Board) -> list[Listed]:
    """The list of a board with stages and results, and where these computed a second time are not the same (quality
    rule 10); twelve queries, whatever its length."""
    rows = list(candidates_of(board))
    return _all_listed([row.record for row in rows], {row.record_id: row for row in rows})


def listed(records: Iterable[TrainingRecord]) -> list[Listed]:
    """Trainees who are on no list, with stages, results and what is missing; eleven queries, one where nobody passed
    everything."""
    return _all_listed(list(records), {})


def _all_listed(records: Sequence[TrainingRecord], candidates: Mapping[int, BoardCandidate]) -> list[Listed]:
    """Each trainee as a board reads them; computed a second time is what would be awarded."""
    released = released_of(records)
    missing = {row.pk: _missing(row, released[row.pk], candidates.get(row.pk)) for row in records}
    differ = differences([row for row in records if not missing[row.pk]], released)
    return [
        Listed(
            record=row,
            stages=[_stage(stage, released[row.pk]) for stage in Stage],
            missing=(*missing[row.pk], *differ.get(row.pk, ())),
            candidate=candidates.get(row.pk),
        )
        for row in records
    ]


def _missing(record: TrainingRecord, outcomes: Sequence[Outcome], candidate: BoardCandidate | None) -> list[str]:
    results: dict[str, list[str]] = {}
    for outcome in outcomes:
        results.setdefault(outcome.stage, []).append(outcome.result)
    missing = list(missing_for_award(results))
    if record.state != RecordState.ACTIVE:
        missing.append(f"the training is “{record.get_state_display()}”")
    last = max((london_date(outcome.released_at) for outcome in outcomes if outcome.released_at), default=None)
    if candidate and last and last > candidate.board.held_on:
        missing.append(f"the last result was released on {day(last)}, after the day of this board")
    return missing


def _stage(stage: Stage, outcomes: Sequence[Outcome]) -> StageShown:
    own = [outcome for outcome in outcomes if outcome.stage == stage]
    if not own:
        return StageShown(str(stage.label), "", 0, passed=False)
    last = own[-1]
    return StageShown(str(stage.label), _words(last), last.attempt, passed=last.result == Result.PASS)


def _words(outcome: Outcome) -> str:
    if outcome.denominator is None or outcome.numerator is None:
        return outcome.get_result_display()
    return f"{outcome.get_result_display()}, {display_mark(Fraction(outcome.numerator, outcome.denominator))} %"


# --- who can be put on a list ---


def _with_passes(rows: QuerySet[TrainingRecord]) -> QuerySet[TrainingRecord]:
    passed = Outcome.objects.filter(record=OuterRef("pk"), state=OutcomeState.RELEASED, result=Result.PASS)
    counted = passed.order_by().values("record").annotate(n=Count("stage", distinct=True)).values("n")
    rows = rows.annotate(passes=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
    return rows.select_related("trainee", "scope", "centre", "rules").order_by("trainee__sort_name", "pk")


def awardable_records() -> QuerySet[TrainingRecord]:
    """Trainees whose four stages are passed and released, who have no award and are on no open list, by name (F7);
    for the office's page."""
    waiting = BoardCandidate.objects.filter(board__state__in=OPEN, record=OuterRef("pk"))
    rows = _with_passes(TrainingRecord.objects.filter(state=RecordState.ACTIVE, award__isnull=True))
    return rows.filter(Q(passes=len(Stage))).exclude(Exists(waiting))


def waiting_for_a_list() -> tuple[int, datetime | None]:
    """How many such trainees there are, and the instant since which the first of them waits; one query."""
    passed = Outcome.objects.filter(record=OuterRef("pk"), state=OutcomeState.RELEASED, result=Result.PASS)
    ready = Subquery(passed.order_by("-released_at").values("released_at")[:1])
    found = awardable_records().annotate(ready_at=ready).aggregate(many=Count("pk"), since=Min("ready_at"))
    return found["many"], found["since"]


def not_yet_awardable() -> QuerySet[TrainingRecord]:
    """Trainees in the Final Assessment who lack something for the award, by name; for the office's page."""
    tried = StageAttempt.objects.filter(record=OuterRef("pk"))
    rows = TrainingRecord.objects.exclude(state__in=RECORD_ENDED).filter(Exists(tried))
    return _with_passes(rows).filter(Q(passes__lt=len(Stage)) | ~Q(state=RecordState.ACTIVE))


# --- what is decided about ---


def board_content(board: Board) -> dict[str, Any]:
    """The whole list in keys, numbers and the names as they will be printed: what is proposed and approved (F7)."""
    rows = list(candidates_of(board))
    released = released_of(row.record for row in rows)
    return {
        "board": board.pk,
        "held_on": board.held_on.isoformat(),
        "candidates": [award_content(row.record, released[row.record_id]) for row in rows],
    }


def award_content(record: TrainingRecord, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What the award of one trainee rests on: the name, the scope, every released outcome (F7)."""
    return {
        "record": record.pk,
        "trainee": record.trainee_id,
        "state": record.state,
        "name": record.certificate_name,
        "scope": record.scope.code,
        "outcomes": [_outcome(outcome) for outcome in sorted(outcomes, key=lambda row: row.pk)],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    percent = f"{outcome.numerator}/{outcome.denominator}" if outcome.denominator else None
    return {
        "outcome": outcome.pk,
        "stage": outcome.stage,
        "attempt": outcome.attempt,
        "result": outcome.result,
        "percent": percent,
        "content": outcome.content_sha256,
    }


def board_digest(board: Board) -> str:
    """The digest of a list as it is now."""
    return sha256(board_content(board))


def ties_of(records: Iterable[TrainingRecord], people: Collection[int]) -> dict[int, Tie]:
    """For each record by its id: which of these people marked the trainee, and which took part in the training (F7);
    two queries."""
    rows = list(records)
    marked: dict[int, set[int]] = {row.pk: set() for row in rows}
    sheets = MarkSheet.objects.filter(attempt__record__in=rows, marker__in=people)
    for record, marker in sheets.values_list("attempt__record", "marker"):
        marked[record].add(marker)
    involved = involved_in(rows, people)
    return {row.pk: Tie(str(row.trainee), frozenset(marked[row.pk]), frozenset(involved[row.pk])) for row in rows}


def awards_of(board: Board) -> QuerySet[Award]:
    """The awards that a board ratified, by name."""
    rows = Award.objects.filter(board=board).select_related("record__trainee", "record__scope")
    return rows.order_by("record__trainee__sort_name", "pk")
