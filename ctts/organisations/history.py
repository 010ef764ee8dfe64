"""What was done to a person's account and roles, by whom and why, for the office (quality rules 10, 15; C2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from ctts.accounts.models import Invitation, User
from ctts.audit.models import AuditEvent, AuditWords
from ctts.common.parts import HistoryEntry
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.queries import role_in_words

DESPITE = "organisations.role.conflict_confirmed"
KINDS = {
    "accounts.person.made": "Made the account",
    "accounts.person.signed_up": "Signed up",
    "accounts.person.invited": "Invited them",
    "accounts.invitation.renewed": "Mailed a new link for the invitation",
    "accounts.invitation.accepted": "Opened the account by the invitation",
    "accounts.person.deactivated": "Ended the access",
    "accounts.person.reactivated": "Gave access again",
    "accounts.person.merged": "Merged two accounts of one person",
    "accounts.email.changed_by_office": "Asked for another e-mail address, which counts once it is proved",
    "accounts.email.proved": "Proved an e-mail address",
    "accounts.name.changed": "Changed the name",
    "accounts.second_factor.required": "Asked for a second factor from then on",
    "accounts.second_factor.set_up": "Set up a second factor",
    "accounts.second_factor.dropped": "Gave a second factor up",
    "accounts.second_factor.reset": "Took a lost second factor away",
    "organisations.role.proposed": "Proposed them for the scheme office",
    "organisations.role.confirmed": "Confirmed the proposal for the scheme office",
    "organisations.role.refused": "Settled the proposal without giving the role",
    "organisations.role.granted": "Gave a role",
    "organisations.role.ended": "Ended a role",
    "organisations.role.called_off": "Called a role off before it began",
    DESPITE: "Gave a role knowing what speaks against it",
}
"""Audited kind → how it reads. What trainings say stands beside them."""


def account_history(person: User) -> list[HistoryEntry]:
    """What was done to the account and the roles of a person, newest first, each with the reason that was given; four
    queries. Who may read it, the caller asked."""
    roles = {role.pk: role for role in Affiliation.every.filter(person=person).select_related("organisation")}
    about = (
        Q(object="accounts.user", object_id=person.pk)
        | Q(object="accounts.invitation", object_id__in=Invitation.objects.filter(person=person).values("pk"))
        | Q(object="organisations.affiliation", object_id__in=list(roles))
        | Q(object="organisations.roleproposal", object_id__in=RoleProposal.objects.filter(person=person).values("pk"))
    )
    events = list(AuditEvent.objects.filter(about, action__in=KINDS).select_related("words").order_by("-at", "-seq"))
    named = {event.actor_id for event in events if event.actor_id} | {_merged_with(event) for event in events}
    people = User.objects.in_bulk(named - {None})
    return [_entry(event, roles, people) for event in events]


def reasons_of(proposal: RoleProposal) -> list[str]:
    """Why a proposal for the office was made, or confirmed, in spite of what speaks against it, in their order (E4)."""
    about = {"object": "organisations.roleproposal", "object_id": proposal.pk}
    events = AuditEvent.objects.filter(**about, action=DESPITE).select_related("words").order_by("seq")
    return [said for event in events if (said := _said(event))]


def _merged_with(event: AuditEvent) -> int | None:
    """Which account was merged into this one, or into which this one was."""
    if event.action != "accounts.person.merged":
        return None
    facts: dict[str, int] = event.after or {}
    return facts.get("duplicate") or facts.get("into")


def _entry(event: AuditEvent, roles: Mapping[int, Affiliation], people: Mapping[int, User]) -> HistoryEntry:
    actor = people.get(event.actor_id) if event.actor_id else None
    role = roles.get(event.object_id) if event.object == "organisations.affiliation" else None
    what = f"{KINDS[event.action]}: {role_in_words(role)}" if role else KINDS[event.action]
    if (event.after or {}).get("at_once"):
        what = "Changed the e-mail address"
    if event.action == "accounts.invitation.renewed" and actor is None:
        what = "Mailed a new link, for which somebody asked without signing in"
    if other := people.get(_merged_with(event) or 0):
        way = "into this one" if "duplicate" in (event.after or {}) else "that stays"
        what = f"{what}: the account {other.email} of {other.full_name} {way}"
    return HistoryEntry(event.at, actor.full_name if actor else "The system", what, note=_said(event))


def _said(event: AuditEvent) -> str:
    """The words of an entry that a reader needs: the old and the new, how somebody was recognised, why."""
    words: AuditWords | None = getattr(event, "words", None)
    text: dict[str, Any] = words.text if words else {}
    was, becomes = text.get("was"), text.get("is")
    change = f"From {_name(was)} to {_name(becomes)}." if was and becomes else ""
    return " ".join(filter(None, [change, text.get("identity_check"), text.get("reason")]))


def _name(value: Any) -> str:
    return str(value["full_name"]) if isinstance(value, dict) else str(value)
