"""The next gate in a few lines, counted by the query of the requirement strip (Y, F3; screens 23)."""

from __future__ import annotations

from django.urls import reverse

from assessments.access import Attempt
from assessments.queries.first_year import attempt_of
from assessments.rules.first_year import GateLine
from assessments.states import Stage
from training.models import TrainingRecord
from training.queries import AheadLine, GateAhead

FIRST_YEAR = str(Stage.FIRST_YEAR.label)


def first_year_ahead(record: TrainingRecord) -> GateAhead:
    """The lines of the first-year gate while an attempt is open (Y1 to Y6); else why none is.

    While it is away nothing is said of what moderator or office decided (F1).
    """
    attempt, url = attempt_of(record), reverse("assessments:record", args=[record.pk])
    if not attempt.may:
        return GateAhead(FIRST_YEAR, attempt.may.why, url)
    return GateAhead(FIRST_YEAR, _words(attempt), url, [_line(line) for line in attempt.gate.lines])


def _words(attempt: Attempt) -> str:
    if attempt.is_away:
        return "It is put forward; the outcome is shown once it is released."
    if attempt.gate.is_open:
        return "Every line is met: it can be put forward."
    met = sum(line.met for line in attempt.gate.lines)
    return f"{met} of {len(attempt.gate.lines)} lines are met."


def _line(line: GateLine) -> AheadLine:
    have = f"{line.have} open" if line.at_most else f"{line.have} of {line.need}"
    return AheadLine(line.label, have, line.met)
