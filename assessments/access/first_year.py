"""Who confirms patient safety, puts an attempt forward, decides it, sends it back (Y1 to Y6; G 4.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from assessments.models import FirstYear, PutForward, SafetyConfirmation
from assessments.rules import Gate, StageAnswer
from assessments.states import FirstYearState
from ctts.accounts.models import User
from ctts.common.templatetags.formats import day
from ctts.common.verdict import YES, Verdict, both, late
from ctts.organisations.access import on_day
from training.access import is_external_moderator, is_running, is_supervisor
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind


@dataclass(frozen=True, slots=True)
class Attempt:
    """Where a record stands in its End of First Year Assessment, read at one instant (`queries.attempt_of`).

    `number` is the attempt that is open, and `may` whether there is one; `row` is missing until something was done for
    it, and `rows` are those of all attempts, the last first. `confirmation` is the one that stands of what was `signed`
    for it, oldest first; `put_forward` is the last one. `until` is the last day of a re-attempt. `queried_at`: when the
    office queried the decision about what was put forward last, so that it lies with the moderator again. `decided_at`:
    of the decision that waits for the office.
    """

    record: TrainingRecord
    number: int
    may: StageAnswer
    last: bool
    gate: Gate
    concerns: int
    row: FirstYear | None = None
    rows: tuple[FirstYear, ...] = ()
    signed: tuple[SafetyConfirmation, ...] = ()
    confirmation: SafetyConfirmation | None = None
    put_forward: PutForward | None = None
    until: date | None = None
    queried_at: datetime | None = None
    decided_at: datetime | None = None

    @property
    def state(self) -> FirstYearState:
        """The state of the attempt; one for which nothing was done yet is being prepared."""
        return FirstYearState(self.row.state) if self.row else FirstYearState.PREPARING

    @property
    def is_away(self) -> bool:
        """Whether it was put forward and is not back: with the moderator, or on its way through the office."""
        return self.state != FirstYearState.PREPARING

    def is_missed(self, today: date) -> bool:
        """Whether the re-attempt was not put forward by its last day."""
        return self.until is not None and today > self.until and self.put_forward is None


def prepares(user: User, attempt: Attempt, today: date) -> Verdict:
    """The current Training Supervisor, while training goes on and an attempt is open."""
    who = both(is_supervisor(user, attempt.record, today), is_running(attempt.record))
    if who and not attempt.may:
        return late(attempt.may.why)
    if who and attempt.until and attempt.is_missed(today):
        return late(f"The re-attempt had to be put forward by {day(attempt.until)}. The office decides what follows.")
    return who


def _no_concern_open(attempt: Attempt) -> Verdict:
    if not attempt.concerns:
        return YES
    one = attempt.concerns == 1
    return late(f"{attempt.concerns} patient-safety concern{' is' if one else 's are'} open. Close it first.")


def can_confirm_safety(user: User, attempt: Attempt, today: date) -> Verdict:
    """The current Training Supervisor confirms that no patient-safety concern is open, once for each attempt (Y2)."""
    return confirms_safety(prepares(user, attempt, today), attempt)


def confirms_safety(who: Verdict, attempt: Attempt) -> Verdict:
    """The same for a page that has asked already whether somebody prepares the attempt (`who`)."""
    if who and attempt.confirmation is not None:
        return late("Patient safety is confirmed already.")
    return both(who, _no_concern_open(attempt))


def can_withdraw_safety(user: User, attempt: Attempt, today: date) -> Verdict:
    """The current Training Supervisor takes the confirmation back, at any time before release (Y2).

    The answer is the same whether the moderator has decided or not: it tells nothing of an outcome (F1).
    """
    return withdraws_safety(prepares(user, attempt, today), attempt)


def withdraws_safety(who: Verdict, attempt: Attempt) -> Verdict:
    """The same for a page that has asked already whether somebody prepares the attempt (`who`)."""
    if who and attempt.confirmation is None:
        return late("There is no confirmation to withdraw.")
    return who


def can_put_forward(user: User, attempt: Attempt, today: date) -> Verdict:
    """The current Training Supervisor puts an attempt forward when every line of the gate is met (Y1 to Y6).

    The answer is the same with the moderator and on the way through the office (F1).
    """
    moderators = Appointment.objects.filter(on_day(today), kind=AppointmentKind.EXTERNAL_MODERATOR)
    return puts_forward(
        prepares(user, attempt, today), attempt, lambda: moderators.filter(record=attempt.record).exists()
    )


def puts_forward(who: Verdict, attempt: Attempt, has_moderator: Callable[[], bool]) -> Verdict:
    """The same for a page that has asked already whether somebody prepares the attempt (`who`)."""
    if who and attempt.is_away:
        return late("It was put forward. You hear when the outcome is released.")
    if who and not has_moderator():
        return late("No External Moderator is appointed at present. The office appoints one first.")
    return both(who, gate_verdict(attempt.gate))


def gate_verdict(gate: Gate) -> Verdict:
    """Whether the gate is open; a closed one names each line that keeps it closed (Y1 to Y6)."""
    if gate.is_open:
        return YES
    lines = "; ".join(f"{line.rule} {line.label}: {line.why.rstrip('.')}" for line in gate.unmet)
    return late(f"The gate is closed. {lines}.")


def can_decide(user: User, attempt: Attempt, today: date) -> Verdict:
    """The External Moderator decides what was put forward (Y); sending it back is theirs too."""
    who = both(is_external_moderator(user, attempt.record, today), is_running(attempt.record))
    if who and attempt.state == FirstYearState.PREPARING:
        return late("It does not lie with you: the Training Supervisor puts it forward.")
    if who and attempt.state == FirstYearState.DECIDED:
        return late("It is decided. The office confirms and releases it.")
    return who


def can_pass(attempt: Attempt) -> Verdict:
    """Whether a pass can be given now: no patient-safety concern is open, and the confirmation stands (Y2)."""
    if attempt.confirmation is None:
        return late("The confirmation of patient safety was withdrawn. Refer it, or send it back.")
    return _no_concern_open(attempt)
