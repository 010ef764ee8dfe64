"""Supervisor Reviews (T4) and DOPS (T5, T11) of a populated trainee, in every state, with scores and signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import models

from ctts.common.digest import sha256
from ctts.common.months import first_day, last_day, month_after, month_of
from ctts.demo.populate.changing import ask_outside, asks_outside
from ctts.demo.populate.corpus import PLACES, TO_IMPROVE, WORDS, deed, paragraph
from ctts.demo.populate.course import Course, Item, at, signed
from ctts.demo.populate.ground import Person
from training.actions import (
    DOPS_ACKNOWLEDGED_WORDS,
    DOPS_APPROVED_WORDS,
    DOPS_SIGNED_WORDS,
    REVIEW_ACKNOWLEDGED_WORDS,
    REVIEW_SIGNED_WORDS,
)
from training.models import Dops, DopsScore, DopsSignature, ReviewAction, ReviewSignature, SupervisorReview
from training.states import (
    AssessorKind,
    DopsComplexity,
    DopsSetting,
    DopsState,
    ItemState,
    MeetingMode,
    OverallJudgement,
    ReviewState,
)

MOST_REVIEWS, OBSERVATIONS = 24, 30
MISSED = 0.07  # months without a review
BY_COLLEAGUE = 0.3
NOT_APPLICABLE = 0.04
REVIEW_ITEMS: type[models.Model] = SupervisorReview.items.through
SUPERVISOR, TRAINEE = "Training Supervisor", "Trainee"
R, D = ReviewState, DopsState


# --- reviews ---


def review(course: Course) -> None:
    """One review a calendar month, but for months that were missed; the last ones are still under way."""
    meetings = list(_meetings(course))
    newest = [R.SUBMITTED, R.SUBMITTED, R.ACKNOWLEDGED, R.SIGNED, R.DRAFT]
    last = course.rng.choice(newest)
    held: date | None = None
    for number, (held_on, first) in enumerate(meetings, start=1):
        state = last if number == len(meetings) else R.SUBMITTED
        _review(course, number, held_on, held + timedelta(days=1) if held else first, state)
        if state != R.DRAFT:
            course.met.append(held_on)
        if state == R.SUBMITTED:
            course.reviewed.append(held_on)
        held = held_on


def _meetings(course: Course) -> Iterator[tuple[date, date]]:
    """The day of each month's meeting, and the first day of that month in training."""
    month = month_of(course.start_on)
    for _ in range(MOST_REVIEWS):
        first = max(first_day(month), course.start_on)
        day = last_day(month) - timedelta(days=course.rng.randrange(2, 9))
        if day > course.yesterday:
            return
        if course.rng.random() >= MISSED:
            yield day, first
        month = month_after(month)


def _review(course: Course, number: int, held_on: date, period: date, state: ReviewState) -> None:
    rng, sheets = course.rng, course.sheets
    pk = sheets.key(SupervisorReview)
    columns = _review_words(course, held_on, period)
    items = _discussed(course, period, held_on)
    for item in items:
        sheets.add(REVIEW_ITEMS, supervisorreview_id=pk, planitem_id=item.pk)
    agreed = [f"Finish the write-up of {deed(rng).lower()}.", course.name, held_on + timedelta(days=30)]
    closed = {"closed_at": at(held_on, 18), "closed_by_id": course.supervisor.pk} if number % 3 else {}
    if state != R.SUBMITTED:
        closed = {}
    sheets.add(ReviewAction, review_id=pk, text=agreed[0], owner=agreed[1], due_on=agreed[2], **closed)
    content = {
        "review": pk,
        "record": course.record,
        "number": number,
        **columns,
        "items": [item.pk for item in items],
        "actions": [agreed],
    }
    _sign_review(course, pk, sha256(content), held_on, state)
    sheets.add(
        SupervisorReview,
        id=pk,
        record_id=course.record,
        number=number,
        **columns,
        trainee_comment="" if state in (R.DRAFT, R.SIGNED) else "A useful hour.",
        written_by_id=course.supervisor.pk,
        written_at=at(held_on, 15),
        state=str(state),
        submitted_at=at(held_on, 18) if state == R.SUBMITTED else None,
        key=course.key(),
    )
    _log_review(course, pk, number, held_on, state)


def _review_words(course: Course, held_on: date, period: date) -> dict[str, Any]:
    return {
        "attendees": f"{course.name}, {course.supervisor.name}",
        "progress": paragraph(course.rng, 2),
        "dops_done": "Two since the last meeting.",
        "writing_progress": "A reflective piece is being written.",
        "plan_changes": "",
        "support_needs": "",
        "escalate": "",
        "held_on": held_on,
        "period_starts_on": period,
        "period_ends_on": held_on,
        "next_meeting_on": held_on + timedelta(days=30),
        "mode": str(course.rng.choice(list(MeetingMode))),
        "patient_safety_concern": False,
        "patient_safety_reference": "",
    }


def _discussed(course: Course, first: date, last: date) -> list[Item]:
    """Up to four competencies signed in the period, in the order of the list."""
    found = [
        item for item in course.worked if item.reaches == ItemState.SIGNED and item.on and first <= item.on <= last
    ]
    return sorted(found[:4], key=lambda item: item.of.position)


def _sign_review(course: Course, pk: int, digest: str, held_on: date, state: ReviewState) -> None:
    """The supervisor's signature, and the trainee's."""
    if state == R.DRAFT:
        return
    mine = signed(course.supervisor, SUPERVISOR, "signed", REVIEW_SIGNED_WORDS, digest, at(held_on, 16))
    course.sheets.add(ReviewSignature, review_id=pk, **mine)
    if state == R.SIGNED:
        return
    theirs = signed(course.trainee, TRAINEE, "acknowledged", REVIEW_ACKNOWLEDGED_WORDS, digest, at(held_on, 17))
    course.sheets.add(ReviewSignature, review_id=pk, **theirs)


def _log_review(course: Course, pk: int, number: int, held_on: date, state: ReviewState) -> None:
    supervisor = course.supervisor
    facts: dict[str, Any] = {"number": number, "held_on": held_on.isoformat()}
    course.log("training.review.written", at(held_on, 15), SupervisorReview, pk, supervisor, SUPERVISOR, **facts)
    steps = [
        ("signed", 16, supervisor, SUPERVISOR, R.DRAFT, R.SIGNED),
        ("acknowledged", 17, course.trainee, TRAINEE, R.SIGNED, R.ACKNOWLEDGED),
        ("submitted", 18, supervisor, SUPERVISOR, R.ACKNOWLEDGED, R.SUBMITTED),
    ]
    taken = {R.DRAFT: 0, R.SIGNED: 1, R.ACKNOWLEDGED: 2, R.SUBMITTED: 3}[state]
    for name, hour, by, role, before, after in steps[:taken]:
        on, was = at(held_on, hour), {"state": str(before)}
        course.log(f"training.review.{name}", on, SupervisorReview, pk, by, role, was, state=str(after))


# --- DOPS ---


def observe(course: Course) -> None:
    """Thirty observations over the time so far; the last ones are asked for, under way, to be acknowledged."""
    ends = [D.COMPLETE] * (OBSERVATIONS - 5)
    ends += [D.VOIDED, D.DECLINED, D.AWAITING_ACKNOWLEDGEMENT, D.STARTED, D.REQUESTED]
    for place, state in enumerate(ends):
        observed_on = course.day((place + 1) / (OBSERVATIONS + 1))
        if state == D.REQUESTED and asks_outside(course):
            ask_outside(course, observed_on)
            continue
        kind, assessor = _assessor(course, place, observed_on)
        _observation(course, state, observed_on, kind, assessor)
        if state == D.COMPLETE:
            course.observed.append((kind, observed_on))


def _assessor(course: Course, place: int, observed_on: date) -> tuple[AssessorKind, Person]:
    """The External Moderator once a year (T11), a colleague now and then, mostly the supervisor."""
    if place in (13, 24) and course.moderator and observed_on >= course.moderated_on:
        return AssessorKind.EXTERNAL_MODERATOR, course.moderator
    if course.rng.random() < BY_COLLEAGUE:
        return AssessorKind.COLLEAGUE, course.colleague
    return AssessorKind.SUPERVISOR, course.supervisor


def _observation(course: Course, state: DopsState, on: date, kind: AssessorKind, assessor: Person) -> None:
    pk = course.sheets.key(Dops)
    written = state in (D.COMPLETE, D.AWAITING_ACKNOWLEDGEMENT, D.VOIDED)
    words = _dops_words(course, on, kind, assessor, written=written)
    scores = _scores(course, pk, 10 if written else 5 if state == D.STARTED else 0)
    content = {
        "dops": pk,
        "record": course.record,
        "form": course.scope.form_id,
        "assessor": assessor.pk,
        "scores": scores,
        **words,
    }
    digest = sha256(content)
    _sign_dops(course, pk, digest, kind, assessor, state, words, on)
    if kind == AssessorKind.EXTERNAL_MODERATOR and written:
        course.by_moderator.append((pk, on))
    elif state == D.COMPLETE:
        course.local[Dops].append((pk, digest, on))
    approved = kind == AssessorKind.COLLEAGUE
    words["item_id"] = words.pop("item")
    course.sheets.add(
        Dops,
        id=pk,
        record_id=course.record,
        form_id=course.scope.form_id,
        asked_by_id=course.person,
        asked_at=at(on, 9),
        assessor_id=assessor.pk,
        approved_at=at(on, 10) if approved else None,
        approved_by_id=course.supervisor.pk if approved else None,
        trainee_comment="",
        state=str(state),
        reason="The room was needed for a patient." if state in (D.DECLINED, D.VOIDED) else "",
        key=course.key(),
        **words,
    )
    _log_dops(course, pk, kind, assessor, state, on)


def _dops_words(course: Course, on: date, kind: AssessorKind, assessor: Person, *, written: bool) -> dict[str, Any]:
    """Everything of an observation but its scores: whole once it is written, else what was asked for."""
    rng = course.rng
    known = {
        "item": rng.choice(course.items).pk,
        "place": f"{rng.choice(PLACES)} room",
        "procedure": deed(rng),
        "assessor_kind": str(kind),
        "assessor_name": assessor.name,
        "assessor_post": "Lead Technologist" if written else "",
        "assessor_registration": f"CT{assessor.pk:06}" if written else "",
    }
    if not written:
        return known
    return {
        **known,
        "observed_on": on,
        "complexity": str(rng.choice(list(DopsComplexity))),
        "setting": str(DopsSetting.REAL if rng.random() < 0.8 else DopsSetting.SIMULATED),
        "overall": str(OverallJudgement.COMPETENT if rng.random() < 0.9 else OverallJudgement.NOT_YET_COMPETENT),
        "done_well": rng.choice(WORDS),
        "to_improve": rng.choice(TO_IMPROVE),
        "agreed_action": "Do it twice more with the log open.",
    }


def _scores(course: Course, pk: int, many: int) -> list[list[int | None]]:
    """The scores of the first items of the form; the database takes them before it takes a signed DOPS."""
    scores: list[list[int | None]] = []
    for number, item in enumerate(course.scope.form_items[:many], start=1):
        left_out = course.rng.random() < NOT_APPLICABLE and number > 7
        score = None if left_out else course.rng.choice((2, 3, 3, 3, 4))
        course.sheets.add(DopsScore, dops_id=pk, item_id=item, score=score)
        scores.append([number, score])
    return scores


def _sign_dops(
    course: Course,
    pk: int,
    digest: str,
    kind: AssessorKind,
    assessor: Person,
    state: DopsState,
    words: dict[str, Any],
    on: date,
) -> None:
    def sign(by: Person, role: str, meaning: str, statement: str, content: str, hour: int) -> None:
        columns = signed(by, role, meaning, statement, content, at(on, hour))
        course.sheets.add(DopsSignature, dops_id=pk, **columns)

    if kind == AssessorKind.COLLEAGUE:
        approved = sha256({"dops": pk, "assessor": assessor.pk, "procedure": words["procedure"]})
        sign(course.supervisor, SUPERVISOR, "approved", DOPS_APPROVED_WORDS, approved, 10)
    if state in (D.COMPLETE, D.AWAITING_ACKNOWLEDGEMENT, D.VOIDED):
        sign(assessor, str(kind.label), "assessed", DOPS_SIGNED_WORDS, digest, 13)
    if state == D.COMPLETE:
        sign(course.trainee, TRAINEE, "acknowledged", DOPS_ACKNOWLEDGED_WORDS, digest, 17)


def _log_dops(course: Course, pk: int, kind: AssessorKind, assessor: Person, state: DopsState, on: date) -> None:
    def log(name: str, hour: int, by: Person, role: str, before: DopsState | None = None, **after: Any) -> None:
        was = {"state": str(before)} if before else None
        course.log(f"training.dops.{name}", at(on, hour), Dops, pk, by, role, was, **after)

    role = str(kind.label)
    log("requested", 9, course.trainee, TRAINEE, assessor=assessor.pk, kind=str(kind))
    if kind == AssessorKind.COLLEAGUE:
        log("approved", 10, course.supervisor, SUPERVISOR, assessor=assessor.pk)
    if state == D.REQUESTED:
        return
    if state == D.DECLINED:
        log("declined", 11, assessor, role, D.REQUESTED, state=str(D.DECLINED))
        return
    log("started", 11, assessor, role, D.REQUESTED, state=str(D.STARTED), kind=str(kind))
    for step in range(1, 3 if state == D.STARTED else 5):
        log("step_saved", 12, assessor, role, step=step)
    if state != D.STARTED:
        log("signed", 13, assessor, role, D.STARTED, state=str(D.AWAITING_ACKNOWLEDGEMENT))
    if state == D.COMPLETE:
        log("acknowledged", 17, course.trainee, TRAINEE, D.AWAITING_ACKNOWLEDGEMENT, state=str(D.COMPLETE))
    if state == D.VOIDED:
        log("voided", 18, course.supervisor, SUPERVISOR, D.AWAITING_ACKNOWLEDGEMENT, state=str(D.VOIDED))
