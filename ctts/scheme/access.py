"""Who may change the scheme's own things: the office; a person their own competency list."""

from __future__ import annotations

from datetime import date, datetime

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, late, no
from ctts.organisations.access import co_ordinates, is_office, workplaces_of
from ctts.organisations.models import Organisation
from ctts.organisations.states import Kind
from ctts.scheme.models import (
    Accreditation,
    AccreditationCondition,
    CentreApplication,
    CompetencyList,
    Intake,
    RuleSet,
    SchemeEvent,
    Scope,
)
from ctts.scheme.states import CENTRE_APPLICATION_MOVES, CONDITION_MOVES, AccreditationState, IntakeState


def can_manage(user: User | None, today: date) -> Verdict:
    """Scopes, frameworks, numbers, intakes, accreditations, handbook, events are the office's; None is the calendar."""
    return YES if user is None else is_office(user, today)


def can_offer(user: User, scope: Scope, today: date) -> Verdict:
    """The office offers any scope of the table that is not offered (S1)."""
    may = can_manage(user, today)
    return late("This scope is offered already.") if may and scope.offered else may


def can_close(user: User, scope: Scope, today: date) -> Verdict:
    """The office stops offering a scope that is offered (S1)."""
    may = can_manage(user, today)
    return late("This scope is not offered.") if may and not scope.offered else may


def can_withdraw_rules(user: User, rules: RuleSet, today: date) -> Verdict:
    """The office takes back a planned version of the numbers, while it is the newest and before its first day."""
    may = can_manage(user, today)
    if may and rules.effective_on <= today:
        return late("This version is in force, and people may be enrolled by it. Make a new version instead.")
    if may and RuleSet.objects.filter(version__gt=rules.version, withdrawal__isnull=True).exists():
        return late("A newer version starts from this one. Take that back first.")
    return may


def can_set_fee(user: User | None, intake: Intake, today: date) -> Verdict:
    """The office sets the fee until the intake is open (I6)."""
    may = can_manage(user, today)
    if may and intake.state != IntakeState.PLANNED:
        return late("The fee is fixed once the intake is open.")
    return may


def can_move_dates(user: User, intake: Intake, today: date) -> Verdict:
    """The office moves the dates of an intake until it is closed (I2)."""
    may = can_manage(user, today)
    if may and intake.state not in {IntakeState.PLANNED, IntakeState.OPEN}:
        return late("The dates of an intake move only until it is closed.")
    return may


def can_change_event(user: User, event: SchemeEvent, now: datetime) -> Verdict:
    """The office changes an event until it is over, unless it is called off (T9)."""
    office = is_office(user, london_date(now))
    if office and event.called_off_at is not None:
        return late("This event is called off.")
    if office and event.ends_at <= now:
        return late("This event is over; it stays as it was.")
    return office


def can_edit_list(user: User, competency_list: CompetencyList) -> Verdict:
    """A person edits their own list while it is a draft (S3)."""
    if user.pk != competency_list.person_id:
        return no("Only the person whose list it is can change it.")
    if competency_list.frozen_at is not None:
        return late("This version of the list was handed in and no longer changes.")
    return YES


def can_apply_for(user: User, organisation: Organisation, today: date) -> Verdict:
    """Whether `user` may apply for the accreditation of a centre: its Training Co-ordinator may (C3)."""
    if not co_ordinates(user, organisation, today):
        return no("Only the Training Co-ordinator of the centre applies for it.")
    if organisation.kind == Kind.EMPLOYER:
        return no("An employer is not accredited; its centres are.")
    return YES


def can_edit_application(user: User, application: CentreApplication, today: date) -> Verdict:
    """A Training Co-ordinator of the centre writes an application until it is sent (C3)."""
    mine = can_apply_for(user, application.organisation, today)
    return mine and can_move(application, CENTRE_APPLICATION_MOVES, "send")


def can_withdraw_application(user: User, application: CentreApplication, today: date) -> Verdict:
    """A Training Co-ordinator of the centre takes an application back until it is decided (C3)."""
    mine = can_apply_for(user, application.organisation, today)
    return mine and can_move(application, CENTRE_APPLICATION_MOVES, "withdraw")


def can_answer_condition(user: User, condition: AccreditationCondition, today: date) -> Verdict:
    """A Training Co-ordinator of the centre answers a condition until it is met (C3)."""
    if not co_ordinates(user, condition.accreditation.organisation, today):
        return no("Only the Training Co-ordinator of the centre answers a condition.")
    return _is_asked(condition) and can_move(condition, CONDITION_MOVES, "answer")


def can_decide_accreditation(user: User | None, accreditation: Accreditation, today: date) -> Verdict:
    """The office decides and ends an accreditation, but nobody for a centre they belong to (C3; A4); None is the
    calendar, or the set-up of a system.
    """
    office = can_manage(user, today)
    if office and user is not None and accreditation.organisation_id in workplaces_of(user, today):
        return no("You belong to this centre; another member of the office decides it.")
    return office


def can_read_visits(user: User, accreditation: Accreditation, today: date) -> Verdict:
    """The office notes and reads what was seen at a visit, but nobody of the centre that was visited (C3)."""
    office = can_manage(user, today)
    if office and accreditation.organisation_id in workplaces_of(user, today):
        return no("You belong to this centre: the others of the office note and read its visits.")
    return office


def can_correct_days(user: User, accreditation: Accreditation, today: date) -> Verdict:
    """The office puts the days of a plain accreditation right; of one with conditions it decides them anew, of a
    suspended one as it is accredited again (C1)."""
    may = can_decide_accreditation(user, accreditation, today)
    if may and accreditation.state != AccreditationState.ACCREDITED:
        return late(f"It is now {accreditation.get_state_display()}; decide it, and give the days with that.")
    return may


def can_judge_condition(user: User, condition: AccreditationCondition, today: date) -> Verdict:
    """The office judges a condition until it is met (C3)."""
    may = can_decide_accreditation(user, condition.accreditation, today)
    return may and _is_asked(condition) and can_move(condition, CONDITION_MOVES, "meet")


def _is_asked(condition: AccreditationCondition) -> Verdict:
    """A condition is asked while the accreditation stands with conditions, or is suspended."""
    if condition.accreditation.state in {AccreditationState.CONDITIONS, AccreditationState.SUSPENDED}:
        return YES
    return late("The accreditation is no longer one with conditions; nothing is asked any more.")
