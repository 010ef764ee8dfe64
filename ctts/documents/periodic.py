"""What the calendar owes to files: checks that nobody rang for, and content that no row knows."""

from __future__ import annotations

from datetime import datetime, time
from time import monotonic

from ctts.common.calendar_jobs import calendar_job
from ctts.documents import checking, keeping, queries

AT_ONCE = 50
SECONDS = 30


@calendar_job("documents.check_waiting")
def check_waiting(now: datetime) -> int:
    """Check files whose doorbell was lost or whose worker died; stops after half a minute, the next look goes on."""
    end, done = monotonic() + SECONDS, 0
    for document_id in list(queries.due_for_check(now).values_list("pk", flat=True)[:AT_ONCE]):
        if monotonic() > end:
            break
        done += checking.check(document_id, now)
    return done


@calendar_job("documents.sweep_orphans", daily_from=time(3, 20))
def sweep_orphans(now: datetime) -> int:
    """Delete stored content that has belonged to no row for a week."""
    return keeping.sweep_orphans(now)
