"""Which runs that enrol a cohort can be stopped or taken up again (E1)."""

from __future__ import annotations

from collections.abc import Iterable

from ctts.common.runs import ITEM_MOVES
from ctts.common.verdict import YES, Verdict, late
from training.models import EnrolItem, EnrolRun


def can_stop_run(run: EnrolRun) -> Verdict:
    """Whether a run goes on and can be stopped."""
    return late("This run has already ended.") if run.finished_at or run.cancelled_at else YES


def can_resume_run(items: Iterable[EnrolItem]) -> Verdict:
    """Whether somebody is left of a run who can be taken up again: stopped, or not enrolled."""
    left = any(item.state in ITEM_MOVES["reopen"].sources for item in items)
    return YES if left else late("Nobody is left of this run.")
