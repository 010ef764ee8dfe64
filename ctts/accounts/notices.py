"""The mails about accounts that we write ourselves; django-allauth's stand in `templates/account/email/`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """A kind of mail: its key names the folder below `templates/mail/`, its title what staff read in a list."""

    key: str
    title: str


ADDRESS_CHANGED = AccountNotice(key="accounts.address_changed", title="Another address is to take this one's place")
INVITATION_AGAIN = AccountNotice(key="accounts.invitation_again", title="A new link to open an account")
SECOND_FACTOR_RESET = AccountNotice(key="accounts.second_factor_reset", title="The second factor was taken away")
