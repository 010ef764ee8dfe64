"""Who names an external person for a DOPS, sends and ends their link, and what the link opens (T5, quality rule 14)."""

from __future__ import annotations

from datetime import date, datetime

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from training.access.dops import OPEN
from training.access.record import is_running, is_supervisor
from training.models import Dops, ExternalAssessor, HandOver, TrainingRecord
from training.states import DOPS_MOVES, AssessorKind, ExternalStanding

_S = ExternalStanding
Doer = User | ExternalAssessor | HandOver
"""Who acts on a DOPS: a person with an account, whoever came with a one-time link, or who was handed a device."""
SHUT: dict[ExternalStanding, str] = {
    _S.PROPOSED: "The Training Supervisor has not sent this link yet. You get a mail when they have.",
    _S.EXPIRED: "This link opened for 28 days, and they are over. Ask the Training Supervisor for a new one.",
    _S.SIGNED: "You have signed this assessment. Nothing more is needed; a copy was mailed to you.",
    _S.DECLINED: "You have declined this assessment. Nothing more is needed.",
    _S.PASSED_ON: "This was passed on to somebody else. Nothing more is needed from you.",
    _S.NOT_ME: "Somebody said that this link reached the wrong person. If you are the right one, ask the Training "
    "Supervisor for a new link.",
    _S.LOCKED: "A wrong code was given five times, so this link is closed. Ask the Training Supervisor for a new link, "
    "and for its code by telephone or in person.",
    _S.REPLACED: "A newer link took the place of this one. Open the link in the newest mail: what was saved by this "
    "one stands there.",
    _S.TAKEN_BACK: "This request was taken back; the mail about it says by whom. Nothing is needed from you.",
}
# What a new link to the same person may follow: one that opens still, and one that closed without an answer.
RENEWED = {_S.OPEN, _S.EXPIRED, _S.LOCKED, _S.TAKEN_BACK}


def writer_of(by: Doer) -> User | ExternalAssessor:
    """Whose words it is that are written: of whoever was handed a device, the assessor's."""
    return by.assessor if isinstance(by, HandOver) else by


def can_name_external(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The current Training Supervisor asks an external person for a DOPS (T5, quality rule 14)."""
    return both(is_supervisor(user, record, today), is_running(record))


def can_name_another(user: User, dops: Dops, today: date) -> Verdict:
    """The Training Supervisor names who shall assess, in the place of whoever was named before, until it is signed."""
    may = can_name_external(user, dops.record, today)
    if may and (dops.assessor_kind != AssessorKind.EXTERNAL or dops.state not in OPEN):
        return late("This DOPS waits for no external assessor.")
    return may


def can_renew_link(user: User, external: ExternalAssessor, now: datetime) -> Verdict:
    """The Training Supervisor sends the person who was approved last a new link with a new code (T5)."""
    may = can_name_another(user, external.dops, london_date(now))
    if may and (external.approved_at is None or external.standing(now) not in RENEWED):
        return late(f"No new link can be sent to them: it is “{external.standing(now).label}”. Name somebody instead.")
    return may


def can_take_back_link(user: User, external: ExternalAssessor, now: datetime) -> Verdict:
    """The Training Supervisor takes a link back that has not been answered (T5)."""
    may = can_name_another(user, external.dops, london_date(now))
    if may and external.standing(now) != ExternalStanding.OPEN:
        return late(f"There is nothing to take back: it is “{external.standing(now).label}”.")
    return may


def can_see_code(user: User, external: ExternalAssessor, now: datetime) -> bool:
    """Whether somebody tells the assessor the code of an open link: the trainee or the Training Supervisor."""
    if not can_come_by_link(external, now):
        return False
    record = external.dops.record
    return user.pk == record.trainee_id or bool(is_supervisor(user, record, london_date(now)))


def can_hold_link(person_id: int | None, external: ExternalAssessor) -> Verdict:
    """Whether a browser in which this person is signed in, or nobody (None), may use a link: never the trainee's own.

    An assessor who borrows the trainee's telephone would leave the link behind in it.
    """
    if person_id == external.dops.record.trainee_id:
        return no(
            f"You are signed in as the trainee, and this link is for {external.name}. Sign out first, or let them open "
            "it on a device of their own. Nobody assesses their own training."
        )
    return YES


def can_come_by_link(external: ExternalAssessor, now: datetime) -> Verdict:
    """Whether a link opens now: approved, not ended, not too old, while the training goes on (quality rule 14)."""
    standing = external.standing(now)
    if standing == ExternalStanding.REPLACED and _is_another(external):
        return late("Somebody else was asked to assess this in your place. Nothing is needed from you.")
    if standing != ExternalStanding.OPEN:
        return late(SHUT[standing])
    if not is_running(external.dops.record) or external.dops.state not in OPEN:
        return late("This assessment is not needed any more. Nothing is asked of you.")
    return YES


def _is_another(before: ExternalAssessor) -> bool:
    """Whether the newest request for a DOPS went to somebody else than the one before it."""
    last = ExternalAssessor.objects.filter(dops=before.dops_id).order_by("-named_at", "-pk").first()
    return last is not None and last.email.casefold() != before.email.casefold()


def can_write_by_link(external: ExternalAssessor, now: datetime) -> Verdict:
    """Whoever came with an open link writes once its code was given (T5, quality rule 14)."""
    may = can_come_by_link(external, now)
    if may and external.code_given_at is None:
        return late("Give the code first: the trainee or the Training Supervisor tells you.")
    return may


def can_countersign(user: User, dops: Dops, today: date) -> Verdict:
    """The current Training Supervisor countersigns what an external person signed for the first time (T5)."""
    who = both(is_supervisor(user, dops.record, today), is_running(dops.record))
    return both(who, can_move(dops, DOPS_MOVES, "countersign"))
