"""The External Moderator's meetings with the trainee (T11): the first, with the plan reviewed, and yearly ones."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, require
from training import access, notices
from training.actions._practice import note, want, want_begun
from training.actions._steps import holders, lock_record, tell
from training.models import Meeting, Milestone, TrainingDraft, TrainingRecord
from training.queries.around import meeting_key
from training.states import AppointmentKind, MeetingMode, MilestoneKind


@transaction.atomic
def hold_first_meeting(
    *,
    by: User,
    now: datetime,
    record_id: int,
    key: UUID,
    held_on: date,
    mode: MeetingMode,
    plan_reviewed: bool,
    notes: str,
) -> Meeting:
    """Note the first meeting, at which the training plan was reviewed; its milestone is done (T11, M).

    Raises NotAllowed for anybody but the External Moderator, TooLate when it was held already, Invalid without the
    plan, without notes or for a day that cannot be.
    """
    record = lock_record(record_id)
    known = Meeting.objects.filter(key=key).first()
    if known is not None:
        require(access.can_note_meeting(by, record, london_date(now)))
        return known
    require(access.can_hold_first_meeting(by, record, london_date(now)))
    if not plan_reviewed:
        raise Invalid("The first meeting reviews the training plan. Tick this once you have.", "plan_reviewed")
    made = _write(record, by, now, key, held_on, mode, notes, first=True, plan_reviewed=True)
    due = Milestone.objects.filter(record=record, kind=MilestoneKind.FIRST_MEETING, done_on__isnull=True)
    due.update(done_on=held_on)
    note("meeting.first_held", record, made, by=by, now=now, held_on=held_on.isoformat())
    _tell(made, now)
    return made


@transaction.atomic
def note_meeting(
    *,
    by: User,
    now: datetime,
    record_id: int,
    key: UUID,
    held_on: date,
    mode: MeetingMode,
    plan_reviewed: bool,
    notes: str,
) -> Meeting:
    """Note a further meeting, such as the review of the year (T11); the same `key` again gives the same one.

    Raises NotAllowed for anybody but the External Moderator, Invalid without notes or for a day that cannot be.
    """
    record = lock_record(record_id)
    require(access.can_note_meeting(by, record, london_date(now)))
    known = Meeting.objects.filter(key=key).first()
    if known is not None:
        return known
    made = _write(record, by, now, key, held_on, mode, notes, first=False, plan_reviewed=plan_reviewed)
    note("meeting.noted", record, made, by=by, now=now, held_on=held_on.isoformat())
    _tell(made, now)
    return made


# --- steps ---


def _write(
    record: TrainingRecord,
    by: User,
    now: datetime,
    key: UUID,
    held_on: date,
    mode: MeetingMode,
    notes: str,
    *,
    first: bool,
    plan_reviewed: bool,
) -> Meeting:
    if held_on > london_date(now):
        raise Invalid("This day has not come yet. Note the meeting after it was held.", "held_on")
    want_begun(held_on, record.start_on, "held_on")
    words = want(notes, "notes", "Write what you talked about.")
    made = Meeting.objects.create(
        record=record,
        first=first,
        held_on=held_on,
        mode=mode,
        plan_reviewed=plan_reviewed,
        notes=words,
        written_at=now,
        written_by=by,
        key=key,
    )
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=meeting_key(record.pk, first=first))
    return made


def _tell(meeting: Meeting, now: datetime) -> None:
    record = meeting.record
    for person in [record.trainee, *holders(record, now, AppointmentKind.SUPERVISOR)]:
        tell(notices.MEETING_NOTED, record, person, about=meeting, now=now, key=str(meeting.pk), meeting=meeting)
