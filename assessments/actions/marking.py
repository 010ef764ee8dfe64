"""Marking (F3, F4): each marker's own sheet, started, filled in, submitted; what both together make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments import access, notices
from assessments.actions._final import agree, fresh, lock_attempt, note
from assessments.models import Mark, MarkSheet, MarkSheetSignature, StageAttempt, Viva
from assessments.queries.marking import (
    BothSheets,
    both_sheets,
    marks_of,
    missing_of,
    outcome_content,
    scores_in_order,
    sheet_content,
    sheet_digest,
)
from assessments.rules import Joint, points_of, portfolio_outcome, viva_outcome, viva_percent, viva_result
from assessments.states import (
    MARK_SHEET_MOVES,
    STAGE_MOVES,
    VIVA_MOVES,
    MarkerRole,
    MarkSheetState,
    Result,
    Stage,
    StageState,
)
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.moves import change_state, move_rows
from ctts.common.verdict import Invalid, TooLate, require
from training.actions import holders, proof, tell
from training.states import AppointmentKind

SHEET_SIGNED_WORDS = (
    "I have marked this independently and by the criteria as they are shown here. These are my own marks."
)
CHANGED = "This sheet was changed in another window since you opened it. Nothing of yours was written over it."
MARK_FIELDS = ("result", "score", "words", "pages")
HOLDS = {
    MarkerRole.EXTERNAL: AppointmentKind.EXTERNAL_MODERATOR,
    MarkerRole.SUPPORTING: AppointmentKind.SUPPORTING_MODERATOR,
}


@transaction.atomic
def start_sheet(*, by: User, now: datetime, attempt_id: int) -> MarkSheet:
    """A marker starts their own sheet; what a predecessor in the role had left open is left as it is (F3, F4).

    Raises NotAllowed for anybody but the two markers, TooLate before the stage may be marked, when the portfolio is not
    sealed or the viva has not begun, and when a sheet of theirs, or of their role, is there already.
    """
    attempt = lock_attempt(attempt_id)
    require(access.can_start_sheet(by, attempt, now))
    role = MarkerRole(access.marker_role(by, attempt.record, london_date(now)) or "")
    of_role = MarkSheet.objects.filter(attempt=attempt, role=role).exclude(state=MarkSheetState.LEFT)
    if of_role.filter(state=MarkSheetState.SUBMITTED).exists():
        raise TooLate(f"The {role.label} before you has marked this attempt.")
    move_rows(of_role, MARK_SHEET_MOVES, "leave")
    sheet = MarkSheet.objects.create(attempt=attempt, marker=by, role=role, opened_at=now, changed_at=now)
    if attempt.state == StageState.OPEN:
        change_state(attempt, STAGE_MOVES, "start_marking")
    note("sheet.started", attempt, by=by, now=now, about=sheet, stage=str(attempt.stage))
    return sheet


@transaction.atomic
def save_sheet(
    *,
    by: User,
    now: datetime,
    sheet_id: int,
    marks: Mapping[str, Mapping[str, Any]],
    result: str,
    words: str,
    seen: str,
) -> MarkSheet:
    """Save a sheet as it is typed, finished or not: `marks` holds result or score, words and pages by point (F3, F4).

    `seen` is the version that the page was filled with. Raises NotAllowed, TooLate once it is submitted, StaleText when
    another window saved since, Invalid for what is no point, no result or no score of this stage.
    """
    sheet = _lock(sheet_id)
    require(access.can_fill_sheet(by, sheet, now))
    fresh(seen, sheet_digest(sheet), CHANGED)
    viva = sheet.attempt.stage == Stage.VIVA
    known = marks_of(sheet)
    for point in points_of(sheet.attempt.stage):
        given = {name: marks.get(point.key, {}).get(name) for name in MARK_FIELDS}
        _check_mark(point.key, given, viva=viva)
        _write_mark(sheet, known.get(point.key), point.key, given, viva=viva)
    if result and (viva or result not in Result.values):
        raise Invalid("The overall result is pass, refer or fail.", "result")
    sheet.result, sheet.words, sheet.changed_at = result, words.strip(), now
    sheet.save(update_fields=["result", "words", "changed_at"])
    return sheet


@transaction.atomic
def submit_sheet(
    *, by: User, now: datetime, sheet_id: int, seen: str, authentication: AuthenticationEvent
) -> MarkSheet:
    """The marker signs and submits the sheet as it was `seen`; when both are in, they agree or disagree (F3 to F5).

    Raises NotAllowed, TooLate when it is submitted or not complete, StaleText when it changed meanwhile.
    """
    sheet = _lock(sheet_id)
    attempt = sheet.attempt
    require(access.can_fill_sheet(by, sheet, now))
    fresh(seen, sheet_digest(sheet), CHANGED)
    missing = missing_of(sheet)
    if missing:
        raise TooLate(f"It is not complete. {' '.join(missing)}")
    MarkSheetSignature.objects.create(
        sheet=sheet,
        content=sheet_content(sheet),
        meaning="marked",
        statement=SHEET_SIGNED_WORDS,
        **proof(by, now, authentication, str(MarkerRole(sheet.role).label), seen),
    )
    _move_sheet(sheet, now)
    note("sheet.submitted", attempt, by=by, now=now, about=sheet, stage=str(attempt.stage))
    found = both_sheets(attempt)
    if found is not None:
        _when_both_are_in(attempt, found, by, now)
    return sheet


@transaction.atomic
def tell_markers(*, by: None, now: datetime, attempt_id: int) -> int:
    """Tell each of the two moderators once that a portfolio waits for their marking; returns how many were told (N).

    For the calendar: sealing, the release of the Practical and an appointment may come in any order. Does nothing while
    the portfolio may not be marked (F1), and nothing for who follows somebody who has marked it.
    """
    attempt = lock_attempt(attempt_id)
    if not access.is_open_to_marking(attempt, now):
        return 0
    told = 0
    in_already = set(attempt.sheets.filter(state=MarkSheetState.SUBMITTED).values_list("role", flat=True))
    for role, kind in HOLDS.items():
        for person in [] if role in in_already else holders(attempt.record, now, kind):
            context = {"attempt": attempt, "role": role.label}
            notice = notices.PORTFOLIO_TO_MARK
            tell(notice, attempt.record, person, about=attempt, now=now, key=str(attempt.pk), **context)
            told += 1
    return told


# --- steps ---


def _lock(sheet_id: int) -> MarkSheet:
    """A sheet of a locked attempt, as it is now."""
    attempt = lock_attempt(MarkSheet.objects.values_list("attempt_id", flat=True).get(pk=sheet_id))
    sheet = MarkSheet.objects.select_for_update(of=("self",), no_key=True).get(pk=sheet_id)
    sheet.attempt = attempt
    return sheet


def _check_mark(point: str, given: Mapping[str, Any], *, viva: bool) -> None:
    """A criterion has a result and no score, a domain a score and no result. Raises Invalid beside the field."""
    result, score = given["result"] or "", given["score"]
    if viva and (result or (score is not None and score not in range(5))):
        raise Invalid("A domain is marked 0 to 4.", f"{point}_score")
    if not viva and (score is not None or (result and result not in Result.values)):
        raise Invalid("A criterion is pass, refer or fail.", f"{point}_result")


def _write_mark(sheet: MarkSheet, known: Mark | None, point: str, given: Mapping[str, Any], *, viva: bool) -> None:
    """Write one point, if there is anything to write."""
    values = {
        "result": "" if viva else given["result"] or "",
        "score": given["score"] if viva else None,
        "words": (given["words"] or "").strip(),
        "pages": (given["pages"] or "").strip(),
    }
    if known is None:
        if any(value not in ("", None) for value in values.values()):
            Mark.objects.create(sheet=sheet, point=point, **values)
        return
    for name, value in values.items():
        setattr(known, name, value)
    known.save(update_fields=list(values))


def _move_sheet(sheet: MarkSheet, now: datetime) -> None:
    """Submit a sheet; that of a Viva has the result that its marks come to."""
    columns: dict[str, Any] = {"submitted_at": now}
    if sheet.attempt.stage == Stage.VIVA:
        numbers = access.numbers_for(sheet.attempt.record)
        columns["result"] = viva_result(viva_percent(scores_in_order(sheet), numbers), numbers)
    move_rows(MarkSheet.objects.filter(pk=sheet.pk), MARK_SHEET_MOVES, "submit", **columns)
    sheet.refresh_from_db(fields=["state", *columns])


def _when_both_are_in(attempt: StageAttempt, found: BothSheets, by: User, now: datetime) -> None:
    """The second sheet is in: the same outcome is agreed, another is a disagreement (F3 to F5). Both markers hear."""
    joint = _joint(attempt, found)
    if attempt.stage == Stage.VIVA:
        viva = Viva.objects.get(attempt=attempt)
        held_on = london_date(viva.starts_at or now)
        move_rows(Viva.objects.filter(pk=viva.pk), VIVA_MOVES, "hold", held_on=held_on)
        note("viva.held", attempt, by=by, now=now, about=viva, held_on=held_on.isoformat())
    if joint.result is None:
        change_state(attempt, STAGE_MOVES, "disagree")
        note("marks.disagreed", attempt, by=by, now=now, about=attempt, stage=str(attempt.stage))
    else:
        reasons = "" if joint.result == Result.PASS else _reasons(found)
        given: dict[str, Any] = {"content": outcome_content(found), "percent": joint.percent, "reasons": reasons}
        agree(attempt, joint.result, by=by, now=now, **given)
    for sheet in (found.external, found.supporting):
        context = {"attempt": attempt, "stage": attempt.get_stage_display(), "agreed": joint.result is not None}
        key = str(attempt.pk)
        tell(notices.MARKS_IN, attempt.record, sheet.marker, about=attempt, now=now, key=key, **context)


def _joint(attempt: StageAttempt, found: BothSheets) -> Joint:
    if attempt.stage == Stage.PORTFOLIO:
        return portfolio_outcome(found.external.result, found.supporting.result)
    scores = scores_in_order(found.external), scores_in_order(found.supporting)
    return viva_outcome(*scores, access.numbers_for(attempt.record))


def _reasons(found: BothSheets) -> str:
    """What both markers wrote about a result that is no pass, each under their function."""
    pairs = ((sheet.get_role_display(), sheet.words) for sheet in (found.external, found.supporting))
    return "\n\n".join(f"{role}: {words}" for role, words in pairs)
