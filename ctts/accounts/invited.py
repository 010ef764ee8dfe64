"""What somebody was invited to and is not asked any more, as the apps declare it in their ties (A2)."""

from __future__ import annotations

from collections.abc import Callable

from ctts.accounts.models import Invitation
from ctts.common.ties import Declared

Find = Callable[[Invitation], str]
no_longer_asked = Declared[Find]()  # why nothing waits behind an invitation: `find(invitation)`; empty where it does


def not_asked_any_more(invitation: Invitation) -> str:
    """Why nothing waits for whoever opens an invitation, in words; empty where it is as it was sent."""
    return " ".join(filter(None, (find(invitation) for find in no_longer_asked)))
