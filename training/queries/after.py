"""What comes after the Final Assessment: a board, the Diploma, the register (F7, D1); asked of the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ctts.audit.queries import timeline
from training.models import Milestone, TrainingRecord
from training.states import MilestoneKind, RecordState

BOARD_NEXT = "The Final Assessment is passed. A board ratifies the award next; then the Diploma is issued."
DIPLOMA_NEXT = "A board has ratified the award. The scheme office issues the Diploma next."
ISSUED, REVOKED = "moderation.diploma.issued", "moderation.diploma.revoked"


@dataclass(frozen=True, slots=True)
class After:
    """What comes next once the Final Assessment is passed; `number` is that of a Diploma in force, if there is one."""

    words: str
    number: str = ""


def after_final(record: TrainingRecord, milestones: Sequence[Milestone]) -> After | None:
    """A board before the award, then the Diploma with its number (F7, D1); None while the Viva is to be passed, and
    for training that ended without an award.

    The Viva's milestone is reached by its release as passed. Only a completed record costs a query.
    """
    if record.state == RecordState.COMPLETED:
        return _after_award(record)
    passed = any(row.kind == MilestoneKind.VIVA and row.done_on for row in milestones)
    return After(BOARD_NEXT) if passed and record.ended_on is None else None


def _after_award(record: TrainingRecord) -> After:
    last = timeline(record.trainee_id).filter(action__in=(ISSUED, REVOKED)).first()
    if last is None:
        return After(DIPLOMA_NEXT)
    if last.action == REVOKED:
        return After(f"Diploma {last.before['number']} was revoked.")
    return After(f"Diploma {last.after['number']} is issued.", last.after["number"])
