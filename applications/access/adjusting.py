"""Who asks for a reasonable adjustment, reads why, asks back and decides (A5, E6)."""

from __future__ import annotations

from datetime import date

from applications.models import (
    AdjustmentRequest,
    Application,
)
from applications.states import (
    QUESTIONABLE,
    UNDECIDED_ADJUSTMENT,
    AdjustmentState,
    ApplicationState,
)
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, late, no
from ctts.organisations.access import holds
from ctts.organisations.states import Role


def reads_adjustments(user: User, today: date) -> bool:
    """Whether somebody is a named reader of adjustments; others see their own requests only (A5)."""
    return holds(user, Role.ADJUSTMENTS, today)


def can_read_reason(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """The reason of an adjustment is for the person and for named readers only (A5)."""
    if user.pk == asked.person_id or reads_adjustments(user, today):
        return YES
    return no("Only the person and the named readers of adjustments can read this.")


ONLY_A_READER = "Only a named reader of adjustments does this, and not for themselves."
NO_QUESTION = "No question waits for your answer."
MOST_OPEN = 5  # requests of one person that wait: whoever has more to say answers a question, or withdraws one


def can_ask_adjustment(user: User) -> Verdict:
    """Whoever applies or trains, at any time; five requests of a person wait at most (E6)."""
    own = Application.objects.filter(applicant=user)
    if not own.exclude(state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN]).exists():
        return no("Whoever applies to the scheme or trains in it asks for an adjustment. Begin an application first.")
    if user.adjustment_requests.filter(state__in=UNDECIDED_ADJUSTMENT).count() >= MOST_OPEN:
        return late(f"{MOST_OPEN} of your requests wait for a decision. Withdraw one, or wait until one is decided.")
    return YES


def can_withdraw_adjustment(user: User, asked: AdjustmentRequest) -> Verdict:
    """The person withdraws a request until it is decided (E6)."""
    if user.pk != asked.person_id:
        return no("Only the person who asked withdraws a request.")
    if asked.state not in UNDECIDED_ADJUSTMENT:
        return late(f"It can no longer be withdrawn: it is now “{asked.get_state_display()}”.")
    return YES


def _as_reader(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    return YES if user.pk != asked.person_id and reads_adjustments(user, today) else no(ONLY_A_READER)


def can_question_adjustment(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """A named reader asks the person while they have to decide or review it, one question at a time (A5)."""
    reader = _as_reader(user, asked, today)
    if reader and asked.question_at is not None:
        return late("A question waits for an answer already. Ask the next one after that.")
    if reader and asked.state not in QUESTIONABLE:
        return late(f"There is nothing to ask any more: it is now “{asked.get_state_display()}”.")
    return reader


def can_answer_about_adjustment(user: User, asked: AdjustmentRequest) -> Verdict:
    """The person answers the question that waits (E6)."""
    if user.pk != asked.person_id:
        return no("Only the person who asked for the adjustment answers.")
    return YES if asked.question_at is not None else late(NO_QUESTION)


def can_decide_adjustment(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """A named reader decides what was not withdrawn, and decides anew; nobody does so for themselves (A5)."""
    reader = _as_reader(user, asked, today)
    if reader and asked.state == AdjustmentState.WITHDRAWN:
        return late("The person has withdrawn this request; there is nothing to decide.")
    return reader


def can_continue_adjustment(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """What is under review may go on unchanged (A5)."""
    decide = can_decide_adjustment(user, asked, today)
    if decide and asked.state != AdjustmentState.UNDER_REVIEW:
        return late(f"It is not under review: it is now “{asked.get_state_display()}”.")
    return decide
