"""The mails about roles and centres."""

from __future__ import annotations

from ctts.notifications.notices import Notice
from ctts.notifications.queries import invitation_door

OFFICE_PROPOSED = Notice(key="organisations.office_proposed", title="A role of the scheme office waits for a second")
MERGED = Notice(key="organisations.merged", title="Your two accounts are one now", urgent=True)
CALLED_OFF = Notice(key="organisations.role_called_off", title="A role that you were invited to is called off")
INVITED = Notice(key="organisations.invited", title="You are invited to a role in the scheme", link=invitation_door)
