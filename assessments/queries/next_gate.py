"""What the first page of a record and the agenda of a review say of the gate that comes next: the first year, then the
portfolio (screens 2, 23)."""

from __future__ import annotations

from django.urls import reverse

from assessments.access import Attempt
from assessments.queries.first_year import attempt_of, bare_strip_of, released_first_years, strip_of
from assessments.states import Result, Stage
from ctts.common.strips import Counted, Requirement
from training.models import TrainingRecord
from training.queries import GateReader, NextGate
from training.rules import Readiness

FIRST_YEAR, FINAL = str(Stage.FIRST_YEAR.label), "Final Assessment"
PASSED = "The first year is passed. Practical, Portfolio and Viva come next, in this order."


def gate_to_come(record: TrainingRecord, counts: Readiness, reader: GateReader | None) -> NextGate:
    """The lines of the first-year gate while it is open to them (Y1 to Y6); once it is passed what the portfolio asks
    of the competencies (F3); else why no attempt is open. Without a reader, the numbers alone."""
    url, released = reverse("assessments:record", args=[record.pk]), released_first_years(record)
    if any(row.result == Result.PASS for row in released):
        return NextGate(FINAL, PASSED, url, [_all_signed(record, counts, reader)])
    attempt = attempt_of(record, released)
    if not attempt.may:
        return NextGate(FIRST_YEAR, attempt.may.why, url)
    if reader is None:
        return NextGate(FIRST_YEAR, _words(attempt), url, bare_strip_of(attempt))
    rows = strip_of(attempt, reader.person, reader.today, reader.supervisors, reader.moderators)
    return NextGate(FIRST_YEAR, _words(attempt), url, rows)


def _words(attempt: Attempt) -> str:
    """Where the open attempt lies; the same for the moderator and the office, so that it tells no outcome (F1)."""
    if attempt.is_away:
        return "It is put forward; the numbers are those of today. The outcome is shown once it is released."
    if attempt.gate.is_open:
        return "Every line is met: the Training Supervisor can put it forward to the External Moderator."
    return "It opens when every line is met, and goes to the External Moderator, who decides."


def _all_signed(record: TrainingRecord, counts: Readiness, reader: GateReader | None) -> Requirement:
    """The portfolio is complete only if every competency is signed (F3)."""
    matrix, supervisors = reverse("training:competencies", args=[record.pk]), reader.supervisors if reader else ()
    missing = counts.total - counts.signed
    signed = Counted(f"{counts.signed} signed", counts=True, url=f"{matrix}?state=signed")
    others = Counted(f"{missing} not signed", counts=False, url=matrix)
    return Requirement(
        label="Competencies signed, every one for the Portfolio",
        needed=max(1, counts.total),
        counted=counts.signed,
        waiting=counts.submitted,
        rule="F3",
        closed=f"{counts.signed} of {counts.total} signed; {missing} missing.",
        waits_for=str(supervisors[0]) if supervisors else "",
        items=[signed, others] if missing else [signed],
    )
