"""The External Moderator's meetings with the trainee (T11): the first, with the plan reviewed, and further ones; and
the review of each year with its DOPS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._practice import fresh, note, want, want_begun
from training.actions._steps import holders, lock_record, tell
from training.models import Dops, Meeting, Milestone, TrainingDraft, TrainingRecord, YearReview
from training.queries.around import meeting_key
from training.queries.moderating import dops_for_review, next_review_year, year_review_key
from training.queries.plans import plan_standing
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
    plan_seen: str | None = None,
) -> Meeting:
    """Note the first meeting, at which the training plan was reviewed; its milestone is done (T11, M).

    `plan_seen` is the digest of the plan that lay beside the notes; the version is noted with them (T1). Raises
    NotAllowed for anybody but the External Moderator, TooLate when it was held already, StaleText when the plan is not
    the one that was shown, Invalid without the plan, without notes or for a day that cannot be.
    """
    record = lock_record(record_id)
    known = Meeting.objects.filter(key=key).first()
    if known is not None:
        require(access.can_note_meeting(by, record, london_date(now)))
        return known
    require(access.can_hold_first_meeting(by, record, london_date(now)))
    if not plan_reviewed:
        raise Invalid("The first meeting reviews the training plan. Tick this once you have.", "plan_reviewed")
    plan = _plan(record, plan_seen)
    made = _write(record, by, now, key, held_on, mode, notes, first=True, plan_reviewed=True, **plan)
    due = Milestone.objects.filter(record=record, kind=MilestoneKind.FIRST_MEETING, done_on__isnull=True)
    due.update(done_on=held_on)
    note("meeting.first_held", record, made, by=by, now=now, held_on=held_on.isoformat(), version=made.plan_version)
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
    plan_seen: str | None = None,
) -> Meeting:
    """Note a further meeting (T11); the same `key` again gives the same one. `plan_seen` as for the first.

    Raises NotAllowed for anybody but the External Moderator, StaleText when the plan was reviewed and is not the one
    that was shown, Invalid without notes or for a day that cannot be.
    """
    record = lock_record(record_id)
    require(access.can_note_meeting(by, record, london_date(now)))
    known = Meeting.objects.filter(key=key).first()
    if known is not None:
        return known
    plan = _plan(record, plan_seen) if plan_reviewed else {}
    made = _write(record, by, now, key, held_on, mode, notes, first=False, plan_reviewed=plan_reviewed, **plan)
    note("meeting.noted", record, made, by=by, now=now, held_on=held_on.isoformat())
    _tell(made, now)
    return made


@transaction.atomic
def review_year(*, by: User, now: datetime, record_id: int, key: UUID, values: Mapping[str, Any]) -> YearReview:
    """Write the review of a year of training, with the DOPS observed for it; once in each year (T11).

    `values` holds `held_on`, `mode`, `dops` (one of `dops_for_review`), `progress`, `attention` and `next_steps`; the
    same `key` again gives the same one. Raises NotAllowed for anybody but the External Moderator, TooLate when every
    year so far is reviewed, or somebody was quicker, Invalid without its DOPS or words and for a day that cannot be.
    """
    record, today = lock_record(record_id), london_date(now)
    require(access.can_note_meeting(by, record, today))
    known = YearReview.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    found = next_review_year(record, today)
    require(access.can_review_year(by, record, today, found))
    year = cast(int, found)
    given = _checked_year(record, values, today)
    if given["dops"] not in dops_for_review(record, year):
        raise Invalid("Choose a DOPS that you signed for this year.", "dops")
    with taken_means(TooLate(access.YEARS_REVIEWED)):
        made = YearReview.objects.create(record=record, year=year, written_at=now, written_by=by, key=key, **given)
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=year_review_key(record.pk))
    note("year.reviewed", record, made, by=by, now=now, version=year, held_on=made.held_on.isoformat())
    for person in [record.trainee, *holders(record, now, AppointmentKind.SUPERVISOR)]:
        tell(notices.YEAR_REVIEWED, record, person, about=made, now=now, key=str(made.pk), review=made)
    return made


# --- steps ---


def _checked_year(record: TrainingRecord, values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A day that can be, and the two things every review of a year says."""
    held_on, dops = values["held_on"], values["dops"]
    _check_day(record, held_on, today)
    if not isinstance(dops, Dops):
        raise Invalid("A review of the year has its DOPS. Choose it.", "dops")
    return {
        "held_on": held_on,
        "mode": values["mode"],
        "dops": dops,
        "progress": want(values["progress"], "progress", "Say how the year went."),
        "attention": values["attention"].strip(),
        "next_steps": want(values["next_steps"], "next_steps", "Say what comes next."),
    }


def _check_day(record: TrainingRecord, held_on: date, today: date) -> None:
    if held_on > today:
        raise Invalid("This day has not come yet. Note the meeting after it was held.", "held_on")
    want_begun(held_on, record.start_on, "held_on")


def _plan(record: TrainingRecord, seen: str | None) -> dict[str, Any]:
    """Which plan was reviewed: its version and digest as it stands; the one that was `seen`, where a page showed it."""
    standing = plan_standing(record)
    fresh(standing.digest if seen is None else seen, standing.digest)
    return {"plan_version": standing.version, "plan_sha256": standing.digest}


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
    **plan: Any,
) -> Meeting:
    _check_day(record, held_on, london_date(now))
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
        **plan,
    )
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=meeting_key(record.pk, first=first))
    return made


def _tell(meeting: Meeting, now: datetime) -> None:
    record = meeting.record
    for person in [record.trainee, *holders(record, now, AppointmentKind.SUPERVISOR)]:
        tell(notices.MEETING_NOTED, record, person, about=meeting, now=now, key=str(meeting.pk), meeting=meeting)
