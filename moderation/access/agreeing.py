"""Who settles a mark about which two markers differ (F5): both of them, else an adjudicator."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.models import MarkSheet, StageAttempt
from assessments.states import MarkerRole, MarkSheetState, StageState
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import is_office, on_day
from moderation.models import AgreedMark, Disagreement
from moderation.states import DisagreementState
from training.access import is_running
from training.models import Appointment
from training.states import AppointmentKind

MARKS_AS: dict[str, AppointmentKind] = {
    MarkerRole.EXTERNAL: AppointmentKind.EXTERNAL_MODERATOR,
    MarkerRole.SUPPORTING: AppointmentKind.SUPPORTING_MODERATOR,
}
"""The two markers of an attempt, and the function in which each marks."""


def disagreement_of(attempt: StageAttempt) -> Disagreement | None:
    """What was written about the difference so far; None before the first proposal.

    The one that is open; once the result is settled, the last.
    """
    rows = Disagreement.objects.select_related("adjudicator__person").filter(attempt=attempt)
    if attempt.state == StageState.DISAGREED:
        rows = rows.filter(settled_at__isnull=True)
    return rows.order_by("-pk").first()


def submitted_sheets() -> QuerySet[MarkSheet]:
    """The sheets of markers that count: what somebody began whose appointment ended is no mark, and no word of it is
    for anybody else (F3)."""
    return MarkSheet.objects.filter(role__in=MARKS_AS, state=MarkSheetState.SUBMITTED)


def standing_sheets(today: date) -> QuerySet[MarkSheet]:
    """Of these, the sheets of markers who still hold the function in which they marked, and have access."""
    held = Appointment.objects.filter(on_day(today), record=OuterRef("attempt__record"), person=OuterRef("marker"))
    still = Q(pk__in=[])
    for role, kind in MARKS_AS.items():
        still |= Q(Exists(held.filter(kind=kind)), role=role)
    return submitted_sheets().filter(still, marker__is_active=True)


def is_marker(user: User, attempt: StageAttempt, today: date) -> Verdict:
    """Whether somebody is one of the two markers of an attempt and still holds the function in which they marked."""
    own = submitted_sheets().filter(attempt=attempt, marker=user)
    if user.pk == attempt.record.trainee_id or not own.exists():
        return no("Only the two markers agree a result.")
    standing = standing_sheets(today).filter(attempt=attempt, marker=user)
    return YES if standing.exists() else no("Your appointment to this trainee has ended.")


def _open(attempt: StageAttempt) -> Verdict:
    """Whether the two markers can still settle it themselves."""
    if attempt.state != StageState.DISAGREED:
        return late(f"The markers do not disagree: it is “{attempt.get_state_display()}”.")
    found = disagreement_of(attempt)
    if found is not None and found.state != DisagreementState.OPEN:
        return late("An adjudicator settles it now.")
    return is_running(attempt.record)


def _two_go_on(attempt: StageAttempt, today: date) -> Verdict:
    """Whether two markers are left to agree."""
    if standing_sheets(today).filter(attempt=attempt).count() < len(MARKS_AS):
        return late("The other marker does not go on: the scheme office appoints an adjudicator.")
    return YES


def can_agree(user: User, attempt: StageAttempt, today: date) -> Verdict:
    """Either marker proposes an agreed result while they disagree, both go on, and no adjudicator is appointed (F5)."""
    return both(is_marker(user, attempt, today), both(_open(attempt), _two_go_on(attempt, today)))


def can_accept(user: User, proposal: AgreedMark) -> Verdict:
    """The other of the two markers accepts a proposal (F5); whoever may agree accepts none of their own."""
    return no("The other marker accepts what you proposed.") if proposal.made_by_id == user.pk else YES


def can_appoint_adjudicator(user: User, attempt: StageAttempt, today: date) -> Verdict:
    """The office appoints an adjudicator while the markers disagree; another one when an appointment ended before the
    mark was settled (F5)."""
    office = both(is_office(user, today), is_running(attempt.record))
    if not office:
        return office
    if attempt.state != StageState.DISAGREED:
        return late(f"The markers do not disagree: it is “{attempt.get_state_display()}”.")
    found = disagreement_of(attempt)
    if found is not None and found.adjudicator is not None and is_in_force(found.adjudicator, today):
        return late(f"{found.adjudicator.person} settles it.")
    return YES


def is_in_force(appointment: Appointment, today: date) -> bool:
    """Whether an appointment holds on a day or begins after it."""
    return appointment.ends_on is None or appointment.ends_on >= today


def can_adjudicate(user: User, attempt: StageAttempt, today: date) -> Verdict:
    """The appointed adjudicator settles the mark, with reasons (F5)."""
    found = disagreement_of(attempt)
    if found is None or found.adjudicator is None or found.adjudicator.person_id != user.pk:
        return no("Only the appointed adjudicator settles this.")
    if not Appointment.objects.filter(on_day(today), pk=found.adjudicator.pk).exists():
        return no("Your appointment as adjudicator has ended.")
    if found.state != DisagreementState.ADJUDICATING:
        return late("It is settled already.")
    return is_running(attempt.record)
