"""What can be done to centres, roles and training dates, by thing."""

from ctts.organisations.actions.centres import (
    ChangedSince,
    add_site,
    change_organisation,
    change_site,
    close_site,
    open_organisation,
    reopen_site,
)
from ctts.organisations.actions.people import call_off_role, end_access, end_role, grant, invite_with_role
from ctts.organisations.actions.proposing import (
    confirm_proposal,
    found_office,
    invite_to_office,
    propose_for_office,
    refuse_proposal,
)
from ctts.organisations.actions.training import correct_training, enter_training

__all__ = [
    "ChangedSince",
    "add_site",
    "call_off_role",
    "change_organisation",
    "change_site",
    "close_site",
    "confirm_proposal",
    "correct_training",
    "end_access",
    "end_role",
    "enter_training",
    "found_office",
    "grant",
    "invite_to_office",
    "invite_with_role",
    "open_organisation",
    "propose_for_office",
    "refuse_proposal",
    "reopen_site",
]
