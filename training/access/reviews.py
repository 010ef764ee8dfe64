"""Who writes, signs, acknowledges and submits a Supervisor Review (T4)."""

from __future__ import annotations

from datetime import date

from ctts.accounts.models import User
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import on_day
from training.access.record import appointed, is_running, is_supervisor, is_trainee
from training.models import Appointment, ProgressReport, ReviewAction, SupervisorReview, TrainingRecord
from training.states import REVIEW_MOVES, REVIEW_OF_BOTH, REVIEW_UNSIGNED, AppointmentKind, ReviewState

AT_THE_MEETING = "if you were at the meeting"


def can_write_review(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The current Training Supervisor writes reviews while training goes on (T4)."""
    return both(is_supervisor(user, record, today), is_running(record))


def can_change_review(user: User, review: SupervisorReview, today: date) -> Verdict:
    """The current Training Supervisor changes a review until it is signed, and after the trainee sent it back (T4)."""
    who = can_write_review(user, review.record, today)
    if who and review.state == ReviewState.DISCARDED:
        return late("This draft was discarded. Write a new review.")
    if who and review.state != ReviewState.DRAFT:
        return late("This review is signed. The trainee can send it back to be changed.")
    return both(who, is_own_draft(user, review, AT_THE_MEETING))


def can_sign_review(user: User, review: SupervisorReview, today: date) -> Verdict:
    """The current Training Supervisor signs a review that they wrote or took over (T4)."""
    who = both(can_write_review(user, review.record, today), can_move(review, REVIEW_MOVES, "sign"))
    return both(who, is_own_draft(user, review, AT_THE_MEETING))


def is_own_draft(user: User, draft: SupervisorReview | ProgressReport, when: str) -> Verdict:
    """A draft says what one person knows: nobody signs another's unless they take it over, `when` they can (T4, T7)."""
    if draft.written_by_id == user.pk:
        return YES
    return late(f"{draft.written_by} wrote this draft. Take it over {when}, or discard it.")


def is_to_raise(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whose turn it is to raise the patient-safety concern that a signed review speaks of: the Training Supervisor's,
    or the Training Co-ordinator's while nobody with access supervises (T8)."""
    held = Appointment.objects.filter(on_day(today), record=record, kind=AppointmentKind.SUPERVISOR)
    co_ordinates = AppointmentKind.COORDINATOR in appointed(user, record, today)
    if co_ordinates and not held.filter(person__is_active=True).exists():
        return is_running(record)
    return can_write_review(user, record, today)


def can_settle_concern(user: User, review: SupervisorReview, today: date) -> Verdict:
    """The current Training Supervisor says what became of the patient-safety concern that a signed review speaks of
    (T8)."""
    who = can_write_review(user, review.record, today)
    if who and (review.state in REVIEW_UNSIGNED or not review.patient_safety_concern):
        return late("No signed patient-safety concern stands in this review.")
    return who


def can_take_over_review(user: User, review: SupervisorReview, today: date) -> Verdict:
    """The current Training Supervisor takes over a draft that a former one has left (T4)."""
    who = _draft_of_ones_own_trainee(user, review, today)
    return late("This draft is your own.") if who and review.written_by_id == user.pk else who


def can_discard_review(user: User, review: SupervisorReview, today: date) -> Verdict:
    """The current Training Supervisor discards a draft that will not be signed, whoever wrote it (T4)."""
    return _draft_of_ones_own_trainee(user, review, today)


def _draft_of_ones_own_trainee(user: User, review: SupervisorReview, today: date) -> Verdict:
    return both(can_write_review(user, review.record, today), can_move(review, REVIEW_MOVES, "discard"))


def can_acknowledge_review(user: User, review: SupervisorReview) -> Verdict:
    """The trainee acknowledges what the supervisor signed (T4)."""
    who = both(is_trainee(user, review.record), is_running(review.record))
    return both(who, can_move(review, REVIEW_MOVES, "acknowledge"))


def can_send_back_review(user: User, review: SupervisorReview) -> Verdict:
    """The trainee sends back what the supervisor signed, with a reason (T4)."""
    who = both(is_trainee(user, review.record), is_running(review.record))
    return both(who, can_move(review, REVIEW_MOVES, "send_back"))


def can_submit_review(user: User, review: SupervisorReview, today: date) -> Verdict:
    """The current Training Supervisor submits to the office what both have signed (T4)."""
    return both(can_write_review(user, review.record, today), can_move(review, REVIEW_MOVES, "submit"))


def can_print_review(review: SupervisorReview) -> Verdict:
    """Whoever reads a review may have it as PDF once the trainee has acknowledged what the supervisor signed (T4)."""
    if review.state not in REVIEW_OF_BOTH:
        return late(f"A PDF is made of a review that both have signed: this one is “{review.get_state_display()}”.")
    return YES


def can_close_action(user: User, action: ReviewAction, today: date) -> Verdict:
    """Trainee and current Training Supervisor close an agreed action, once (T4)."""
    record = action.review.record
    if user.pk != record.trainee_id and not is_supervisor(user, record, today):
        return no("The trainee or the current Training Supervisor closes an action.")
    if action.review.state in REVIEW_UNSIGNED:
        return late("This action is not agreed yet: its review is not signed.")
    if action.closed_at is not None:
        return late("This action is closed already.")
    return is_running(record)
