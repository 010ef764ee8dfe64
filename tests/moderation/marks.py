"""Outcomes, attempts and sheets of marks for the tests of disagreements and boards, in the one place where the real
actions of assessments can replace them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from assessments.actions._steps import agree_outcome
from assessments.models import Mark, MarkSheet, MarkSheetSignature, Outcome, StageAttempt
from assessments.states import (
    MARK_SHEET_MOVES,
    OUTCOME_MOVES,
    STAGE_MOVES,
    MarkerRole,
    PortfolioCriterion,
    Result,
    Stage,
    VivaDomain,
)
from ctts.accounts.models import User
from ctts.common.moves import change_state, move_rows
from moderation.models import Adjudication, AgreedMark, Disagreement
from tests.cast import Cast
from tests.moderation import behind
from tests.moderation.acts import signature
from tests.moderation.world import NOW
from training.models import TrainingRecord

BOTH = (MarkerRole.EXTERNAL, MarkerRole.SUPPORTING)


def released(
    cast: Cast,
    record: TrainingRecord,
    stage: Stage,
    result: Result = Result.PASS,
    *,
    attempt: int = 1,
    now: datetime = NOW,
) -> Outcome:
    """The outcome of an attempt: agreed by its markers, confirmed by Olive, released by Oscar (F1)."""
    percent = behind.PERCENT.get(stage)
    made = agree_outcome(record, stage, attempt, result, by=None, now=now, content={"sum": 66}, percent=percent)
    rows = Outcome.objects.filter(pk=made.pk)
    move_rows(rows, OUTCOME_MOVES, "confirm", confirmed_at=now, confirmed_by=cast.olive)
    move_rows(rows, OUTCOME_MOVES, "release", released_at=now, released_by=cast.oscar)
    made.refresh_from_db()
    return made


def agreed(record: TrainingRecord, stage: Stage) -> Outcome:
    """An outcome that staff have not confirmed yet."""
    return agree_outcome(record, stage, 1, Result.PASS, by=None, now=NOW, content={"sum": 66})


def released_all(cast: Cast, record: TrainingRecord, *, but: Stage | None = None) -> None:
    """Every stage passed and released, but one; without attempts behind them."""
    for stage in Stage:
        if stage != but:
            released(cast, record, stage)


def all_passed(cast: Cast, record: TrainingRecord, now: datetime = NOW) -> list[Outcome]:
    """All four stages passed and released, with what stands behind them (F7)."""
    behind.four_passes(record, cast.mia, cast.max, now)
    return [released(cast, record, stage, now=now) for stage in Stage]


def attempt_at(record: TrainingRecord, stage: Stage, number: int = 1) -> StageAttempt:
    """An attempt at a final stage, open."""
    return StageAttempt.objects.create(record=record, stage=stage, attempt=number, opened_at=NOW)


def sheet(attempt: StageAttempt, marker: User, role: MarkerRole) -> MarkSheet:
    """A sheet that its marker has begun."""
    return MarkSheet.objects.create(attempt=attempt, marker=marker, role=role, opened_at=NOW, changed_at=NOW)


def handed_in(made: MarkSheet, result: Result, points: Mapping[str, Result | int]) -> MarkSheet:
    """A sheet with its points, signed and submitted."""
    for point, value in points.items():
        said = {"score": value} if isinstance(value, int) else {"result": value}
        Mark.objects.create(sheet=made, point=point, words=f"On {point}.", **said)
    words = f"Words of the {made.get_role_display()}."
    rows = MarkSheet.objects.filter(pk=made.pk)
    move_rows(rows, MARK_SHEET_MOVES, "submit", submitted_at=NOW, result=result, words=words)
    MarkSheetSignature.objects.create(sheet=made, content={}, **signature(made.marker))
    made.refresh_from_db()
    return made


def left(attempt: StageAttempt, marker: User, role: MarkerRole, points: Mapping[str, Result | int]) -> MarkSheet:
    """A sheet that its marker had begun when the appointment ended: some points, no result, no signature."""
    made = sheet(attempt, marker, role)
    for point, value in points.items():
        said = {"score": value} if isinstance(value, int) else {"result": value}
        Mark.objects.create(sheet=made, point=point, words="Left behind.", **said)
    move_rows(MarkSheet.objects.filter(pk=made.pk), MARK_SHEET_MOVES, "leave")
    return made


def begun_sheet(record: TrainingRecord, marker: User) -> MarkSheet:
    """A Portfolio that a marker has begun: of the next attempt."""
    number = StageAttempt.objects.filter(record=record, stage=Stage.PORTFOLIO).count() + 1
    return sheet(attempt_at(record, Stage.PORTFOLIO, number), marker, MarkerRole.SUPPORTING)


def signed_sheet(record: TrainingRecord, marker: User) -> MarkSheet:
    """A Portfolio that a marker has marked and signed."""
    return handed_in(begun_sheet(record, marker), Result.PASS, {})


def disagreement(record: TrainingRecord) -> Disagreement:
    """A disagreement in which nobody has marked anything: for single acts."""
    return Disagreement.objects.create(attempt=attempt_at(record, Stage.PORTFOLIO), opened_at=NOW)


def proposed(record: TrainingRecord, person: User) -> None:
    """Somebody proposed an agreed mark."""
    given = {"result": Result.PASS, "reasons": "It is.", "made_at": NOW, "made_by": person}
    AgreedMark.objects.create(disagreement=disagreement(record), **given)


def adjudicated(record: TrainingRecord, person: User) -> None:
    """Somebody settled what the markers could not agree."""
    given = {"result": Result.PASS, "reasons": "It is.", "content": {}}
    Adjudication.objects.create(disagreement=disagreement(record), **given, **signature(person))


def portfolio_disagreed(record: TrainingRecord, external: User, supporting: User) -> StageAttempt:
    """A Portfolio that one marker passes and the other refers (F5)."""
    return both_differ(attempt_at(record, Stage.PORTFOLIO), external, supporting)


def both_differ(attempt: StageAttempt, external: User, supporting: User) -> StageAttempt:
    """An attempt at a Portfolio that one marker passes and the other refers."""
    results = (Result.PASS, Result.REFER)
    for marker, role, result in zip((external, supporting), BOTH, results, strict=True):
        handed_in(sheet(attempt, marker, role), result, dict.fromkeys(PortfolioCriterion.values, result))
    return _disagree(attempt)


def viva_disagreed(
    record: TrainingRecord, external: User, supporting: User, scores: Sequence[int] = (3, 1)
) -> StageAttempt:
    """A Viva about which its two markers differ: each gives the same score in every domain (F5)."""
    return viva_differs(attempt_at(record, Stage.VIVA), external, supporting, scores)


def viva_differs(
    attempt: StageAttempt, external: User, supporting: User, scores: Sequence[int] = (3, 1)
) -> StageAttempt:
    """An attempt at a Viva in which each marker gives the same score in every domain, and the two differ."""
    for marker, role, score in zip((external, supporting), BOTH, scores, strict=True):
        result = Result.PASS if score >= 2 else Result.FAIL
        handed_in(sheet(attempt, marker, role), result, dict.fromkeys(VivaDomain.values, score))
    return _disagree(attempt)


def _disagree(attempt: StageAttempt) -> StageAttempt:
    change_state(attempt, STAGE_MOVES, "start_marking")
    change_state(attempt, STAGE_MOVES, "disagree")
    return attempt
