"""Who hands a device over for a DOPS, to whom, and what the one who holds it may do (T5, screens 11)."""

from __future__ import annotations

from datetime import date, datetime

from ctts.accounts.access import lacks_authenticator
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.verdict import YES, Verdict, late, no
from training.access.dops import OPEN, can_write_dops
from training.access.record import is_supervisor
from training.models import Dops, HandOver
from training.models.handing import OPEN_FOR, WRITES_FOR
from training.states import AssessorKind, HandOverEnd

OVER: dict[HandOverEnd, str] = {
    HandOverEnd.SIGNED: "This DOPS is signed.",
    HandOverEnd.HANDED_BACK: "The device was handed back before anything was signed. What was saved stays.",
    HandOverEnd.UNLOCKED: "The owner has unlocked this device. What was saved stays.",
    HandOverEnd.SIGNED_OUT: "Somebody signed out of this device. What was saved stays.",
    HandOverEnd.REPLACED: "This DOPS was handed over once more, on another device or later on this one.",
}


def can_hand_over(user: User, dops: Dops, today: date) -> Verdict:
    """The trainee or the Training Supervisor hands their own device to the assessor, who can write now (T5).

    Only somebody with an account is handed a device: an external person has a link of their own (quality rule 14).
    """
    if user.pk == dops.assessor_id:
        return no("You assess this DOPS yourself: fill it in under your own sign-in.")
    if user.pk != dops.record.trainee_id and not is_supervisor(user, dops.record, today):
        return no("The trainee or the Training Supervisor hands a device over.")
    if dops.state not in OPEN:
        return late(f"There is nothing to hand over for: this DOPS is “{dops.get_state_display()}”.")
    if dops.assessor is None:
        return late("An external assessor uses the link that was mailed to them, on a device of their own.")
    if dops.assessor_kind == AssessorKind.COLLEAGUE and dops.approved_at is None:
        return late(f"Once the Training Supervisor has approved {dops.assessor}, you can hand them this device.")
    if lacks_authenticator(dops.assessor):
        return late(f"{dops.assessor} has to set up their second factor first, on a device of their own.")
    if not can_write_dops(dops.assessor, dops, today):
        return late(f"{dops.assessor} cannot assess this DOPS any more.")
    return YES


def can_come_handed(handed: HandOver, now: datetime) -> Verdict:
    """Whether a device that was handed over still opens its DOPS: not ended, not older than twelve hours (T5)."""
    if handed.ended_as:
        return late(OVER[HandOverEnd(handed.ended_as)])
    if handed.handed_at + OPEN_FOR <= now:
        return late("This device was handed over more than 12 hours ago. Hand it back: its owner unlocks it.")
    if not can_write_dops(handed.assessor, handed.dops, london_date(now)):
        return late("This assessment is not needed any more. Nothing is asked of you.")
    return YES


def can_write_handed(handed: HandOver, now: datetime) -> Verdict:
    """The assessor writes on it within an hour of having proved who they are there (T5, quality rule 8)."""
    may = can_come_handed(handed, now)
    if may and (handed.begun_at is None or handed.begun_at + WRITES_FOR <= now):
        return late(f"Say first that you are {handed.assessor}: give your password or a code.")
    return may
