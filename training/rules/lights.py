"""The four lights of a trainee: one of them, and the reason that goes with it (screens 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from training.states import RECORD_ENDED, RecordState


@dataclass(frozen=True)
class Standing:
    """A light by its key, and the words after "because"."""

    key: Literal["on_track", "attention", "at_risk", "complete"]
    because: str


def standing(
    state: str, *, signed: int, total: int, late: Sequence[str] = (), overdue: int = 0, months_without_review: int = 0
) -> Standing | None:
    """Which light a trainee shows (M, T1, T4); None while interrupted and after an end without completion.

    `late` names milestones past their day, `overdue` counts competencies past their planned day that are not signed.
    A late milestone is a risk; anything else that is behind needs attention.
    """
    if state == RecordState.COMPLETED:
        return Standing("complete", "the training is completed")
    if state == RecordState.INTERRUPTED or state in RECORD_ENDED:
        return None
    if late:
        more = f" and {len(late) - 1} more are" if len(late) > 1 else " is"
        return Standing("at_risk", f"{late[0]}{more} late")
    behind = []
    if overdue:
        behind.append(
            f"{overdue} {_plural(overdue, 'competency', 'competencies')} {_are(overdue)} past the planned day"
        )
    if months_without_review:
        months = _plural(months_without_review, "month", "months")
        behind.append(f"{months_without_review} {months} {_have(months_without_review)} no Supervisor Review")
    if behind:
        return Standing("attention", ", and ".join(behind))
    return Standing("on_track", f"{signed} of {total} competencies are signed and nothing is late")


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
