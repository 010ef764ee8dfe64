"""The one way in which a record ends, whoever says so and why: completed, not completed, withdrawn (F6, F7, E5, D3)."""

from __future__ import annotations

from datetime import date, datetime

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.moves import change_state, move_rows
from ctts.notifications.actions import drop_what_was_kept
from training.actions._events import leave_events
from training.models import AssociateMembership, ChangeRequest, TrainingRecord
from training.states import CHANGE_MOVES, CHANGE_OPEN, RECORD_MOVES, RecordState


def end_record(record: TrainingRecord, name: str, by: User | None, now: datetime, on: date | None = None) -> None:
    """Take a locked record to one of its ends on a day (today without `on`): state, last day, membership (D3).

    Requests for a change that are not decided fall with it (E5), places at events are given back (T9), and news that
    was kept for the end of an interruption is not told any more (N).
    """
    was, last = str(record.state), on or london_date(now)
    move_rows(TrainingRecord.objects.filter(pk=record.pk), RECORD_MOVES, name, ended_on=last)
    record.refresh_from_db(fields=["state", "ended_on"])
    AssociateMembership.objects.filter(record=record, ends_on__isnull=True).update(ends_on=last)
    facts = {"was": was, "state": str(record.state), "ended_on": last.isoformat()}
    audit(f"training.record.{name}", by=by, at=now, about=record, within=record.trainee_id, after=facts, role=_role(by))
    leave_events(record, by, now)
    quiet = str(RecordState.INTERRUPTED)
    drop_what_was_kept(by=by, now=now, person=record.trainee, within=record.trainee_id, quiet=quiet)
    for change in ChangeRequest.objects.select_for_update(no_key=True).filter(record=record, state__in=CHANGE_OPEN):
        before = {"state": str(change.state)}
        change_state(change, CHANGE_MOVES, "withdraw")
        what, after = "training.change.fell", {"state": str(change.state)}
        audit(what, by=by, at=now, about=change, within=record.trainee_id, before=before, after=after)


def _role(by: User | None) -> str:
    return "" if by is None else "Scheme office"
