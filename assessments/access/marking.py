"""Who marks, and who reads a sheet when (F3, F4; quality rule 9): nobody else's before both are in."""

from __future__ import annotations

from datetime import date, datetime

from assessments.access.stages import PAIR, can_be_marked, is_released, marker_role
from assessments.models import MarkSheet, Portfolio, StageAttempt, Viva
from assessments.states import MarkSheetState, PortfolioState, Stage, StageState, VivaState
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.access import is_running

OPEN_TO_MARKING = (StageState.OPEN, StageState.MARKING)
NOT_A_MARKER = "Only the External and the Supporting Moderator mark this."


def is_marker(user: User, attempt: StageAttempt, today: date) -> Verdict:
    """Whether somebody is one of the two markers of an attempt on `today`."""
    return YES if marker_role(user, attempt.record, today) else no(NOT_A_MARKER)


def is_open_to_marking(attempt: StageAttempt, now: datetime) -> Verdict:
    """Whether an attempt can be marked now: its turn has come (F1), its portfolio is sealed, its viva has begun.

    The answer is the same whatever has become of either sheet, until both are in.
    """
    if attempt.state not in OPEN_TO_MARKING:
        return late("Both markers have submitted.")
    ready = _begun(attempt, now) if attempt.stage == Stage.VIVA else _sealed(attempt)
    turn = both(is_running(attempt.record), can_be_marked(attempt.record, Stage(attempt.stage)))
    return both(turn, ready)


def _sealed(attempt: StageAttempt) -> Verdict:
    sealed = Portfolio.objects.filter(attempt=attempt, state=PortfolioState.SEALED)
    return YES if sealed.exists() else late("The portfolio is not sealed yet.")


def _begun(attempt: StageAttempt, now: datetime) -> Verdict:
    begun = Viva.objects.filter(attempt=attempt, state=VivaState.BOOKED, starts_at__lte=now)
    return YES if begun.exists() else late("The viva has not begun yet.")


def can_start_sheet(user: User, attempt: StageAttempt, now: datetime) -> Verdict:
    """A marker starts their own sheet, once (F3, F4)."""
    may = both(is_marker(user, attempt, london_date(now)), is_open_to_marking(attempt, now))
    if may and own_sheet(user, attempt) is not None:
        return late("You have started your sheet.")
    return may


def own_sheet(user: User, attempt: StageAttempt) -> MarkSheet | None:
    """A marker's own sheet of an attempt; never another's."""
    rows = MarkSheet.objects.filter(attempt=attempt, marker=user).exclude(state=MarkSheetState.LEFT)
    return rows.first()


def can_fill_sheet(user: User, sheet: MarkSheet, now: datetime) -> Verdict:
    """A marker fills in and submits their own open sheet while they hold the role in which they began it (F3, F4)."""
    if user.pk != sheet.marker_id:
        return no("Only its marker fills in a sheet.")
    if marker_role(user, sheet.attempt.record, london_date(now)) != sheet.role:
        return no(f"You are not the {sheet.get_role_display()} of this trainee any more.")
    if sheet.state != MarkSheetState.OPEN:
        return late("You have submitted this sheet; it no longer changes.")
    return is_open_to_marking(sheet.attempt, now)


def both_in(attempt: StageAttempt) -> bool:
    """Whether both markers have submitted."""
    rows = MarkSheet.objects.filter(attempt=attempt, role__in=PAIR, state=MarkSheetState.SUBMITTED)
    return rows.count() == len(PAIR)


def can_see_both(user: User, attempt: StageAttempt, today: date) -> Verdict:
    """The two markers read both sheets once both are in; trainee and office once the outcome is released (F3)."""
    marker = bool(is_marker(user, attempt, today))
    if marker and both_in(attempt):
        return YES
    if marker:
        return late("You will see both when both are in.")
    reader = user.pk == attempt.record.trainee_id or holds(user, Role.OFFICE, today)
    if reader and is_released(attempt):
        return YES
    return no("The marks are sealed until they are released.")
