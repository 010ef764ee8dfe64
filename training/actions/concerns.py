"""Concerns (T8): raised, told to the right people, closed with an outcome."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, require
from ctts.scheme.queries import numbers_of
from training import access, notices
from training.actions._practice import note, step, want
from training.actions._steps import lock_record, lock_with_record, tell, tell_with
from training.models import Concern, TrainingRecord
from training.queries.around import bank_holidays, first_level, holders_of
from training.rules import concern_due, concern_levels
from training.states import CONCERN_MOVES, ConcernLevel


@transaction.atomic
def raise_concern(
    *,
    by: User,
    now: datetime,
    record_id: int,
    key: UUID,
    patient_safety: bool,
    text: str = "",
    reference: str = "",
) -> Concern:
    """Raise a concern about a trainee's training; the same `key` again gives the same one (T8).

    It goes to the co-ordinator. One about patient safety keeps its reference only and goes to the External Moderator
    and the office at once. Each level has five working days of the centre's nation. Raises NotAllowed for anybody not
    around the trainee, TooLate when training has ended, Invalid for words where only a reference belongs.
    """
    record = lock_record(record_id)
    today = london_date(now)
    require(access.can_raise_concern(by, record, today))
    known = Concern.objects.filter(key=key).first()
    if known is not None:
        return known
    words, name = _words(patient_safety, text, reference)
    level = first_level(record, by, concern_levels(patient_safety)[0], today)
    concern = Concern.objects.create(
        record=record,
        patient_safety=patient_safety,
        reference=name,
        text=words,
        level=level,
        raised_at=now,
        raised_by=by,
        due_on=concern_due(today, bank_holidays(record), numbers_of(record.rules)),
        key=key,
    )
    note("concern.raised", record, concern, by=by, now=now, patient_safety=patient_safety, level=str(level))
    notice = notices.SAFETY_CONCERN if patient_safety else notices.CONCERN_RAISED
    for person in _told(record, by, level, patient_safety, today):
        tell(notice, record, person, about=concern, now=now, key=f"{concern.pk}:{level}", concern=concern)
    return concern


@transaction.atomic
def close_concern(*, by: User, now: datetime, concern_id: int, outcome: str) -> Concern:
    """Close a concern with its outcome; whoever raised it is told that it is closed (T8).

    Raises NotAllowed for anybody it does not lie with, TooLate when it is closed, Invalid without an outcome.
    """
    concern = lock_with_record(Concern, concern_id, "raised_by")
    require(access.can_close_concern(by, concern, london_date(now)))
    said = want(outcome, "outcome", "Write the outcome: what was found and what follows.")
    columns = {"outcome": said, "closed_at": now, "closed_by": by}
    step(concern, CONCERN_MOVES, "close", what="concern.closed", by=by, now=now, columns=columns)
    tell_with(
        notices.CONCERN_CLOSED,
        concern.record,
        concern.raised_by,
        about=concern,
        now=now,
        key=str(concern.pk),
        context={"concern": concern},
        safety=concern.patient_safety,
    )
    return concern


# --- steps ---


def _words(patient_safety: bool, text: str, reference: str) -> tuple[str, str]:
    """(text, reference) as they are kept: the details of a patient-safety concern stay in the employer's system."""
    if not patient_safety:
        return want(text, "text", "Say what concerns you."), ""
    if text.strip():
        raise Invalid("Keep the details in your employer's incident system and give the reference only.", "text")
    return "", want(reference, "reference", "Give the reference in your employer's incident system.")


def _told(record: TrainingRecord, by: User, level: ConcernLevel, patient_safety: bool, today: date) -> list[User]:
    """The people who hold its level; for patient safety External Moderator and office, each once."""
    levels = concern_levels(True) if patient_safety else (level,)
    found = {person.pk: person for each in levels for person in holders_of(record, each, today)}
    found.pop(by.pk, None)
    return list(found.values())
