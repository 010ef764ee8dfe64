"""The role of the scheme office is given by two of its members: one proposes, another confirms (quality rule 15)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ctts.accounts.actions import invite
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require
from ctts.notifications.actions import notify
from ctts.organisations import access
from ctts.organisations.access import on_day
from ctts.organisations.actions._steps import note_despite, tell_invited, tell_not_after_all
from ctts.organisations.actions.people import give
from ctts.organisations.conflicts import require_reason
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.notices import OFFICE_PROPOSED
from ctts.organisations.queries import people_with, purpose_of
from ctts.organisations.states import Role

FOUNDERS = 2


@transaction.atomic
def propose_for_office(
    *, by: User, now: datetime, person: User, starts_on: date | None = None, despite: str = ""
) -> RoleProposal:
    """Propose somebody for the office; every other member hears of it and may confirm.

    `despite` is why, in spite of what speaks against it (E4). Raises NotAllowed for oneself or outside the office,
    Invalid when they are in the office already, and where something speaks against it and no reason is given, TooLate
    when they are proposed already.
    """
    today = london_date(now)
    require(access.can_give(by, person, Role.OFFICE, today))
    if Affiliation.objects.filter(person=person, role=Role.OFFICE, ends_on__isnull=True).exists():
        raise Invalid(f"{person.full_name} holds this role already.", "role")
    found = require_reason(person, Role.OFFICE, today, despite)
    with taken_means(TooLate(f"{person.full_name} is proposed already; a second member confirms it.")):
        made = RoleProposal.objects.create(person=person, starts_on=starts_on or today, proposed_at=now, proposed_by=by)
    record("organisations.role.proposed", by=by, at=now, about=made, after=_facts(made))
    note_despite(found, made, by=by, now=now, despite=despite)
    for member in people_with(Role.OFFICE, today).exclude(pk__in=[by.pk, person.pk]):
        key, context = f"{OFFICE_PROPOSED.key}:{made.pk}:{member.pk}", {"proposal": made}
        notify(OFFICE_PROPOSED, to=member, key=key, about=made, within=member.pk, now=now, context=context)
    return made


@transaction.atomic
def invite_to_office(
    *, by: User, now: datetime, email: str, full_name: str, starts_on: date | None = None
) -> RoleProposal:
    """Invite somebody and propose them for the office: the link opens their account, the role waits for a second.

    Raises as `invite_with_role`.
    """
    require(access.is_office(by, london_date(now)))
    purpose = purpose_of(Role.OFFICE)
    invited = invite(email=email, full_name=full_name, purpose=purpose, by=by, now=now, second_factor_required=True)
    made = propose_for_office(by=by, now=now, person=invited.person, starts_on=starts_on)
    tell_invited(invited, made, role=Role.OFFICE, by=by, now=now, key=f"proposal:{made.pk}")
    return made


@transaction.atomic
def found_office(*, by: None, now: datetime, email: str, full_name: str) -> Affiliation:
    """The first two members of the office of a new system, whom nobody is there to propose or to confirm; each is
    mailed the link that opens their account.

    Raises TooLate once there are two, or for somebody who is one; Invalid for a name or address that cannot be.
    """
    held = Affiliation.objects.filter(on_day(london_date(now)), role=Role.OFFICE, person__is_active=True)
    if held.count() >= FOUNDERS:
        raise TooLate("The office has two members: they propose others on their pages, and confirm them.")
    purpose = purpose_of(Role.OFFICE)
    invited = invite(email=email, full_name=full_name, purpose=purpose, by=by, now=now, second_factor_required=True)
    given = give(by=by, now=now, person=invited.person, role=Role.OFFICE)
    tell_invited(invited, given, role=Role.OFFICE, by=by, now=now, key=f"affiliation:{given.pk}")
    return given


def _locked(proposal_id: int) -> RoleProposal:
    rows = RoleProposal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("person", "proposed_by").get(pk=proposal_id)


def _settle(proposal: RoleProposal, *, by: User, now: datetime, confirmed: bool) -> None:
    proposal.settled_at, proposal.settled_by, proposal.confirmed = now, by, confirmed
    proposal.save(update_fields=["settled_at", "settled_by", "confirmed"])


@transaction.atomic
def confirm_proposal(*, by: User, now: datetime, proposal_id: int, despite: str = "") -> Affiliation:
    """A second member of the office confirms; the role begins on the proposed day, or today if that is over.

    `despite` is the second member's own reason where something speaks against it (E4). Raises NotAllowed for whoever
    proposed it or is proposed, Invalid where that reason is missing, TooLate once it is settled.
    """
    proposal = _locked(proposal_id)
    today = london_date(now)
    require(access.can_confirm_proposal(by, proposal, today))
    found = require_reason(proposal.person, Role.OFFICE, today, despite)
    _settle(proposal, by=by, now=now, confirmed=True)
    starts_on = max(proposal.starts_on, today)
    given = give(by=by, now=now, person=proposal.person, role=Role.OFFICE, starts_on=starts_on)
    record("organisations.role.confirmed", by=by, at=now, about=proposal, after=_facts(proposal))
    note_despite(found, proposal, by=by, now=now, despite=despite)
    return given


@transaction.atomic
def refuse_proposal(*, by: User, now: datetime, proposal_id: int) -> RoleProposal:
    """A member of the office refuses a proposal, or takes their own back; whoever was invited hears of it.

    Raises NotAllowed, TooLate once settled.
    """
    proposal = _locked(proposal_id)
    require(access.can_settle_proposal(by, proposal, london_date(now)))
    _settle(proposal, by=by, now=now, confirmed=False)
    tell_not_after_all(proposal, now=now)
    record("organisations.role.refused", by=by, at=now, about=proposal, after=_facts(proposal))
    return proposal


def _facts(proposal: RoleProposal) -> dict[str, object]:
    return {
        "person": proposal.person_id,
        "starts_on": proposal.starts_on.isoformat(),
        "proposed_by": proposal.proposed_by_id,
        "confirmed": proposal.confirmed,
    }
