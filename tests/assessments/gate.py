"""A record whose first-year gate is open, by the actions that pages call; and what tests of the first year share."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from assessments import actions, queries
from assessments.actions import SAFETY_WORDS
from assessments.actions._steps import agree_outcome
from assessments.models import FirstYear, FirstYearDecision, Outcome, PutForward, SafetyConfirmation
from assessments.states import OUTCOME_MOVES, Result, Stage
from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.moves import move_rows
from tests.cast import at
from tests.training import practice as p
from tests.training import world as w
from training import actions as training
from training import queries as training_queries
from training.models import CaseStudy, Concern, Reflection, TrainingRecord
from training.states import AppointmentKind

NOW = at(2027, 3, 10, 10)
TODAY = date(2027, 3, 10)
NEED = {"moderator_dops": 1, "signed": 2, "reviews": 6, "dops": 6, "words": 1500, "reflections": 10}
Kind = AppointmentKind


def holder(record: TrainingRecord, kind: AppointmentKind) -> User:
    """Who holds a function around a trainee."""
    return record.appointments.get(kind=kind, ends_on__isnull=True).person


def reflections(record: TrainingRecord, many: int, now: datetime = p.NOW) -> list[Reflection]:
    """So many reflective pieces, submitted."""
    trainee, found = record.trainee, []
    for number in range(many):
        given = {"record_id": record.pk, "key": uuid4(), "title": f"Piece {number + 1}", "model": "free"}
        piece = training.start_reflection(by=trainee, now=now, **given)
        seen = training_queries.piece_version(piece)
        write = {"title": "", "happened_on": None, "parts": {"text": "I saw why it matters."}, "seen": seen}
        piece = training.save_reflection(by=trainee, now=now, reflection_id=piece.pk, **write)
        found.append(submit(piece, now))
    return found


def submit(piece: Any, now: datetime = p.NOW) -> Any:
    """A piece is submitted as it is."""
    seen = training_queries.piece_version(piece)
    return training.submit_piece(by=piece.record.trainee, now=now, piece=piece, seen=seen, declared=True)


def case_study(record: TrainingRecord, words: int, now: datetime = p.NOW) -> CaseStudy:
    """A long case study in progress of so many words."""
    given = {"record_id": record.pk, "key": uuid4(), "title": "A uniformity fault"}
    case = training.start_case(by=record.trainee, now=now, **given)
    seen = training_queries.piece_version(case)
    sections = [("Introduction", "word " * words), ("References", "none of these words counts")]
    write = {"case_id": case.pk, "title": "", "sections": sections, "seen": seen}
    return training.save_case(by=record.trainee, now=now, **write)


def fill(record: TrainingRecord, **changes: int) -> TrainingRecord:
    """Everything of the gate but the supervisor's confirmation; `changes` say another number of something."""
    need = {**NEED, **changes}
    supervisor, moderator = holder(record, Kind.SUPERVISOR), holder(record, Kind.EXTERNAL_MODERATOR)
    for number in range(need["signed"]):
        w.signed(supervisor, record, number, p.NOW)
    for number in range(need["reviews"]):
        day = date(2026, 6, 5) - timedelta(days=number)
        p.submitted_review(record, supervisor, held_on=day)
    for _ in range(need["dops"]):
        p.complete_dops(record, supervisor)
    for _ in range(need["moderator_dops"]):
        p.complete_dops(record, moderator)
    if need["words"]:
        case_study(record, need["words"])
    reflections(record, need["reflections"])
    return record


# --- the way of an attempt, each step by its own person ---


def confirm(record: TrainingRecord, by: User | None = None, now: datetime = NOW, **more: Any) -> SafetyConfirmation:
    """The supervisor confirms patient safety as the page shows it."""
    seen = more.pop("seen", None) or queries.safety_digest(queries.attempt_of(record), SAFETY_WORDS)
    given = {"record_id": record.pk, "seen": seen, "authentication": p.proof(now)}
    return actions.confirm_safety(by=by or holder(record, Kind.SUPERVISOR), now=now, **given)


def withdraw(record: TrainingRecord, by: User | None = None, reason: str = "A report came in.") -> SafetyConfirmation:
    """The supervisor takes the confirmation back."""
    given = {"record_id": record.pk, "reason": reason, "authentication": p.proof(NOW)}
    return actions.withdraw_safety(by=by or holder(record, Kind.SUPERVISOR), now=NOW, **given)


def put_forward(record: TrainingRecord, by: User | None = None, now: datetime = NOW, seen: str = "") -> PutForward:
    """The supervisor puts forward what the page shows."""
    seen = seen or sha256(queries.put_forward_content(queries.attempt_of(record)))
    return actions.put_forward(by=by or holder(record, Kind.SUPERVISOR), now=now, record_id=record.pk, seen=seen)


def put(record: TrainingRecord, now: datetime = NOW) -> FirstYear:
    """An attempt that lies with the External Moderator."""
    confirm(record, now=now)
    return put_forward(record, now=now).first_year


REFERRED = {"result": Result.REFER, "actions": "Two more reviews.", "actions_by_on": date(2027, 5, 1)}


def decide(row: FirstYear, by: User | None = None, now: datetime = NOW, **changes: Any) -> FirstYearDecision:
    """The External Moderator decides about what the page shows: a pass, unless `changes` say otherwise."""
    seen = changes.pop("seen", None) or queries.decision_digest(queries.attempt_of(row.record))
    given = {"result": Result.PASS, "words": "A good year.", **changes}
    who = by or holder(row.record, Kind.EXTERNAL_MODERATOR)
    return actions.decide(by=who, now=now, first_year_id=row.pk, seen=seen, authentication=p.proof(now), **given)


def agreed(record: TrainingRecord, now: datetime = NOW, **changes: Any) -> Outcome:
    """An outcome that waits for the office."""
    decide(put(record, now), now=now, **changes)
    return outcome_of(record)


def outcome_of(record: TrainingRecord) -> Outcome:
    """The outcome of the first year that stands."""
    rows = Outcome.objects.filter(record=record, stage=Stage.FIRST_YEAR).exclude(state="superseded")
    return rows.latest("attempt")


def office(step: str, outcome: Outcome, by: User, now: datetime = NOW, **more: Any) -> Any:
    """A step of the office with an outcome as the page shows it now."""
    fresh = Outcome.objects.get(pk=outcome.pk)
    given = {"outcome_id": outcome.pk, "seen": queries.outcome_digest(fresh), **more}
    return getattr(actions, step)(by=by, now=now, **given)


def released(record: TrainingRecord, first: User, second: User, now: datetime = NOW, **changes: Any) -> Outcome:
    """An outcome that `first` confirmed and `second` released."""
    outcome = agreed(record, now, **changes)
    office("confirm_outcome", outcome, first, now)
    return office("release_outcome", outcome, second, now)


def passed_by_rows(record: TrainingRecord, first: User, second: User, now: datetime) -> Outcome:
    """The first year is passed and released without a year of work behind it: for tests of what comes afterwards.

    Its outcome is written as rows, for the office's actions would look for the decision and the gate it was made of.
    """
    content = {"stage": str(Stage.FIRST_YEAR), "attempt": 1}
    outcome = agree_outcome(record, Stage.FIRST_YEAR, 1, Result.PASS, by=None, now=now, content=content)
    rows = Outcome.objects.filter(pk=outcome.pk)
    move_rows(rows, OUTCOME_MOVES, "confirm", confirmed_at=now, confirmed_by=first)
    move_rows(rows, OUTCOME_MOVES, "release", released_at=now, released_by=second)
    training.open_year_two(by=second, now=now, record_id=record.pk)
    return rows.get()


def concern(record: TrainingRecord, by: User, now: datetime = NOW, reference: str = "INC-77") -> Concern:
    """A patient-safety concern that somebody raises."""
    given = {"record_id": record.pk, "key": uuid4(), "patient_safety": True, "reference": reference}
    return training.raise_concern(by=by, now=now, **given)


def close(concern: Concern, by: User, now: datetime = NOW) -> None:
    """The concern is closed."""
    training.close_concern(by=by, now=now, concern_id=concern.pk, outcome="Looked into; no harm was done.")
