"""What assessments tell of a record that is taken away (quality rule 18): released outcomes, and the trainee's own.

Nothing of an outcome, a decision, a sheet or a mark before its release, however the trainee asks (F1, quality rule 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assessments import access
from assessments.models import FirstYear, MarkSheet, Outcome, Portfolio, StageAttempt, Viva
from assessments.queries import marking
from assessments.queries.first_year import confirmations_of, decided, frozen_lines, put_forwards_of, returns_of
from assessments.queries.outcomes import percent_of, released_outcomes
from assessments.queries.stages import attempt_of
from assessments.rules import points_of
from assessments.states import Result, Stage, VivaState
from ctts.common.templatetags.formats import day
from training.models import TrainingRecord
from training.queries import Chapter, Fact, Piece
from training.queries.told import copied, facts, of, signed, texts_of

SEALED = "Decisions, marks and outcomes that are not released yet are not part of it."
NOTHING = "Nothing was assessed or released yet."


def assessed(record: TrainingRecord, today: date) -> Chapter:
    """The first years as the trainee went through them, released outcomes with their sheets, portfolios, vivas."""
    first_years = FirstYear.objects.filter(record=record).order_by("attempt")
    pieces = [
        *(_outcome(row, record, today) for row in reversed(released_outcomes(record, record.trainee, today))),
        *(_first_year(row) for row in first_years),
        *(_portfolio(row) for row in _portfolios(record)),
        *(_viva(row) for row in _vivas(record)),
    ]
    return Chapter("assessments", "Assessments", pieces, lede=SEALED, nothing=NOTHING)


def _outcome(row: Outcome, record: TrainingRecord, today: date) -> Piece:
    told = [
        *of(row, ("stage", "Stage"), ("attempt", "Attempt"), ("result", "Result"), ("released_at", "Released")),
        *facts(("mark", "Mark", percent_of(row))),
    ]
    decision = decided(row) if row.stage == Stage.FIRST_YEAR else None
    if decision is not None:
        told += of(decision, ("actions_by_on", "To be done by"))
        words = (("words", "What the External Moderator wrote"), ("actions", "To be done"))
        parts = signed([decision], *words)
    else:
        told += texts_of(row, ("reasons", "Reasons"))
        parts = _sheets(row, record, today)
    return Piece(f"Outcome: {row}", told, parts=parts)


def _sheets(row: Outcome, record: TrainingRecord, today: date) -> list[Piece]:
    """What both markers wrote of a released attempt (F3)."""
    attempt = attempt_of(row)
    if attempt is None or not access.can_see_both(record.trainee, attempt, today):
        return []
    found = marking.both_sheets(attempt)
    return [_sheet(sheet, attempt) for sheet in (found.external, found.supporting)] if found else []


def _sheet(sheet: MarkSheet, attempt: StageAttempt) -> Piece:
    marks = marking.marks_of(sheet)
    told = [*of(sheet, ("result", "Result"), ("submitted_at", "Submitted")), *texts_of(sheet, ("words", "Words"))]
    points = []
    for point in points_of(attempt.stage):
        row = marks.get(point.key)
        if row is not None:
            answer = str(row.score) if row.score is not None else Result(row.result).label if row.result else ""
            said = [*facts(("answer", "Answer", answer), ("pages", "Pages", row.pages))]
            points.append(Piece(point.title, [*said, *texts_of(row, ("words", "Words"))]))
    return Piece(f"Sheet of the {sheet.get_role_display()}", told, parts=points)


def _first_year(row: FirstYear) -> Piece:
    """What is told openly of an attempt: confirmations, putting forward, returns by the moderator."""
    parts = [
        *signed(confirmations_of(row), ("reason", "Why it was withdrawn")),
        *(
            Piece(
                f"Put forward on {day(put.put_forward_at)}",
                facts(("by", "By", str(put.put_forward_by)), ("at", "When", put.put_forward_at)),
                parts=[
                    Piece(line.label, facts(("number", "Number", line.number), ("met", "Met", line.met)))
                    for line in frozen_lines(put, None)
                ],
            )
            for put in reversed(put_forwards_of(row))
        ),
        *(
            Piece("Sent back", [*of(back, ("returned_at", "When")), *texts_of(back, ("reason", "Why"))])
            for back in reversed(returns_of(row, with_office=False))
        ),
    ]
    return Piece(str(row), of(row, ("attempt", "Attempt"), ("opened_at", "Begun")), parts=parts)


def _portfolios(record: TrainingRecord) -> Sequence[Portfolio]:
    rows = Portfolio.objects.filter(attempt__record=record).select_related("attempt", "document", "receipt")
    return list(rows.order_by("attempt__attempt"))


def _portfolio(row: Portfolio) -> Piece:
    told: list[Fact] = of(
        row,
        ("state", "State"),
        ("source", "Where it came from"),
        ("pages", "Pages"),
        ("made_at", "Made"),
        ("sealed_at", "Sealed"),
        ("content_sha256", "SHA-256 of the PDF"),
    )
    receipt = getattr(row, "receipt", None)
    parts = signed([receipt]) if receipt is not None else []
    return Piece(f"Portfolio, attempt {row.attempt.attempt}", told, copied(("Portfolio", row.document)), parts)


def _vivas(record: TrainingRecord) -> Sequence[Viva]:
    rows = Viva.objects.filter(attempt__record=record, state__in=[VivaState.BOOKED, VivaState.HELD])
    return list(rows.select_related("attempt").order_by("attempt__attempt"))


def _viva(row: Viva) -> Piece:
    told = of(row, ("state", "State"), ("starts_at", "Begins"), ("minutes", "Minutes"), ("held_on", "Held"))
    return Piece(f"Viva, attempt {row.attempt.attempt}", told)
