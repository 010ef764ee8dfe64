"""A draft of a review or a report that its author left: made one's own, or discarded (T4, T7)."""

from __future__ import annotations

from datetime import datetime

from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.moves import Moves
from training.actions._practice import note, step, want
from training.models import ProgressReport, SupervisorReview, TrainingDraft


def make_own(draft: SupervisorReview | ProgressReport, *, what: str, by: User, now: datetime) -> None:
    """From `now` on the locked `draft` stands under `by`; the history, as `what`, keeps who wrote it (T4, T7)."""
    was = draft.written_by_id
    draft.written_by, draft.written_at = by, now
    draft.save(update_fields=["written_by", "written_at"])
    note(what, draft.record, draft, by=by, now=now, written_by=was)


def set_aside(
    draft: SupervisorReview | ProgressReport,
    moves: Moves,
    *,
    what: str,
    form_key: str,
    by: User,
    now: datetime,
    why: str,
) -> None:
    """The locked `draft` takes the step "discard" of `moves`; unsaved words of `by` under `form_key` go (T4, T7)."""
    step(draft, moves, "discard", what=what, by=by, now=now, words=why, columns={"discarded_because": why})
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=form_key)


def reason_to_discard(reason: str) -> str:
    """The reason without blanks around it; raises Invalid at `reason` when there is none."""
    return want(reason, "reason", "Say why it is discarded; it stays beside the draft.")
