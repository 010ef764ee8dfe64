"""Attempts at the stages of the Final Assessment: which is open, what may come next, who sees the pages (F1, F6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.access.stages import READERS, numbers_for
from assessments.access.stages import released_of as released_results
from assessments.models import Outcome, StageAttempt
from assessments.rules import StageAnswer, attempts_left, may_mark
from assessments.states import FINAL_STAGES, OutcomeState, Result, Stage
from ctts.accounts.models import User
from ctts.common.prepared import prepared
from ctts.organisations.access import on_day
from training.access import visible_records
from training.models import Appointment, TrainingRecord

Released = dict[str, list[str]]


def appointed_among(user: Any, today: Any, kinds: Collection[str]) -> QuerySet[Appointment, Any]:
    """The ids of the records in which a person holds one of these functions on `today`."""
    return Appointment.objects.filter(on_day(today), person=user, kind__in=kinds).values("record")


def final_records_visible_to(user: User, today: date) -> QuerySet[TrainingRecord]:
    """Records whose Portfolio and Viva a person may see something of: those they see, and those they mark (F3, F4).

    A Supporting Moderator is among them without seeing the training record; what they see there, each page asks.
    """
    marked = Q(pk__in=appointed_among(user, today, READERS))
    rows = TrainingRecord.objects.filter(visible_records(user, today) | marked)
    return rows.select_related("trainee", "scope", "centre", "intake", "rules")


def released_for(records: Iterable[TrainingRecord]) -> dict[int, Released]:
    """The released results of several records, by record, each as `rules.may_mark` takes them; one query."""
    found: dict[int, Released] = {row.pk: {str(stage): [] for stage in Stage} for row in records}
    for record, stage, result in results_of_records(list(found)):
        found[record][stage].append(result)
    return found


@prepared
def results_of_records(records: Any) -> QuerySet[Outcome, tuple[int, str, str]]:
    """(record, stage, result) of every released outcome of records, the first attempt first; one query."""
    rows = Outcome.objects.filter(record__any_of=records, state=OutcomeState.RELEASED).order_by("attempt")
    return rows.values_list("record", "stage", "result")


def latest_attempt(record: TrainingRecord, stage: Stage) -> StageAttempt | None:
    """The last attempt that was begun at a final stage; None before the first."""
    rows = StageAttempt.objects.filter(record=record, stage=stage).order_by("-attempt")
    found = rows.first()
    if found is not None:
        found.record = record
    return found


def outcome_of(attempt: StageAttempt) -> Outcome | None:
    """The outcome of an attempt that stands; None before it is agreed."""
    rows = Outcome.objects.filter(record=attempt.record_id, stage=attempt.stage, attempt=attempt.attempt)
    return rows.exclude(state=OutcomeState.SUPERSEDED).first()


def attempt_of(outcome: Outcome) -> StageAttempt | None:
    """The attempt of which this is the outcome; None for the first year, which has its own."""
    rows = StageAttempt.objects.filter(record=outcome.record_id, stage=outcome.stage, attempt=outcome.attempt)
    return rows.select_related("record__trainee", "record__rules").first()


def released_outcomes() -> QuerySet[Outcome]:
    """Released outcomes of the attempt in an outer query, for annotations of attempts."""
    return Outcome.objects.filter(
        record=OuterRef("record"), stage=OuterRef("stage"), attempt=OuterRef("attempt"), state=OutcomeState.RELEASED
    )


def released_rows(record: TrainingRecord, stage: Stage) -> list[Outcome]:
    """The released outcomes of a stage in order of attempt."""
    rows = Outcome.objects.filter(record=record, stage=stage, state=OutcomeState.RELEASED)
    return list(rows.order_by("attempt"))


def attempt_shown(record: TrainingRecord, stage: Stage) -> int:
    """Which attempt a page shows: the one that was passed, else the one that is open or comes next (F6)."""
    return attempt_among(released_rows(record, stage))


def attempt_among(rows: Sequence[Outcome]) -> int:
    """Which attempt a page shows that has read the released outcomes of its stage (F6)."""
    passed = [row.attempt for row in rows if row.result == Result.PASS]
    return passed[0] if passed else len(rows) + 1


def unfinished_attempts(stage: Stage) -> QuerySet[StageAttempt]:
    """Attempts at a stage whose outcome is not released yet."""
    return StageAttempt.objects.filter(stage=stage).exclude(Exists(released_outcomes()))


def is_current(attempt: StageAttempt, released: Released) -> bool:
    """Whether an attempt is the one that is open or comes next: not one whose outcome was released (F6)."""
    return attempt.attempt == len(released[str(attempt.stage)]) + 1


@dataclass(frozen=True, slots=True)
class StageStanding:
    """Where a stage stands for a record: its results, the attempt that is open or comes next, how many are left."""

    stage: Stage
    released: list[Outcome]
    attempt: StageAttempt | None
    number: int
    left: int
    answer: StageAnswer

    @property
    def passed(self) -> bool:
        """Whether the stage is passed and released."""
        return any(row.result == Result.PASS for row in self.released)


def standings(record: TrainingRecord) -> list[StageStanding]:
    """The three final stages in the order of assessment (F1, F6); three queries."""
    released = released_results(record)
    numbers = numbers_for(record)
    attempts = {(row.stage, row.attempt): row for row in StageAttempt.objects.filter(record=record)}
    rows = list(
        Outcome.objects.filter(record=record, state=OutcomeState.RELEASED, stage__in=FINAL_STAGES).order_by("attempt")
    )
    found = []
    for stage in FINAL_STAGES:
        number = len(released[str(stage)]) + 1
        found.append(
            StageStanding(
                stage,
                [row for row in rows if row.stage == stage],
                attempts.get((str(stage), number)),
                number,
                attempts_left(released[str(stage)], stage, numbers),
                may_mark(stage, released, numbers),
            )
        )
    return found
