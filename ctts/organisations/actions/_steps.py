"""Steps that actions about people share."""

from __future__ import annotations

from datetime import datetime

from ctts.accounts.actions import Invited
from ctts.accounts.models import User
from ctts.notifications.actions import notify
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.notices import INVITED
from ctts.organisations.states import PRIVILEGED, Role


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
