"""What changes of circumstances ask of whom, a lost supervisor among them, computed from their states (E5, N)."""

from __future__ import annotations

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import OFFICES, WaitingRow, nudging
from training.models import ChangeRequest, TrainingRecord
from training.queries.alone import Loss, losses_of
from training.queries.part import NOBODY_APPOINTED, DutiesOf, Part, Rows, ids, waits_for_trainee
from training.states import ChangeKind, ChangeState

SUPERVISOR, TRAINEE, OFFICE = "Training Supervisor", "trainee", "scheme office"
THE_OFFICE = "The scheme office"


def _changes(part: Part) -> Rows:
    """The trainee sends what is written, the supervisor answers, the office decides, or goes on without a supervisor.

    Nobody in the office decides about their own training, nor about one in which they have a part.
    """
    own, supervised = ids(part.own), ids(part.supervised)
    for change in part.changes:
        kind, trainee = change.get_kind_display(), str(change.record.trainee)
        if change.record_id in own:
            if change.state == ChangeState.DRAFT:
                yield _row("Send or withdraw a request", change, kind, TRAINEE, "Read")
        elif change.record_id in supervised:
            if change.state == ChangeState.AWAITING_SUPPORT:
                yield _row("Answer a request", change, f"{trainee}, {kind}", SUPERVISOR)
        elif part.decides and change.record_id not in part.around:
            verb = "Decide" if change.state == ChangeState.AWAITING_DECISION else "Go on with"
            yield _row(f"{verb} a change of circumstances", change, f"{trainee}, {kind}", OFFICE)


def _changes_with_others(part: Part) -> Rows:
    """The trainee waits for the supervisor and the office; the supervisor, once they have answered, for the office."""
    own, supervised = ids(part.own), ids(part.supervised)
    for change in part.changes:
        kind = change.get_kind_display()
        if change.record_id in own and change.state == ChangeState.AWAITING_SUPPORT:
            row = _row("Answer a request", change, f"{part.own_supervisors[change.record_id]}, {kind}")
            waits = part.waits_for_supervisor(f"change:{change.pk}", part.running[change.record_id])
            yield nudging(row, waits, NOBODY_APPOINTED)
        elif change.state == ChangeState.AWAITING_DECISION:
            if change.record_id in own:
                yield nudging(_row("Decide a request", change, f"{THE_OFFICE}, {kind}"), None, OFFICES)
            elif change.record_id in supervised and _answered(change) == part.user.pk:
                about = f"{THE_OFFICE}, {kind} of {change.record.trainee}"
                yield nudging(_row("Decide a request", change, about), None, OFFICES)


def _alone(part: Part) -> Rows:
    """A trainee whom nobody supervises names another Training Supervisor, by a request (E5)."""
    own = [record for record in part.alone if record.trainee_id == part.user.pk]
    losses = losses_of(ids(own), part.today) if own else {}
    for record in own:
        yield _another(record, str(losses.get(record.pk, Loss())), TRAINEE)


def _alone_with_others(part: Part) -> Rows:
    """Their Training Co-ordinator waits for them (T7)."""
    for record in part.alone:
        if record.trainee_id != part.user.pk:
            yield nudging(_another(record, str(record.trainee)), waits_for_trainee(f"alone:{record.pk}", record), "")


def _another(record: TrainingRecord, about: str, role: str = "") -> WaitingRow:
    url = reverse("training:change_new", args=[record.pk, ChangeKind.SUPERVISOR])
    if not role:
        url = reverse("training:people", args=[record.pk])
    return WaitingRow("Name another Training Supervisor", url, about, role, button="Name them")


def _answered(change: ChangeRequest) -> int | None:
    """Who has said their word about it."""
    return change.answer.answered_by_id if hasattr(change, "answer") else None


def _row(what: str, change: ChangeRequest, about: str, role: str = "", button: str = "Open") -> WaitingRow:
    since = london_date(change.sent_at or change.written_at)
    url = reverse("training:change", args=[change.pk])
    return WaitingRow(what, url, about, role, since, button=button, record=change.record_id)


CHANGE_DUTIES: tuple[DutiesOf, ...] = (_alone, _changes)
CHANGE_OTHERS: tuple[DutiesOf, ...] = (_alone_with_others, _changes_with_others)
