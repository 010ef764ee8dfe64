"""What a role that never began means for the invitation to it (C2)."""

from __future__ import annotations

from ctts.accounts.invited import no_longer_asked
from ctts.accounts.models import Invitation
from ctts.organisations.models import Affiliation, RoleProposal
from ctts.organisations.queries import purpose_of
from ctts.organisations.states import Role

NOT_AFTER_ALL = (
    "The scheme office called off the role that it invited you to. You need do nothing; an account opens nothing of it."
)


@no_longer_asked
def invited_to_nothing(invitation: Invitation) -> str:
    """Whoever was invited to a role that was called off, or not confirmed by a second, and has no other."""
    person = invitation.person
    proposed = RoleProposal.objects.filter(person=person)
    if Affiliation.objects.filter(person=person).exists() or proposed.filter(settled_at=None).exists():
        return ""
    off = Affiliation.every.filter(person=person).select_related("organisation")
    named = {purpose_of(Role(held.role), held.organisation) for held in off}
    if proposed.exists():
        named.add(purpose_of(Role.OFFICE))
    return NOT_AFTER_ALL if invitation.purpose in named else ""
