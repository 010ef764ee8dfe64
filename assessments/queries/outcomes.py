"""Outcomes (F1): what was released, and which attempt comes next."""

from __future__ import annotations

from assessments.models import Outcome
from assessments.states import OutcomeState, Stage
from training.models import TrainingRecord


def released_results(record: TrainingRecord) -> dict[str, list[str]]:
    """The released results of each stage in order of attempt, as `rules.may_mark` takes them (F1, F6)."""
    rows = Outcome.objects.filter(record=record, state=OutcomeState.RELEASED).order_by("attempt")
    found: dict[str, list[str]] = {str(stage): [] for stage in Stage}
    for stage, result in rows.values_list("stage", "result"):
        found[stage].append(result)
    return found


def next_attempt(record: TrainingRecord, stage: Stage) -> int:
    """The number of the attempt that is open or comes next: one more than were released (F6)."""
    return len(released_results(record)[str(stage)]) + 1
