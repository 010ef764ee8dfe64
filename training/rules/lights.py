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
    state: str,
    *,
    signed: int,
    total: int,
    late: Sequence[str] = (),
    overdue: int = 0,
    months_without_review: int = 0,
    reports: int = 0,
    held: Sequence[str] = (),
) -> Standing | None:
    """Which light a trainee shows (M, T1, T4, T7); None while interrupted and after an end without completion.

    `late` names milestones past their day, `overdue` counts competencies past their planned day that are not signed,
    `reports` progress reports past theirs that are not sent; `held` says which milestones past their day wait for
    whom. A late milestone is a risk; anything else that is behind needs attention, and so does what others hold.
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
    if reports:
        behind.append(f"{reports} progress {_plural(reports, 'report', 'reports')} {_are(reports)} overdue")
    behind += held
    if behind:
        return Standing("attention", _listed(behind))
    return Standing("on_track", f"nothing is late; {signed} of {total} competencies are signed")


def _listed(parts: Sequence[str]) -> str:
    return ", and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
