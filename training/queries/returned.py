"""What became of the points of a returned competency when it was submitted again (T2, screens 17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from ctts.common.clock import london_date
from training.models import Evidence, ItemReturn, ItemSubmission, PlanItem
from training.states import ItemState


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A return that was answered: each point with what the trainee says they did about it, empty where nothing; and in
    a sentence what became of the evidence since."""

    returned_on: date
    points: Sequence[tuple[str, str]]
    evidence: str


def asked_of(item: PlanItem) -> ItemReturn | None:
    """The return whose points the trainee works on; None where the competency is not returned, or is since a signature
    was withdrawn (T2)."""
    found = item.returns.first() if item.state == ItemState.RETURNED else None
    return found if found is not None and not _is_answered(item.submissions.first(), found) else None


def _is_answered(last: ItemSubmission | None, found: ItemReturn) -> bool:
    return last is not None and (last.returned_id == found.pk or last.submitted_at > found.returned_at)


def taken_up(submission: ItemSubmission | None, evidence: Iterable[Evidence]) -> TakenUp | None:
    """What a submission (with `returned` loaded) made of the return it came after, `evidence` being what is shared now;
    None for a first one."""
    if submission is None or submission.returned is None:
        return None
    returned = submission.returned
    points = zip_longest(returned.points, submission.answers, fillvalue="")
    return TakenUp(london_date(returned.returned_at), list(points), _since(returned, evidence))


def _since(returned: ItemReturn, evidence: Iterable[Evidence]) -> str:
    """Which evidence was added, changed or taken away since a return; empty where it was not noted then."""
    if returned.evidence is None:
        return ""
    now = {str(one.pk): one for one in evidence}
    was = returned.evidence
    added = [f"“{one.title}” added" for key, one in now.items() if key not in was]
    changed = [
        f"“{one.title}” changed" for key, one in now.items() if was.get(key, one.content_sha256) != one.content_sha256
    ]
    gone = len(was.keys() - now.keys())
    left = [f"{gone} {'piece' if gone == 1 else 'pieces'} no longer shared"] if gone else []
    return "; ".join([*added, *changed, *left]) or "as it was"
