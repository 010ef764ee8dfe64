"""Events to which a populated trainee was invited (T9), and their CPD log (T10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ctts.demo.populate.corpus import deed, paragraph
from ctts.demo.populate.course import Course, at
from ctts.demo.populate.ground import EventFacts, Person
from training.models import Attendance, CpdEntry
from training.states import AttendanceState, CpdKind, CpdState

ENTRIES = 10  # in two years, the last one a draft
SIGNING, MISSING = 0.75, 0.08  # who signs up; who has a place and is not there
TRAINEE, OFFICE = "Trainee", "Scheme office"
A = AttendanceState


def gather(course: Course) -> None:
    """Invited to every event of the intake, signed up, there or not; and what else went into the CPD log."""
    attended = [(pk, event) for event in course.intake.events if (pk := _invited(course, event))]
    for pk, event in attended[:1]:
        _entry(course, CpdKind.COURSE, event.title, event.on, event.minutes, attendance_id=pk)
    for place in range(ENTRIES - 1):
        kind = course.rng.choice([CpdKind.WORK, CpdKind.PROFESSIONAL, CpdKind.OWN_STUDY])
        draft = place == ENTRIES - 2
        on, minutes = course.day((place + 1) / ENTRIES), course.rng.choice((30, 60, 90, 120, 240))
        _entry(course, kind, deed(course.rng), on, minutes, draft=draft)


# --- events ---


def _invited(course: Course, event: EventFacts) -> int:
    """The attendance at one event; its key where they were there, else 0."""
    asked_on = _asked_on(course, event)
    over = event.on <= course.yesterday
    state = _stands(course, event, asked=asked_on is not None, over=over)
    pk = course.sheets.add(
        Attendance,
        record_id=course.record,
        event_id=event.pk,
        invited_at=at(course.start_on, 6),
        asked_at=at(asked_on, 12) if asked_on else None,
        state=str(state),
    )
    expected = A.INVITED
    if asked_on is not None:
        expected = A.PLACED
        _moved(course, pk, event, "signed_up", asked_on, course.trainee, TRAINEE, A.INVITED, A.PLACED)
    if state in (A.ATTENDED, A.ABSENT):
        name = "attended" if state == A.ATTENDED else "missed"
        noted_on = course.not_after(event.on + timedelta(days=1))
        _moved(course, pk, event, name, noted_on, course.ground.office[0], OFFICE, expected, state)
    return pk if state == A.ATTENDED else 0


def _asked_on(course: Course, event: EventFacts) -> date | None:
    """The day on which they signed up, where people do and they did."""
    if not event.by_signing or course.rng.random() >= SIGNING:
        return None
    return max(course.not_after(event.on - timedelta(days=course.rng.randrange(10, 20))), course.start_on)


def _stands(course: Course, event: EventFacts, *, asked: bool, over: bool) -> AttendanceState:
    if not over:
        return A.PLACED if asked else A.INVITED
    if event.by_signing and not asked:
        return A.INVITED
    missed = event.by_signing and course.rng.random() < MISSING
    return A.ABSENT if missed else A.ATTENDED


def _moved(
    course: Course,
    pk: int,
    event: EventFacts,
    name: str,
    on: date,
    by: Person,
    role: str,
    before: AttendanceState,
    after: AttendanceState,
) -> None:
    was, facts = {"state": str(before)}, {"event": event.pk, "state": str(after)}
    course.log(f"training.event.{name}", at(on, 12), Attendance, pk, by, role, was, **facts)


# --- the CPD log ---


def _entry(
    course: Course,
    kind: CpdKind,
    title: str,
    on: date,
    minutes: int,
    *,
    draft: bool = False,
    attendance_id: int | None = None,
) -> None:
    pk = course.sheets.add(
        CpdEntry,
        record_id=course.record,
        kind=str(kind),
        title=title,
        done_on=on,
        minutes=minutes,
        activity=paragraph(course.rng, 1),
        reflection="" if draft else paragraph(course.rng, 2),
        attendance_id=attendance_id,
        state=str(CpdState.DRAFT if draft else CpdState.ENTERED),
        made_at=at(on, 18),
        changed_at=at(on, 18),
        entered_at=None if draft else at(on, 19),
        key=course.key(),
    )
    course.log("training.cpd.written", at(on, 18), CpdEntry, pk, course.trainee, TRAINEE)
    if not draft:
        before: dict[str, Any] = {"state": str(CpdState.DRAFT)}
        entered = str(CpdState.ENTERED)
        course.log("training.cpd.entered", at(on, 19), CpdEntry, pk, course.trainee, TRAINEE, before, state=entered)
