"""The CPD log (T10): an activity is written, entered into the log, reopened; an event attended is taken over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.verdict import DoneAlready, Invalid, require
from training import access
from training.actions._practice import fresh, note, step, want
from training.actions._steps import lock_record, lock_with_record, refuse_identifiers
from training.models import Attendance, CpdEntry, TrainingDraft
from training.queries.cpd import CPD_FIELDS, cpd_key, cpd_version, identifiers_in_cpd, new_cpd_key
from training.states import CPD_MOVES, CpdKind, CpdState

LONGEST_MINUTES = 60 * 1000
QUARTER = 15  # minutes


@transaction.atomic
def write_cpd(*, by: User, now: datetime, record_id: int, key: UUID, values: Mapping[str, Any]) -> CpdEntry:
    """Write an activity as a draft; the same `key` again gives the same one (T10). `values` holds CPD_FIELDS.

    It may lie before the training. Raises NotAllowed for anybody but the trainee, TooLate when training has ended,
    Invalid for a day to come, no title or no time.
    """
    record = lock_record(record_id)
    require(access.can_write_cpd(by, record))
    known = CpdEntry.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    entry = CpdEntry.objects.create(record=record, made_at=now, changed_at=now, key=key, **_checked(values, now))
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=new_cpd_key(record.pk))
    note("cpd.written", record, entry, by=by, now=now)
    return entry


@transaction.atomic
def change_cpd(*, by: User, now: datetime, entry_id: int, values: Mapping[str, Any], seen: str) -> CpdEntry:
    """Write on a draft as it was `seen`. Raises as `write_cpd`, TooLate for what stands in the log, StaleText (T10)."""
    entry = lock_with_record(CpdEntry, entry_id)
    require(access.can_change_cpd(by, entry))
    fresh(seen, cpd_version(entry))
    for name, value in _checked(values, now).items():
        setattr(entry, name, value)
    entry.changed_at = now
    entry.save(update_fields=[*CPD_FIELDS, "changed_at"])
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=cpd_key(entry.pk))
    return entry


@transaction.atomic
def enter_cpd(*, by: User, now: datetime, entry_id: int, seen: str, declared: bool, answer: str = "") -> CpdEntry:
    """Enter an activity into the log as it was `seen`: the people around the trainee read it from then on (T10).

    Where the scan finds what may identify a patient, `answer` says why it does not; it is read with the entry (quality
    rule 17). Raises NotAllowed, TooLate when it stands there, StaleText, Invalid without what was done or its critical
    reflection, when it is not declared that no patient can be identified, and when what was found has no answer.
    """
    entry = lock_with_record(CpdEntry, entry_id)
    require(access.can_change_cpd(by, entry))
    fresh(seen, cpd_version(entry))
    if not entry.activity:
        raise Invalid("Write first what you did.")
    if not entry.reflection:
        raise Invalid("Write first what you think of it: CPD rests on critical reflection.")
    if not declared:
        raise Invalid("Tick this first: nothing in it may identify a patient.", "declared")
    found = {str(finding.kind) for finding in identifiers_in_cpd(entry)}
    said = _answered(answer) if found else ""
    columns = {"entered_at": now, "answer": said}
    facts: dict[str, Any] = {"found": sorted(found)} if found else {}
    step(entry, CPD_MOVES, "enter", what="cpd.entered", by=by, now=now, columns=columns, **facts)
    return entry


@transaction.atomic
def reopen_cpd(*, by: User, now: datetime, entry_id: int) -> CpdEntry:
    """Take an activity out of the log to write on it; others read it again once it is entered again (T10).

    Raises NotAllowed, TooLate for a draft.
    """
    entry = lock_with_record(CpdEntry, entry_id)
    require(access.can_reopen_cpd(by, entry))
    step(entry, CPD_MOVES, "reopen", what="cpd.reopened", by=by, now=now)
    return entry


@transaction.atomic
def take_over_event(*, by: User, now: datetime, attendance_id: int) -> CpdEntry:
    """Begin an activity with what is known of an event attended: title, day, time in quarters begun; what it was
    good for is to be written (T9, T10).

    Raises NotAllowed for anybody else or an event at which they were not, TooLate when training has ended, DoneAlready
    when it was taken over.
    """
    record = lock_record(Attendance.objects.values_list("record", flat=True).get(pk=attendance_id))
    attendance = Attendance.objects.select_related("event").get(pk=attendance_id)
    attendance.record = record
    if record.trainee_id == by.pk and CpdEntry.objects.filter(attendance=attendance).exists():
        raise DoneAlready("It is in your CPD log already.")
    require(access.can_take_over_event(by, attendance))
    event = attendance.event
    entry = CpdEntry.objects.create(
        record=record,
        kind=CpdKind.COURSE,
        title=event.title,
        done_on=london_date(event.starts_at),
        minutes=-(-int((event.ends_at - event.starts_at).total_seconds() // 60) // QUARTER) * QUARTER,
        attendance=attendance,
        state=CpdState.DRAFT,
        made_at=now,
        changed_at=now,
        key=uuid4(),
    )
    note("cpd.written", record, entry, by=by, now=now, event=event.pk)
    return entry


def _answered(answer: str) -> str:
    """Why no patient can be identified, in the trainee's words, which do not say again what was found."""
    said = want(answer, "answer", "Say why no patient can be identified, or go back and take out what was found.")
    refuse_identifiers(said, "Your answer", "answer")
    return said


def _checked(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a draft must have: a day that has come, a title, a time."""
    done_on: date = values["done_on"]
    if done_on > london_date(now):
        raise Invalid("This day has not come yet.", "done_on")
    if not 0 < values["minutes"] <= LONGEST_MINUTES:
        raise Invalid("Give the hours it took, at least a quarter.", "hours")
    if values["minutes"] % QUARTER:
        raise Invalid("Give the hours in quarters, such as 1.25, 1.5 or 2.", "hours")
    words = {name: values[name].strip() for name in ("activity", "reflection")}
    title = want(values["title"], "title", "Give it a title.")
    return {"kind": values["kind"], "title": title, "done_on": done_on, "minutes": values["minutes"], **words}
