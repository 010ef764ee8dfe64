"""What the Final Assessment asks first: is it this stage's turn, who are its markers, who reads (F1, F6)."""

from __future__ import annotations

from datetime import date

from assessments.models import Outcome, StageAttempt
from assessments.rules import StageAnswer, may_mark, may_prepare
from assessments.states import MarkerRole, OutcomeState, Stage
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, late
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from ctts.scheme.rules import SchemeNumbers
from training.access import appointed
from training.models import TrainingRecord
from training.states import AppointmentKind

MARKERS = {
    AppointmentKind.EXTERNAL_MODERATOR: MarkerRole.EXTERNAL,
    AppointmentKind.SUPPORTING_MODERATOR: MarkerRole.SUPPORTING,
}
"""Who marks, by function (F3, F4)."""
READERS = (*MARKERS, AppointmentKind.ADJUDICATOR)
"""Who reads a sealed portfolio beside the trainee and the office (F3, F5)."""
PAIR = (MarkerRole.EXTERNAL, MarkerRole.SUPPORTING)


def numbers_for(record: TrainingRecord) -> SchemeNumbers:
    """The scheme's numbers that a trainee keeps from enrolment."""
    return numbers_of(record.rules)


def released_of(record: TrainingRecord) -> dict[str, list[str]]:
    """The released results of each stage in order of attempt, as the rules take them (F1, F6)."""
    rows = Outcome.objects.filter(record=record, state=OutcomeState.RELEASED).order_by("attempt")
    found: dict[str, list[str]] = {str(stage): [] for stage in Stage}
    for stage, result in rows.values_list("stage", "result"):
        found[stage].append(result)
    return found


def said(answer: StageAnswer) -> Verdict:
    """What a rule answered, as a verdict: it is not the time, whoever asks."""
    return YES if answer else late(answer.why)


def can_be_marked(record: TrainingRecord, stage: Stage, released: dict[str, list[str]] | None = None) -> Verdict:
    """Whether a stage may be marked now: the stages before are passed and released, an attempt is left (F1, F6).

    Whoever has read `released_of` already gives it.
    """
    return said(may_mark(stage, released_of(record) if released is None else released, numbers_for(record)))


def can_be_prepared(record: TrainingRecord, stage: Stage) -> Verdict:
    """Whether an attempt at a stage may be prepared now: the first year is passed and released (F1, F6; G 3.1)."""
    return said(may_prepare(stage, released_of(record), numbers_for(record)))


def is_released(attempt: StageAttempt) -> bool:
    """Whether the outcome of an attempt was released."""
    rows = Outcome.objects.filter(record=attempt.record_id, stage=attempt.stage, attempt=attempt.attempt)
    return rows.filter(state=OutcomeState.RELEASED).exists()


def marker_role(user: User, record: TrainingRecord, today: date) -> MarkerRole | None:
    """As what a person marks on `today`; None for anybody but the two moderators, and for the trainee always."""
    if user.pk == record.trainee_id:
        return None
    held = appointed(user, record, today)
    return next((role for kind, role in MARKERS.items() if kind in held), None)


def reads_sealed(user: User, record: TrainingRecord, today: date) -> bool:
    """Whether a person reads a sealed portfolio: the trainee, its moderators, the office, nobody else (F3)."""
    if user.pk == record.trainee_id or holds(user, Role.OFFICE, today):
        return True
    return bool(appointed(user, record, today) & {str(kind) for kind in READERS})
