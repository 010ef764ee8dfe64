"""Chapters about what was said and learnt on the way: yearly reviews, questions, messages, the CPD log (T10, T11)."""

from __future__ import annotations

from datetime import date

from ctts.common.templatetags.formats import day
from training.models import AdviceAnswer, TrainingRecord
from training.queries.advice import advice_of
from training.queries.copies import Chapter, Piece
from training.queries.cpd import cpd_visible_to
from training.queries.moderating import year_reviews_of
from training.queries.threads import addressed_to, messages_of, threads_of
from training.queries.told import facts, of, texts_of


def year_reviews(record: TrainingRecord, today: date) -> Chapter:
    """The External Moderator's review of each year (T11)."""
    pieces = [
        Piece(
            f"Review of year {row.year}",
            [
                *of(row, ("held_on", "Held"), ("mode", "How"), ("written_at", "Written")),
                *facts(("written_by", "Written by", str(row.written_by)), ("dops", "With the DOPS", str(row.dops))),
                *texts_of(row, ("progress", "Progress"), ("attention", "What needs attention")),
                *texts_of(row, ("next_steps", "What comes next")),
            ],
        )
        for row in year_reviews_of(record).order_by("year")
    ]
    return Chapter("year_reviews", "Yearly reviews", pieces, nothing="None was written.")


def advice(record: TrainingRecord, today: date) -> Chapter:
    """Questions to the External Moderator with their answers, as the trainee reads them (T11)."""
    pieces = [
        Piece(
            question.topic,
            [
                *of(question, ("asked_at", "Asked"), ("due_on", "To be answered by")),
                *facts(("asked_by", "Asked by", str(question.asked_by))),
                *texts_of(question, ("text", "Question")),
            ],
            parts=[_answer(answer) for answer in question.answers.all()],
        )
        for question in advice_of(record, record.trainee, today).order_by("asked_at", "pk")
    ]
    return Chapter("advice", "Questions to the External Moderator", pieces, nothing="Nothing was asked.")


def _answer(row: AdviceAnswer) -> Piece:
    return Piece(str(row.answered_by), [*of(row, ("answered_at", "Answered")), *texts_of(row, ("text", "Words"))])


def messages(record: TrainingRecord, today: date) -> Chapter:
    """The threads of messages that the trainee reads (T11)."""
    pieces = []
    for thread in threads_of(record, record.trainee, today).order_by("begun_at", "pk"):
        told = facts(("to", "Between you and", tuple(addressed_to(thread))), ("begun_at", "Begun", thread.begun_at))
        parts = [
            Piece(
                f"{row.written_by}, {day(row.written_at.date())}",
                [*of(row, ("role", "As"), ("written_at", "Written")), *texts_of(row, ("text", "Words"))],
            )
            for row in messages_of(thread)
        ]
        pieces.append(Piece(thread.subject, told, parts=parts))
    return Chapter("messages", "Messages", pieces, nothing="None was written.")


def cpd(record: TrainingRecord, today: date) -> Chapter:
    """The CPD log, drafts included (T10)."""
    rows = cpd_visible_to(record.trainee, today).filter(record=record).order_by("done_on", "pk")
    pieces = [
        Piece(
            row.title,
            [
                *of(row, ("kind", "Kind"), ("done_on", "Done"), ("minutes", "Minutes"), ("state", "State")),
                *of(row, ("entered_at", "Entered")),
                *texts_of(row, ("activity", "What you did"), ("reflection", "What you think of it")),
                *texts_of(row, ("answer", "Your answer to the scan")),
            ],
        )
        for row in rows
    ]
    return Chapter("cpd", "CPD log", pieces, nothing="It has no entry.")
