"""Earlier logs (T4, T5, T6; quality rule 16): tried out, mapped, imported unsigned, undone; and what a row becomes.

An import makes entries and nothing else. A DOPS, a review or a reflective piece comes of an entry by the same actions
as always, and whoever signs it signs their own words of today (docs/decisions/0017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import first_day, month_of
from ctts.common.moves import change_state
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._practice import fresh, note, want
from training.actions._steps import lock_record, lock_with_record, refuse_identifiers, tell
from training.actions.dops import request_dops, save_header, start_dops
from training.actions.reviews import write_review
from training.actions.writing import save_reflection, start_reflection
from training.models import (
    Dops,
    EarlierEntry,
    EarlierImport,
    EarlierUse,
    PlanItem,
    Reflection,
    SupervisorReview,
)
from training.queries.dops import step_digest
from training.queries.earlier import dry_run, headings_in
from training.queries.reviews import REVIEW_FIELDS
from training.queries.writing import reflection_version
from training.rules import DAY_OF, fields_of, guessed, reflection_of
from training.states import IMPORT_MOVES, EarlierKind, MeetingMode

HAS_FAULTS = "There are places to mend. Mend them in the file and upload it again, or choose other columns."
NOTHING_NEW = "Every row of this file was imported before."
SAY_WHY = "Say why no patient can be identified, or take out what was found and upload the file again."
ONE_COLUMN = "The same column is chosen twice. Each column says one thing."
Thing = Dops | SupervisorReview | Reflection


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A spreadsheet as it was read: its name, its SHA-256, and its table as JSON keeps it."""

    name: str
    sha256: str
    table: Mapping[str, Any]


@transaction.atomic
def try_import(
    *, by: User, now: datetime, record_id: int, key: UUID, kind: EarlierKind, file: ReadFile
) -> EarlierImport:
    """Keep what was read of a file, with the columns guessed from its headings; nothing of it counts as an entry yet.

    The same `key` again gives the same one. Raises NotAllowed for anybody but the trainee and the office, TooLate when
    training has ended.
    """
    record = lock_record(record_id)
    require(access.can_import(by, record, london_date(now)))
    known = EarlierImport.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    batch = EarlierImport(
        record=record,
        kind=kind,
        file_name=file.name,
        file_sha256=file.sha256,
        table=dict(file.table),
        rows=len(file.table["rows"]),
        tried_at=now,
        tried_by=by,
        key=key,
    )
    batch.mapping = guessed(kind, headings_in(batch))
    batch.save(force_insert=True)
    note("earlier.tried", record, batch, by=by, now=now, kind=str(kind), sha256=file.sha256, rows=batch.rows)
    return batch


@transaction.atomic
def map_import(*, by: User, now: datetime, import_id: int, mapping: Mapping[str, int]) -> EarlierImport:
    """Choose which column holds what; the dry run is made anew from it.

    Raises NotAllowed, TooLate once it is imported or dropped, Invalid for a column twice or a field that is none.
    """
    batch = lock_with_record(EarlierImport, import_id)
    require(access.can_go_on_with(by, batch, london_date(now)))
    names = {field.name for field in fields_of(batch.kind)}
    chosen = {name: place for name, place in mapping.items() if name in names}
    if len(set(chosen.values())) < len(chosen):
        raise Invalid(ONE_COLUMN)
    batch.mapping = chosen
    batch.save(update_fields=["mapping"])
    note("earlier.mapped", batch.record, batch, by=by, now=now, fields=len(chosen))
    return batch


@transaction.atomic
def import_entries(*, by: User, now: datetime, import_id: int, seen: str, answer: str = "") -> EarlierImport:
    """Import the rows as the dry run showed them (`seen`, its digest): all or nothing, each marked unsigned.

    Rows that are there already are left out. Where the scan found what may identify a patient, `answer` says why nobody
    can be; it is kept with the file (quality rule 17). Raises NotAllowed, TooLate once it is imported, with faults or
    with nothing new, StaleText when the dry run says something else by now, Invalid without that answer.
    """
    batch = lock_with_record(EarlierImport, import_id)
    require(access.can_go_on_with(by, batch, london_date(now)))
    tried = dry_run(batch, london_date(now))
    fresh(seen, tried.digest)
    if tried.faults:
        raise TooLate(HAS_FAULTS)
    if not tried.new:
        raise TooLate(NOTHING_NEW)
    said = _answer(answer) if tried.warned else ""
    name = DAY_OF[EarlierKind(batch.kind)]
    EarlierEntry.objects.bulk_create(
        EarlierEntry(
            batch=batch,
            record=batch.record,
            kind=batch.kind,
            row=row.row,
            happened_on=_day(row.values.get(name)),
            title=row.title,
            values=row.values,
            digest=row.digest,
        )
        for row in tried.new
    )
    change_state(batch, IMPORT_MOVES, "import", imported_at=now, table={}, rows=len(tried.new), scan_answer=said)
    facts: dict[str, Any] = {"rows": batch.rows, "kind": str(batch.kind), "held": len(tried.warned)}
    note("earlier.imported", batch.record, batch, by=by, now=now, **facts)
    if by.pk != batch.record.trainee_id:
        trainee = batch.record.trainee
        tell(notices.EARLIER_IMPORTED, batch.record, trainee, about=batch, now=now, key=str(batch.pk), batch=batch)
    return batch


@transaction.atomic
def undo_import(*, by: User, now: datetime, import_id: int) -> EarlierImport:
    """Take every row of an import back, while nothing rests on one of them. Raises NotAllowed, TooLate."""
    batch = lock_with_record(EarlierImport, import_id)
    require(access.can_undo_import(by, batch, london_date(now)))
    EarlierEntry.objects.filter(batch=batch).update(taken_back_at=now)
    change_state(batch, IMPORT_MOVES, "undo", ended_at=now)
    note("earlier.undone", batch.record, batch, by=by, now=now, rows=batch.rows)
    return batch


@transaction.atomic
def drop_import(*, by: User, now: datetime, import_id: int) -> EarlierImport:
    """Throw away a file that was tried out; nothing was imported. Raises NotAllowed, TooLate."""
    batch = lock_with_record(EarlierImport, import_id)
    require(access.can_go_on_with(by, batch, london_date(now)))
    change_state(batch, IMPORT_MOVES, "drop", ended_at=now, table={})
    note("earlier.dropped", batch.record, batch, by=by, now=now)
    return batch


def _answer(answer: str) -> str:
    """Why no patient can be identified by what the scan found. Raises Invalid without it, or where it names one."""
    said = want(answer, "answer", SAY_WHY)
    refuse_identifiers(said, "Your answer", "answer")
    return said


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


# --- what a row becomes ---


@transaction.atomic
def use_entry(*, by: User, now: datetime, entry_id: int, key: UUID, assessor: User | None = None) -> Thing:
    """Begin a DOPS, a review or a reflective piece with the words of an imported row; it is signed the normal way.

    `assessor` is whom the trainee asks for a DOPS. Scores and judgement are never taken over: whoever assesses gives
    their own. The same `key` again gives the same one. Raises NotAllowed, TooLate when the row is in use or training
    has ended, Invalid for an assessor who may not assess.
    """
    entry = lock_with_record(EarlierEntry, entry_id)
    known = _made(entry, key)
    if known is not None:
        return known
    require(access.can_use_entry(by, entry, london_date(now)))
    made = _begin(entry, by, now, key, assessor)
    name = {Dops: "dops", SupervisorReview: "review", Reflection: "reflection"}[type(made)]
    EarlierUse.objects.create(entry=entry, used_at=now, used_by=by, **{name: made})
    note("earlier.used", entry.record, entry, by=by, now=now, kind=str(entry.kind), made=made.pk)
    return made


def _made(entry: EarlierEntry, key: UUID) -> Thing | None:
    """What the same press made before."""
    for use in entry.uses.select_related("dops", "review", "reflection"):
        for thing in (use.dops, use.review, use.reflection):
            if thing is not None and thing.key == key:
                return thing
    return None


def _begin(entry: EarlierEntry, by: User, now: datetime, key: UUID, assessor: User | None) -> Thing:
    if entry.kind == EarlierKind.REFLECTION:
        return _reflection(entry, by, now, key)
    if entry.kind == EarlierKind.REVIEW:
        return write_review(by=by, now=now, record_id=entry.record_id, key=key, values=_review_values(entry))
    values = _dops_values(entry)
    if by.pk == entry.record.trainee_id:
        if assessor is None:
            raise Invalid("Choose who assesses it.", "assessor")
        asked = {name: values[name] for name in ("procedure", "place", "item")}
        return request_dops(by=by, now=now, record_id=entry.record_id, key=key, assessor=assessor, values=asked)
    dops = start_dops(by=by, now=now, record_id=entry.record_id, key=key)
    return save_header(by=by, now=now, dops_id=dops.pk, values=values, seen=step_digest(dops, 1))


def _dops_values(entry: EarlierEntry) -> dict[str, Any]:
    """The header of a DOPS as the row has it; the competency by its code, where the plan still holds it."""
    said = entry.values
    item = PlanItem.objects.filter(record=entry.record_id, item__code=said["item"]).first()
    return {
        "observed_on": date.fromisoformat(said["observed_on"]),
        "place": said["place"],
        "procedure": said["procedure"],
        "complexity": said.get("complexity") or "",
        "setting": said.get("setting") or "",
        "item": item,
    }


def _review_values(entry: EarlierEntry) -> dict[str, Any]:
    """A review as the row has it; a period that is not said is the month up to the meeting."""
    said = entry.values
    held_on = date.fromisoformat(said["held_on"])
    begins = max(first_day(month_of(held_on)), entry.record.start_on)
    days: dict[str, date | None] = {"held_on": held_on, "period_starts_on": begins, "period_ends_on": held_on}
    days["next_meeting_on"] = None
    for name in days:
        if said.get(name):
            days[name] = max(date.fromisoformat(said[name]), entry.record.start_on)
    texts = {name: said.get(name) or "" for name in REVIEW_FIELDS if name not in days}
    texts["mode"] = said.get("mode") or MeetingMode.IN_PERSON
    return {**texts, **days, "patient_safety_concern": bool(said.get("patient_safety_concern"))}


def _reflection(entry: EarlierEntry, by: User, now: datetime, key: UUID) -> Reflection:
    model, parts = reflection_of(entry.values)
    given: dict[str, Any] = {"title": entry.title, "happened_on": entry.happened_on}
    piece = start_reflection(by=by, now=now, record_id=entry.record_id, key=key, model=model, **given)
    saved: dict[str, Any] = {"parts": parts, "seen": reflection_version(piece), **given}
    return save_reflection(by=by, now=now, reflection_id=piece.pk, **saved)
