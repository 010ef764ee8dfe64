"""Progress reports of a populated trainee (T7), and the reminder steps that the calendar has taken for them (N)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ctts.common.digest import sha256
from ctts.demo.populate.corpus import paragraph
from ctts.demo.populate.course import Course, at, signed
from ctts.demo.populate.ground import Person
from ctts.notifications.models import ReminderStep
from training.actions.reporting import REPORT_ACKNOWLEDGED_WORDS, REPORT_SENT_WORDS
from training.models import ProgressReport, ReportSignature
from training.queries.unsigned import SIGN_WAITS, sign_series
from training.rules import CHASED, month_gaps, progress_reports_due, review_chased_on, sign_chased_on
from training.states import AppointmentKind, ItemState, ReportState

SUPERVISOR, COORDINATOR = "Training Supervisor", "Training Co-ordinator"
UNWRITTEN = 0.15  # of the last reports that are due
WRITTEN_AFTER = 6  # days after the day by which it was due, at most
SILENT = "populated"  # why a step was taken without a message
R = ReportState


def report(course: Course) -> None:
    """A report every six months; the last one may be missing, being written, or sent and not acknowledged."""
    due = progress_reports_due(course.start_on, course.yesterday, course.pauses, course.intake.numbers)
    first = course.start_on
    for number, due_on in enumerate(due, start=1):
        last = number == len(due)
        if last and course.rng.random() < UNWRITTEN:
            return
        state = course.rng.choice((R.ACKNOWLEDGED, R.SENT, R.DRAFT)) if last else R.ACKNOWLEDGED
        on = course.not_after(due_on + timedelta(days=course.rng.randrange(WRITTEN_AFTER)))
        _report(course, number, first, on, state)
        first = on + timedelta(days=1)


def _report(course: Course, number: int, first: date, on: date, state: ReportState) -> None:
    pk = course.sheets.key(ProgressReport)
    words: dict[str, Any] = {
        "period_starts_on": min(first, on),
        "period_ends_on": on,
        "progress": paragraph(course.rng, 3),
        "attention": paragraph(course.rng, 1),
        "next_steps": paragraph(course.rng, 1),
    }
    digest = sha256({"report": pk, "record": course.record, "number": number, **words})
    course.sheets.add(
        ProgressReport,
        id=pk,
        record_id=course.record,
        number=number,
        **words,
        written_by_id=course.supervisor.pk,
        written_at=at(on, 10),
        state=str(state),
        sent_at=None if state == R.DRAFT else at(on, 11),
        key=course.key(),
    )
    course.log("training.report.written", at(on, 10), ProgressReport, pk, course.supervisor, SUPERVISOR, number=number)
    if state == R.DRAFT:
        return
    _sign(course, pk, course.supervisor, SUPERVISOR, "sent", REPORT_SENT_WORDS, digest, on, 11)
    _moved(course, pk, "sent", course.supervisor, SUPERVISOR, on, 11, R.DRAFT, R.SENT)
    if state == R.ACKNOWLEDGED:
        coordinator = course.centre.coordinator
        words_signed = REPORT_ACKNOWLEDGED_WORDS
        _sign(course, pk, coordinator, COORDINATOR, "acknowledged", words_signed, digest, on, 16)
        _moved(course, pk, "acknowledged", coordinator, COORDINATOR, on, 16, R.SENT, R.ACKNOWLEDGED)


def _sign(
    course: Course, pk: int, by: Person, role: str, meaning: str, words: str, digest: str, on: date, hour: int
) -> None:
    course.sheets.add(ReportSignature, report_id=pk, **signed(by, role, meaning, words, digest, at(on, hour)))


def _moved(
    course: Course,
    pk: int,
    name: str,
    by: Person,
    role: str,
    on: date,
    hour: int,
    before: ReportState,
    after: ReportState,
) -> None:
    was = {"state": str(before)}
    course.log(f"training.report.{name}", at(on, hour), ProgressReport, pk, by, role, was, state=str(after))


# --- what the calendar has told already ---


def chased(course: Course) -> None:
    """The reminders of months without a review, each taken once for supervisor and co-ordinator (T4)."""
    numbers = course.intake.numbers
    gaps = month_gaps(course.start_on, course.met, course.ground.wanted.today, course.pauses, numbers=numbers)
    people = dict(zip(CHASED, (course.supervisor, course.centre.coordinator), strict=True))
    for year, month in gaps:
        for kind, person in people.items():
            due_on = review_chased_on((year, month), AppointmentKind(kind), numbers)
            if due_on <= course.ground.wanted.today:
                series = f"training.review_missing:{course.record}:{person.pk}"
                taken(course, "training.review_missing", f"{series}:{year}-{month:02}", person.pk, due_on)


def waited_for(course: Course) -> None:
    """The reminders of competencies that wait for a signature, taken for supervisor and co-ordinator (T2)."""
    submitted = [item.on for item in course.worked if item.reaches == ItemState.SUBMITTED and item.on is not None]
    if not submitted:
        return
    since = min(submitted)
    people = zip(CHASED, (course.supervisor, course.centre.coordinator), strict=True)
    for kind, person in people:
        due_on = sign_chased_on(since, kind, course.intake.numbers)
        if due_on <= course.ground.wanted.today:
            series = sign_series(course.record, person.pk, kind)
            taken(course, SIGN_WAITS, f"{series}:{since}", person.pk, due_on, on=course.yesterday)


def taken(course: Course, kind: str, key: str, person: int, due_on: date, on: date | None = None) -> None:
    """One step of a series of reminders, taken in silence: nobody of this world reads mail."""
    at_nine = at(on or min(due_on, course.yesterday), 20 if on else 9)
    course.sheets.add(
        ReminderStep, key=key, kind=kind, at=at_nine, person_id=person, due_on=due_on, reason=SILENT, message_id=None
    )
