"""Messages on the record of a populated trainee, and questions to the External Moderator with their answers (T11)."""

from __future__ import annotations

from datetime import date, timedelta

from ctts.demo.populate.corpus import deed, paragraph
from ctts.demo.populate.course import Course, at
from ctts.demo.populate.ground import Person
from training.models import AdviceAnswer, AdviceQuestion, Thread, ThreadMessage
from training.queries.around import bank_holidays_in
from training.rules import advice_due

THREADS, QUESTIONS = 4, 2
UNANSWERED = 0.1  # of the last threads and questions
TRAINEE, SUPERVISOR, MODERATOR = "Trainee", "Training Supervisor", "External Moderator"


def talk(course: Course) -> None:
    """Some threads with the supervisor and, where there is an External Moderator, some questions to them."""
    for place in range(THREADS):
        waits = place == THREADS - 1 and course.rng.random() < UNANSWERED
        _thread(course, course.day((place + 1) / (THREADS + 1)), waits=waits)
    if course.moderator is None or course.moderated_on > course.yesterday:
        return
    for place in range(QUESTIONS):
        on = max(course.day((place + 1) / (QUESTIONS + 1)), course.moderated_on)
        _question(course, course.moderator, on, answered=True)
    if course.rng.random() < UNANSWERED:
        _question(course, course.moderator, course.yesterday, answered=False)


def _thread(course: Course, on: date, *, waits: bool) -> None:
    """What the trainee tells their supervisor, the answer, and thanks; or a question that waits for its answer."""
    pk = course.sheets.add(
        Thread,
        record_id=course.record,
        subject=deed(course.rng),
        to_supervisor=True,
        to_coordinator=course.rng.random() < 0.1,
        to_moderator=False,
        to_office=False,
        begun_at=at(on, 9),
        begun_by_id=course.person,
        key=course.key(),
    )
    course.log("training.thread.begun", at(on, 9), Thread, pk, course.trainee, TRAINEE, to=["to_supervisor"])
    said = [(9, course.trainee, TRAINEE), (13, course.supervisor, SUPERVISOR), (17, course.trainee, TRAINEE)]
    for hour, by, role in said[:1] if waits else said:
        message = course.sheets.add(
            ThreadMessage,
            thread_id=pk,
            text=paragraph(course.rng, 1),
            asks=waits,
            role=role,
            written_at=at(on, hour),
            written_by_id=by.pk,
            key=course.key(),
        )
        course.log("training.thread.written", at(on, hour), ThreadMessage, message, by, role, thread=pk)


def _question(course: Course, moderator: Person, on: date, *, answered: bool) -> None:
    due_on = advice_due(on, bank_holidays_in(course.centre.nation), course.intake.numbers)
    by, role = (course.trainee, TRAINEE) if course.rng.random() < 0.7 else (course.supervisor, SUPERVISOR)
    pk = course.sheets.add(
        AdviceQuestion,
        record_id=course.record,
        topic=deed(course.rng),
        text=paragraph(course.rng, 2),
        asked_at=at(on, 10),
        asked_by_id=by.pk,
        due_on=due_on,
        key=course.key(),
    )
    course.log("training.advice.asked", at(on, 10), AdviceQuestion, pk, by, role, due_on=due_on.isoformat())
    if answered:
        said_on = course.not_after(on + timedelta(days=course.rng.randrange(1, 4)))
        columns = {"answered_at": at(said_on, 11), "answered_by_id": moderator.pk, "key": course.key()}
        course.sheets.add(AdviceAnswer, question_id=pk, text=paragraph(course.rng, 2), **columns)
        course.log("training.advice.answered", at(said_on, 11), AdviceQuestion, pk, moderator, MODERATOR)
