"""Concerns (T8): raised, told to the right people, answered, passed on, closed with an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.verdict import Invalid, require
from ctts.notifications.notices import Notice
from ctts.scheme.queries import numbers_of
from training import access, notices
from training.actions._concerns import climb
from training.actions._practice import note, step, want
from training.actions._steps import lock_record, lock_with_record, refuse_identifiers, role_of, tell, tell_with
from training.models import Concern, ConcernNote, TrainingRecord
from training.queries.around import bank_holidays, first_level, holders_of
from training.rules import concern_due, concern_levels, next_level
from training.states import CONCERN_MOVES, ConcernLevel, ConcernState


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
    around the trainee, TooLate when training has ended, Invalid for words where only a reference belongs, and for what
    they raised before and is open.
    """
    record = lock_record(record_id)
    today = london_date(now)
    require(access.can_raise_concern(by, record, today))
    known = Concern.objects.filter(key=key).first()
    if known is not None:
        return known
    words, name = _words(patient_safety, text, reference)
    _refuse_again(record, by, words, name)
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
    _tell_raised(concern, by, now)
    return concern


@transaction.atomic
def answer_concern(*, by: User, now: datetime, concern_id: int, key: UUID, text: str) -> ConcernNote:
    """Whoever holds a concern answers it and leaves it open: its day stays, and so does the way up when that is missed.
    Whoever raised it is told; the same `key` again gives the same answer (T8).

    Raises NotAllowed for anybody it does not lie with, TooLate when it is closed, Invalid without words, or for what
    may identify a patient.
    """
    concern = lock_with_record(Concern, concern_id, "raised_by")
    known = ConcernNote.objects.filter(key=key, concern=concern).first()
    if known is not None:
        return known
    require(access.can_answer_concern(by, concern, london_date(now)))
    made = _written(concern, by, now, key, want(text, "text", "Write your answer."), "text")
    note("concern.answered", concern.record, concern, by=by, now=now, level=str(concern.level), note=made.pk)
    context = {"concern": concern}
    _tell(notices.CONCERN_ANSWERED, concern, concern.raised_by, now, key=str(made.pk), context=context)
    return made


@transaction.atomic
def pass_concern_on(*, by: User, now: datetime, concern_id: int, key: UUID, reason: str) -> ConcernNote:
    """Whoever holds a concern passes it on to the next level, with a reason; its holders and whoever raised it hear.

    The next level is the first that somebody else than whoever raised it holds, and has five working days of its own
    (T8). The same `key` again gives the same.

    Raises NotAllowed for anybody it does not lie with, TooLate when it is closed or with the office, Invalid without a
    reason, or for one that may identify a patient.
    """
    concern = lock_with_record(Concern, concern_id, "raised_by")
    known = ConcernNote.objects.filter(key=key, concern=concern).first()
    if known is not None:
        return known
    require(access.can_pass_concern_on(by, concern, london_date(now)))
    why = want(reason, "reason", "Say why it goes on; whoever holds it next reads it.")
    was, above = ConcernLevel(concern.level), cast("ConcernLevel", next_level(concern.level))
    before, after = climb(concern, above, now)
    made = _written(concern, by, now, key, why, "reason", level=was, passed_to=concern.level)
    record, role = concern.record, role_of(by, concern.record, now)
    within = record.trainee_id
    audit(
        "training.concern.passed_on",
        by=by,
        at=now,
        about=concern,
        within=within,
        before=before,
        after=after,
        role=role,
        words={"reason": why},
    )
    people = {one.pk: one for one in holders_of(record, concern.level, london_date(now))}
    people[concern.raised_by_id] = concern.raised_by
    people.pop(by.pk, None)
    context = {"concern": concern, "was": was.label}
    for person in people.values():
        _tell(notices.CONCERN_PASSED_ON, concern, person, now, key=str(made.pk), context=context)
    return made


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
    context = {"concern": concern}
    _tell(notices.CONCERN_CLOSED, concern, concern.raised_by, now, key=str(concern.pk), context=context)
    return concern


# --- steps ---


def _written(
    concern: Concern, by: User, now: datetime, key: UUID, text: str, field: str, **columns: str
) -> ConcernNote:
    """What is written on a concern, at the level it lies with unless another is said; no patient is named in it."""
    refuse_identifiers(text, "What you write", field)
    given = {"level": concern.level, **columns}
    return ConcernNote.objects.create(concern=concern, text=text, written_at=now, written_by=by, key=key, **given)


def _tell(notice: Notice, concern: Concern, to: User, now: datetime, *, key: str, context: Mapping[str, Any]) -> None:
    tell_with(
        notice,
        concern.record,
        to,
        about=concern,
        now=now,
        key=key,
        context=context,
        safety=concern.patient_safety,
    )


def _words(patient_safety: bool, text: str, reference: str) -> tuple[str, str]:
    """(text, reference) as they are kept: the details of a patient-safety concern stay in the employer's system."""
    if not patient_safety:
        return want(text, "text", "Say what concerns you."), ""
    if text.strip():
        raise Invalid("Keep the details in your employer's incident system and give the reference only.", "text")
    return "", want(reference, "reference", "Give the reference in your employer's incident system.")


def _refuse_again(record: TrainingRecord, by: User, text: str, reference: str) -> None:
    """The same words of the same person from two pages are one concern, while it is open."""
    rows = Concern.objects.filter(record=record, raised_by=by, state=ConcernState.OPEN)
    known = rows.filter(text=text, reference__iexact=reference).first()
    if known is not None:
        words = (
            f"You raised this on {in_words(london_date(known.raised_at))}, and it is open. Read it among the concerns."
        )
        raise Invalid(words, "reference" if reference else "text")


def _tell_raised(concern: Concern, by: User, now: datetime) -> None:
    safety, level = concern.patient_safety, ConcernLevel(concern.level)
    notice = notices.SAFETY_CONCERN if safety else notices.CONCERN_RAISED
    for person in _told(concern.record, by, level, safety, london_date(now)):
        tell(notice, concern.record, person, about=concern, now=now, key=f"{concern.pk}:{level}", concern=concern)


def _told(record: TrainingRecord, by: User, level: ConcernLevel, patient_safety: bool, today: date) -> list[User]:
    """The people who hold its level; for patient safety External Moderator and office, each once."""
    levels = concern_levels(True) if patient_safety else (level,)
    found = {person.pk: person for each in levels for person in holders_of(record, each, today)}
    found.pop(by.pk, None)
    return list(found.values())
