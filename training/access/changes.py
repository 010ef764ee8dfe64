"""Who asks for a change of circumstances, who supports it, who decides about it, and who reads of it (E5; G 3.3)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.months import in_words
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from training.access.ending import can_settle
from training.access.record import is_running, is_supervisor, is_trainee
from training.models import Appointment, ChangeRequest, TrainingRecord
from training.states import CHANGE_MOVES, CHANGES_TRAINING, AppointmentKind, ChangeState


def visible_changes(user: User, today: date) -> Q:
    """The condition for requests a person reads: their own, and what was sent to them to support or to decide (E5).

    The reason may be a private one: a supervisor reads what waits for their word or has it, the office all that was
    sent, nobody else anything. What follows from a request that is granted stands in the record.
    """
    sent = Q(sent_at__isnull=False)
    if holds(user, Role.OFFICE, today):
        return Q(record__trainee=user) | sent
    supervised = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.SUPERVISOR)
    asked = Q(state=ChangeState.AWAITING_SUPPORT) | Q(answer__answered_by=user)
    return Q(record__trainee=user) | (sent & asked & Q(record__in=supervised.values("record")))


def can_read_contact(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Where the trainee lives is read by themselves and by the office (E5)."""
    if user.pk == record.trainee_id or holds(user, Role.OFFICE, today):
        return YES
    return no("Only the trainee and the scheme office read this.")


def can_ask_for_change(user: User, record: TrainingRecord) -> Verdict:
    """The trainee asks, while training goes on (E5)."""
    return both(is_trainee(user, record), is_running(record))


def can_write_change(user: User, change: ChangeRequest) -> Verdict:
    """The trainee changes a request, and sends it, as long as it is not sent (E5)."""
    own = can_ask_for_change(user, change.record)
    if own and change.state != ChangeState.DRAFT:
        return late("This request was sent. Withdraw it and ask anew if something is to be different.")
    return own


def can_withdraw_change(user: User, change: ChangeRequest) -> Verdict:
    """The trainee withdraws a request until it is decided (E5)."""
    return both(is_trainee(user, change.record), can_move(change, CHANGE_MOVES, "withdraw"))


def can_answer_change(user: User, change: ChangeRequest, today: date) -> Verdict:
    """The current Training Supervisor supports, or does not support, what changes training (E5)."""
    if change.kind not in CHANGES_TRAINING:
        return no("The scheme office decides about this without the supervisor.")
    who = both(is_supervisor(user, change.record, today), is_running(change.record))
    return both(who, can_move(change, CHANGE_MOVES, "support"))


def can_go_on_without(user: User, change: ChangeRequest, today: date) -> Verdict:
    """The office goes on without the word of a supervisor who is away or has left (E5)."""
    who = both(can_settle(user, change.record, today), is_running(change.record))
    return both(who, can_move(change, CHANGE_MOVES, "support"))


def can_decide_change(user: User, change: ChangeRequest, today: date) -> Verdict:
    """The office decides once the supervisor has spoken; nobody their own, and nobody around the trainee (E5)."""
    who = both(can_settle(user, change.record, today), is_running(change.record))
    if who and change.state == ChangeState.AWAITING_SUPPORT:
        return late("It lies with the Training Supervisor. Wait for their answer, or go on without it.")
    return both(who, can_move(change, CHANGE_MOVES, "approve"))


def can_note_return(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The office notes that training goes on before an interruption was to end (E5)."""
    return both(can_settle(user, record, today), is_running(record))


def can_carry_out(change: ChangeRequest, today: date, from_on: date) -> Verdict:
    """What was granted for a day to come is carried out on that day, once, while training goes on (E5)."""
    if change.state != ChangeState.APPROVED or change.carried_out_at is not None:
        return late("This is carried out already, or was never granted.")
    if today < from_on:
        return late(f"This takes effect on {in_words(from_on)}.")
    return is_running(change.record)


def can_take_over(person: User, record: TrainingRecord) -> Verdict:
    """Whether somebody may become a trainee's Training Supervisor: nobody who moderates the trainee (E4, E5)."""
    judging = [
        AppointmentKind.EXTERNAL_MODERATOR,
        AppointmentKind.SUPPORTING_MODERATOR,
        AppointmentKind.ADJUDICATOR,
    ]
    held = Appointment.objects.filter(record=record, person=person, kind__in=judging)
    return late("They moderate or moderated this trainee, and do not supervise them.") if held.exists() else YES
