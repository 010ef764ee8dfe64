"""The End of First Year Assessment of those who are far enough (Y): gate, decision, released outcome, second year."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from assessments.models import FirstYear, FirstYearDecision, Outcome, PutForward, SafetyConfirmation
from assessments.rules import Gate, first_year_gate
from assessments.states import FirstYearState, OutcomeState, Result, Stage
from ctts.common.digest import sha256
from ctts.common.months import add_months
from ctts.demo.populate.course import Course, at, signed
from training.models import YearTwo
from training.states import AssessorKind, ItemState

SAFE = "No patient-safety concern is documented about this trainee."
PASSED = "I have looked at what stands behind each line, and in my judgement the first year is passed."
MODERATOR = "External Moderator"


def assess(course: Course) -> None:
    """Pass the first year of whoever is a fortnight into the second and whose gate is open."""
    put_forward_on = add_months(course.start_on, 11) + timedelta(days=10)
    released_on = add_months(course.start_on, 12)
    if course.moderator is None or released_on + timedelta(days=14) > course.yesterday:
        return
    gate = _gate(course, put_forward_on)
    if gate.is_open:
        course.passed = True
        _pass(course, gate, put_forward_on, released_on)


def _gate(course: Course, on: date) -> Gate:
    """The gate as it stood on a day, from what was made for this trainee."""
    done = [kind for kind, day in course.observed if day <= on]
    by_moderator = done.count(AssessorKind.EXTERNAL_MODERATOR)
    signatures = [item for item in course.items if item.reaches == ItemState.SIGNED and item.on and item.on <= on]
    return first_year_gate(
        moderator_dops=by_moderator,
        safety_confirmed=True,
        open_safety_concerns=0,
        signed=len(signatures),
        total=len(course.items),
        reviews=sum(day <= on for day in course.reviewed),
        dops=len(done) - by_moderator,
        case_study_words=[course.study_words],
        reflections=sum(day <= on for day in course.reflected),
        numbers=course.intake.numbers,
    )


def _pass(course: Course, gate: Gate, put_forward_on: date, released_on: date) -> None:
    moderator = course.moderator
    assert moderator is not None  # noqa: S101 — for the type checker; `assess` has asked
    confirmed_at, decided_at = at(put_forward_on, 10), at(put_forward_on + timedelta(days=8), 15)
    sheets, supervisor = course.sheets, course.supervisor
    first_year = sheets.add(
        FirstYear,
        record_id=course.record,
        attempt=1,
        state=str(FirstYearState.DECIDED),
        opened_at=at(put_forward_on - timedelta(days=30), 9),
    )
    safe = sha256({"first_year": first_year, "statement": SAFE})
    columns = signed(supervisor, "Training Supervisor", "confirmed", SAFE, safe, confirmed_at)
    sheets.add(SafetyConfirmation, first_year_id=first_year, **columns)
    lines = [asdict(line) for line in gate.lines]
    frozen = {"record": course.record, "attempt": 1, "lines": lines}
    digest = sha256(frozen)
    put_forward = sheets.add(
        PutForward,
        first_year_id=first_year,
        gate=frozen,
        content_sha256=digest,
        put_forward_at=at(put_forward_on, 12),
        put_forward_by_id=course.person,
    )
    columns = signed(moderator, MODERATOR, "decided", PASSED, digest, decided_at)
    sheets.add(
        FirstYearDecision,
        first_year_id=first_year,
        put_forward_id=put_forward,
        result=str(Result.PASS),
        words="A steady first year; the second may begin.",
        **columns,
    )
    _outcome(course, lines, decided_at, at(released_on, 11))


def _outcome(course: Course, lines: list[dict[str, object]], agreed_at: datetime, released_at: datetime) -> None:
    """Confirmed by one of the office, released by the other (F1); the second year is open."""
    first, second = course.ground.office
    content = {"gate": lines}
    outcome = course.sheets.add(
        Outcome,
        record_id=course.record,
        stage=str(Stage.FIRST_YEAR),
        attempt=1,
        result=str(Result.PASS),
        rules_id=course.intake.rules.pk,
        content=content,
        content_sha256=sha256(content),
        agreed_at=agreed_at,
        state=str(OutcomeState.RELEASED),
        confirmed_at=agreed_at + timedelta(days=2),
        confirmed_by_id=first.pk,
        released_at=released_at,
        released_by_id=second.pk,
    )
    course.sheets.add(YearTwo, record_id=course.record, opened_at=released_at, opened_by_id=second.pk)
    facts: dict[str, Any] = {
        "stage": str(Stage.FIRST_YEAR),
        "attempt": 1,
        "result": str(Result.PASS),
        "content": sha256(content),
    }
    course.log("assessments.outcome.agreed", agreed_at, Outcome, outcome, course.moderator, MODERATOR, **facts)
    for name, on, by in (("confirmed", agreed_at + timedelta(days=2), first), ("released", released_at, second)):
        course.log(f"assessments.outcome.{name}", on, Outcome, outcome, by, "Scheme office")
