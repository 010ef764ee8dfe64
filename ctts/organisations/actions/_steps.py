"""Steps that actions about people and places share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from ctts.accounts.actions import Invited
from ctts.accounts.models import User
from ctts.accounts.rules import tidy_name
from ctts.audit.actions import record
from ctts.common.verdict import Invalid
from ctts.notifications.actions import notify
from ctts.notifications.queries import messages_to
from ctts.organisations import queries
from ctts.organisations.conflicts import Conflict, in_words
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.notices import CALLED_OFF, INVITED
from ctts.organisations.states import PRIVILEGED, Role


def usable_name(name: str, field: str = "name") -> str:
    """The name of a place as it is kept: single spaces inside, so that two which read alike are one. Raises Invalid for
    one with markup, as a person's name has none."""
    strange = sorted({"<", ">"}.intersection(name))
    if strange:
        raise Invalid(f"A name does not have {' or '.join(strange)} in it.", field)
    return tidy_name(name)


def tell_invited(
    invited: Invited, about: Affiliation | RoleProposal, *, role: Role, by: User | None, now: datetime, key: str
) -> None:
    """The one mail of an invitation, with its link unless they are in already; for the actions that invite."""
    place = about.organisation if isinstance(about, Affiliation) else None
    notify(
        INVITED,
        to=invited.person,
        key=f"{INVITED.key}:{key}",
        about=about,
        now=now,
        within=invited.person.pk,
        link=str(invited.invitation.pk) if invited.invitation else "",
        context={
            "inviter": by.full_name if by is not None else "",
            "role": role.label,
            "organisation": place.name if place else "",
            "starts_on": about.starts_on,
            "second_factor": role in PRIVILEGED,
        },
    )


def tell_not_after_all(about: Affiliation | RoleProposal, *, now: datetime) -> None:
    """Whoever was invited to a role by mail hears that it never begins (N)."""
    if _was_invited(about):
        role = queries.role_in_words(about) if isinstance(about, Affiliation) else Role.OFFICE.label
        notify(
            CALLED_OFF,
            to=about.person,
            key=f"{CALLED_OFF.key}:{about._meta.model_name}:{about.pk}",
            about=about,
            now=now,
            within=about.person_id,
            context={"role": role, "starts_on": about.starts_on},
        )


def _was_invited(about: Affiliation | RoleProposal) -> bool:
    """Whether a mail invited somebody to this role: to the office it is about the proposal, which was confirmed."""
    asked = Q(about_label=about._meta.label_lower, about_id=about.pk)
    if isinstance(about, Affiliation) and about.role == Role.OFFICE:
        asked |= Q(about_label=RoleProposal._meta.label_lower)
    return messages_to(about.person).filter(asked, kind=INVITED.key).exists()


def note_despite(
    conflicts: Iterable[Conflict], about: Affiliation | RoleProposal, *, by: User | None, now: datetime, despite: str
) -> None:
    """Audit that somebody gave or confirmed a role knowing what speaks against it, and why all the same (E4)."""
    if words := in_words(conflicts):
        said = {"conflict": words, "reason": despite.strip()}
        after = {"person": about.person_id}
        record("organisations.role.conflict_confirmed", by=by, at=now, about=about, after=after, words=said)
