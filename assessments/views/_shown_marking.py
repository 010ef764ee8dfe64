"""From sheets to the parts of pages: the list of a marker, a sheet in lines, both sheets side by side."""

from fractions import Fraction

from django.urls import reverse

from applications import queries as applications
from assessments.queries import doubts_about
from assessments.queries import marking as queries
from assessments.queries.portfolio import portfolio_behind
from assessments.queries.stages import outcome_of
from assessments.queries.viva import viva_of_attempt
from assessments.rules import display_mark, points_of
from assessments.states import MarkSheetState, OutcomeState, Result, Stage
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import zoned


def marking_row(row):
    """One line of a marker's list; of the other sheet nothing is known here."""
    return {
        "row": row,
        "url": reverse("assessments:marking", args=[row.attempt.pk]),
        "badge": _row_badge(row),
        "verb": _verb(row),
    }


def _row_badge(row):
    if row.sheet is not None and row.sheet.state == MarkSheetState.SUBMITTED:
        return badge_for("submitted", "Submitted", "marksheet")
    if row.passed_by:
        return badge_for("submitted", "Marked before you", "marksheet")
    if row.waits:
        return badge_for("waiting", "Later")
    return badge_for("open", "Begun") if row.sheet else badge_for("due", "To mark")


def _verb(row):
    if (row.sheet is not None and row.sheet.state == MarkSheetState.SUBMITTED) or row.waits:
        return "Open"
    return "Go on" if row.sheet else "Start"


def marked(attempt):
    """What is marked: the sealed portfolio with its contents, or the viva with its time and the portfolio before it."""
    found = portfolio_behind(attempt)
    return {
        "viva": viva_of_attempt(attempt.record, attempt.attempt) if attempt.stage == Stage.VIVA else None,
        "portfolio": found,
        "file_url": reverse("assessments:portfolio_file", args=[found.pk]) if found else "",
    }


def adjusted(attempt, role):
    """What is agreed for the trainee of a viva, for whoever examines (A5)."""
    examines = role is not None and attempt.stage == Stage.VIVA
    return applications.agreed_adjustments(attempt.record.trainee_id) if examines else []


def typed_sheet(sheet, marks):
    """A sheet as its form is filled."""
    fields = {"result": sheet.result, "words": sheet.words}
    for point, row in marks.items():
        fields[f"{point}_result"] = row.result
        fields[f"{point}_score"] = "" if row.score is None else str(row.score)
        fields[f"{point}_words"], fields[f"{point}_pages"] = row.words, row.pages
    return fields


def sheet_lines(sheet, marks):
    """A sheet as it is read: each point with answer, words and pages, then the whole."""
    lines = []
    for point in points_of(sheet.attempt.stage):
        row = marks.get(point.key)
        said = {"words": row.words, "pages": row.pages} if row else {"words": "", "pages": ""}
        lines.append({"title": point.title, "answer": answer(row), **said})
    return lines


def answer(row):
    """What a marker answered to a point, in a word."""
    if row is None:
        return ""
    return str(row.score) if row.score is not None else Result(row.result).label if row.result else ""


def own_submitted(sheet):
    """A marker's own submitted sheet."""
    return {
        "lines": sheet_lines(sheet, queries.marks_of(sheet)),
        "signature": shown_signature(sheet.signature),
        "percent": _percent(queries.percent_of(sheet)) if sheet.attempt.stage == Stage.VIVA else "",
    }


def _percent(value):
    return f"{display_mark(value)} %"


def both(found, attempt):
    """Both sheets side by side, their differences named, what they came to."""
    viva = attempt.stage == Stage.VIVA
    rows = [
        {
            "title": row.title,
            "differs": row.differs,
            "external": _cell(row.external),
            "supporting": _cell(row.supporting),
        }
        for row in found.points
    ]
    outcome = outcome_of(attempt)
    doubts = doubts_about(attempt.record_id, attempt.stage, attempt.attempt) if _was_disputed(outcome) else []
    return {
        "rows": rows,
        "sheets": [_head(found.external, viva), _head(found.supporting, viva)],
        "differences": _differences(found, viva),
        "outcome": outcome,
        "agreement": _agreement(outcome, doubts),
        "doubts": [] if outcome else doubts,
        "outcome_badge": badge_for(outcome.result, Result(outcome.result).label) if outcome else None,
        "outcome_mark": _outcome_mark(outcome),
        "is_released": outcome is not None and outcome.state == OutcomeState.RELEASED,
    }


def _was_disputed(outcome):
    """Whether markers differed, or the office queried what they agreed."""
    return outcome is None or outcome.was_settled


def _agreement(outcome, doubts):
    """How the outcome came about, as a notice: its tone and its title."""
    if not _was_disputed(outcome):
        return "good", "They agree"
    why = "The office queried it" if doubts else "They differed"
    return "info", f"{why}, and it was settled with reasons"


def _outcome_mark(outcome):
    if outcome is None or outcome.numerator is None:
        return ""
    return _percent(Fraction(outcome.numerator, outcome.denominator))


def _cell(row):
    return {"answer": answer(row), "words": row.words, "pages": row.pages, "tone": row.result}


def _head(sheet, viva):
    return {
        "sheet": sheet,
        "role": sheet.get_role_display(),
        "name": sheet.signature.printed_name,
        "badge": badge_for(sheet.result, Result(sheet.result).label),
        "percent": _percent(queries.percent_of(sheet)) if viva else "",
        "signature": shown_signature(sheet.signature),
    }


def _differences(found, viva):
    """Where the markers differ, in sentences."""
    said = [f"{row.title}: {answer(row.external)} and {answer(row.supporting)}." for row in found.differing]
    if not viva and found.results_differ:
        one, other = (Result(sheet.result).label.lower() for sheet in (found.external, found.supporting))
        said.append(f"Overall: the External Moderator says {one}, the Supporting Moderator {other}.")
    if viva:
        apart = abs(queries.percent_of(found.external) - queries.percent_of(found.supporting))
        said += [f"Overall: {display_mark(apart)} percentage points apart."] if apart else []
    return said


def when_words(viva):
    """When a viva is, in words."""
    return zoned(viva.starts_at) if viva and viva.starts_at else ""
