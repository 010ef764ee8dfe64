"""Steps that actions about people and places share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ctts.accounts.actions import Invited
from ctts.accounts.models import User
from ctts.accounts.rules import tidy_name
from ctts.audit.actions import record
from ctts.common.verdict import Invalid
from ctts.notifications.actions import notify
from ctts.organisations.conflicts import Conflict, in_words
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.notices import INVITED
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


def note_despite(
    conflicts: Iterable[Conflict], about: Affiliation | RoleProposal, *, by: User | None, now: datetime, despite: str
) -> None:
    """Audit that somebody gave or confirmed a role knowing what speaks against it, and why all the same (E4)."""
    if words := in_words(conflicts):
        said = {"conflict": words, "reason": despite.strip()}
        after = {"person": about.person_id}
        record("organisations.role.conflict_confirmed", by=by, at=now, about=about, after=after, words=said)
