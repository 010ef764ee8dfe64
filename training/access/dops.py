"""Who asks for, assesses, approves, acknowledges and voids a DOPS (T5, T11, E4)."""

from __future__ import annotations

from datetime import date

from applications.access import applying_now
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds, workplaces_of
from ctts.organisations.states import Role
from training.access.record import (
    appointed,
    is_external_moderator,
    is_in_training,
    is_running,
    is_supervisor,
    is_trainee,
)
from training.models import Appointment, Dops, ExternalAssessor, TrainingRecord
from training.states import DOPS_MOVES, DOPS_WRITTEN, AppointmentKind, AssessorKind, DopsState

OPEN = (DopsState.REQUESTED, DopsState.STARTED)
SUITABLE = (AssessorKind.COLLEAGUE, AssessorKind.EXTERNAL)


def assessor_kind(person: User, record: TrainingRecord, today: date) -> AssessorKind:
    """As what a person with an account would assess a trainee on `today` (T5, T11)."""
    held = appointed(person, record, today)
    if AppointmentKind.SUPERVISOR in held:
        return AssessorKind.SUPERVISOR
    if AppointmentKind.EXTERNAL_MODERATOR in held:
        return AssessorKind.EXTERNAL_MODERATOR
    return AssessorKind.COLLEAGUE


def can_be_assessor(person: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether a person may assess a trainee at all (T5, E4).

    Never the trainee, another trainee, or a former supervisor of this record; a suitable person works at the centre
    and does not apply to the scheme. Who applies is not said: the reader need not know.
    """
    kind = assessor_kind(person, record, today)
    may = _may_assess_as(kind, person, record, today)
    if may and kind == AssessorKind.COLLEAGUE and applying_now().filter(applicant=person).exists():
        return no("Only somebody who is neither trainee nor applicant assesses as a suitable person.")
    return may


def _may_assess_as(
    kind: AssessorKind, person: User, record: TrainingRecord, today: date, approved_on: date | None = None
) -> Verdict:
    if person.pk == record.trainee_id:
        return no("Nobody assesses their own training.")
    if is_in_training(person.pk):
        return no("A trainee never assesses a trainee.")
    if not person.is_active:
        return no("This account is not active any more.")
    return YES if kind != AssessorKind.COLLEAGUE else _is_suitable(person, record, today, approved_on)


def _is_suitable(person: User, record: TrainingRecord, today: date, approved_on: date | None) -> Verdict:
    supervised = Appointment.objects.filter(record=record, person=person, kind=AppointmentKind.SUPERVISOR)
    if supervised.exists():
        return no("A former Training Supervisor does not assess this trainee any more.")
    if AppointmentKind.SUPPORTING_MODERATOR in appointed(person, record, today):
        return no("A Supporting Moderator stays independent of the training.")
    if _is_kept_from_assessing(person, record, today, approved_on):
        return no("The Training Supervisor has not given this trainer DOPS to assess.")
    at_centre = record.centre_id in workplaces_of(person, today)
    if not at_centre and AppointmentKind.TRAINER not in appointed(person, record, today):
        return no("A suitable person works at the trainee's Training Centre.")
    return YES


def _is_kept_from_assessing(person: User, record: TrainingRecord, today: date, approved_on: date | None) -> bool:
    """Whether somebody trains here without being given DOPS to assess by the Training Supervisor.

    What was taken away by that is not given back by the end of the appointment: they were approved for it, on
    `approved_on`, before that end.
    """
    held = Appointment.objects.filter(record=record, person=person, kind=AppointmentKind.TRAINER, starts_on__lte=today)
    last = held.select_related("rights").order_by("-starts_on", "-pk").first()
    rights = getattr(last, "rights", None)
    if last is None or rights is None or rights.assesses:
        return False
    return last.ends_on is None or last.ends_on >= (approved_on or today)


def can_request_dops(user: User, record: TrainingRecord) -> Verdict:
    """The trainee asks for a DOPS (T5)."""
    return both(is_trainee(user, record), is_running(record))


def can_start_dops(user: User, record: TrainingRecord, today: date) -> Verdict:
    """The current Training Supervisor or the External Moderator starts a DOPS of their own accord (T5, T11)."""
    if user.pk == record.trainee_id:
        return no("Nobody assesses their own training.")
    if not is_supervisor(user, record, today) and not is_external_moderator(user, record, today):
        return no("The Training Supervisor or the External Moderator starts a DOPS. A trainee asks for one.")
    return is_running(record)


def can_assess(user: User, dops: Dops, today: date) -> Verdict:
    """Whether somebody is the assessor of this DOPS, in the function in which they were asked (T5, E4)."""
    if user.pk != dops.assessor_id:
        return no("Only the assessor fills in a DOPS.")
    return both(_holds_as_asked(user, dops, today), is_running(dops.record))


def _holds_as_asked(person: User, dops: Dops, today: date) -> Verdict:
    kind = assessor_kind(person, dops.record, today)
    if AssessorKind.EXTERNAL_MODERATOR == dops.assessor_kind != kind:
        return no("You are not the trainee's External Moderator any more.")
    approved_on = london_date(dops.approved_at) if dops.approved_at else None
    may = _may_assess_as(kind, person, dops.record, today, approved_on)
    if may and kind != dops.assessor_kind:
        return no(f"You are not the trainee's {dops.get_assessor_kind_display()} any more.")
    return may


def is_outlived(dops: Dops, today: date) -> bool:
    """Whether a DOPS that is not signed waits for somebody who assesses this trainee no more, such as a former Training
    Supervisor or a colleague who left (T5): then it is the trainee's, who asks somebody else.

    One that waits for the supervisor's approval, or for an external person, does not: the supervisor sees to it.
    """
    if dops.state not in OPEN or dops.assessor is None:
        return False
    if dops.assessor_kind == AssessorKind.COLLEAGUE and dops.approved_at is None:
        return False
    return not _holds_as_asked(dops.assessor, dops, today)


def can_write_dops(user: User, dops: Dops, today: date) -> Verdict:
    """The assessor writes until they sign; a suitable person once the supervisor has approved them (T5)."""
    may = can_assess(user, dops, today)
    if may and dops.state not in OPEN:
        return late(f"This DOPS no longer changes: it is “{dops.get_state_display()}”.")
    if may and dops.assessor_kind == AssessorKind.COLLEAGUE and dops.approved_at is None:
        return late("The Training Supervisor has not approved you as a suitable person yet.")
    return may


def can_sign_dops(user: User, dops: Dops, today: date) -> Verdict:
    """The assessor signs a DOPS that is started (T5)."""
    return both(can_write_dops(user, dops, today), can_move(dops, DOPS_MOVES, "sign"))


def can_print_dops(dops: Dops) -> Verdict:
    """Whoever reads a DOPS may have it as PDF once its assessor has signed it, and while it stands (T5)."""
    if dops.state not in DOPS_WRITTEN:
        return late(f"A PDF is made of a DOPS that is signed and stands: this one is “{dops.get_state_display()}”.")
    return YES


def can_acknowledge_dops(user: User, dops: Dops) -> Verdict:
    """The trainee acknowledges what the assessor signed (T5)."""
    return both(can_request_dops(user, dops.record), can_move(dops, DOPS_MOVES, "acknowledge"))


def can_approve_assessor(user: User, dops: Dops, today: date) -> Verdict:
    """The current Training Supervisor approves a suitable person, never themselves (T5)."""
    who = both(is_supervisor(user, dops.record, today), is_running(dops.record))
    if not who:
        return who
    if user.pk == dops.assessor_id:
        return no("Nobody approves themselves.")
    if dops.assessor_kind not in SUITABLE or dops.state not in OPEN:
        return late("This DOPS waits for no approval.")
    if dops.approved_at is not None:
        return late("The assessor of this DOPS is approved already.")
    if dops.assessor_kind == AssessorKind.EXTERNAL and not _is_proposed(dops):
        return late("This DOPS waits for no approval: name the external person first.")
    return YES


def _is_proposed(dops: Dops) -> bool:
    """Whether somebody outside the scheme is named whom the supervisor has not approved."""
    return ExternalAssessor.objects.filter(dops=dops, ended_at__isnull=True, approved_at__isnull=True).exists()


def can_decline_dops(user: User, dops: Dops, today: date) -> Verdict:
    """The assessor declines to assess; the supervisor declines a person who is not suitable (T5)."""
    supervisor = dops.assessor_kind in SUITABLE and is_supervisor(user, dops.record, today)
    if user.pk != dops.assessor_id and not supervisor:
        return no("The assessor or the Training Supervisor declines a DOPS.")
    return can_move(dops, DOPS_MOVES, "decline")


def can_void_dops(user: User, dops: Dops, today: date) -> Verdict:
    """A DOPS is voided by its assessor, by the supervisor unless it is the moderator's, by the office, with a reason.

    The trainee takes back only what nobody has started, or can finish any more.
    """
    if user.pk == dops.record.trainee_id:
        asked = dops.state in (DopsState.REQUESTED, DopsState.VOIDED, DopsState.DECLINED) or is_outlived(dops, today)
        return can_move(dops, DOPS_MOVES, "void") if asked else no("Only what nobody has started can be taken back.")
    own = user.pk == dops.assessor_id and bool(can_assess(user, dops, today))
    moderators = dops.assessor_kind == AssessorKind.EXTERNAL_MODERATOR
    supervisor = not moderators and bool(is_supervisor(user, dops.record, today))
    if not (own or supervisor or holds(user, Role.OFFICE, today)):
        return no("The assessor, the Training Supervisor or the office voids a DOPS.")
    return can_move(dops, DOPS_MOVES, "void")
