"""What each address with placeholders is about, and the things themselves: one of Leeds, one of Bristol.

An address with placeholders that is not in URLS fails the matrix; so does an entry for an address that is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ctts.accounts.actions import invite
from ctts.accounts.models import Invitation
from ctts.accounts.sealing import invitation_token
from ctts.common import clock
from tests.cast import Cast

from .matrix import Needs


@dataclass(frozen=True)
class Plain:
    """A thing without a row: what somebody types into a public address."""

    word: str


def invitation(cast: Cast, place: str) -> Invitation:
    """A new trainer of one centre, invited and not yet come."""
    full_name = {"leeds": "Nell Frost", "bristol": "Ned Stone"}[place]
    email = f"{place}.new@example.org"
    invited = invite(email=email, full_name=full_name, purpose="to train somebody", by=cast.olive, now=clock.now())
    assert invited.invitation is not None
    return invited.invitation


# Kind of thing → how the one of a place is made.
THINGS: dict[str, Callable[[Cast, str], Any]] = {
    "invitation": invitation,
    "word": lambda cast, place: Plain(place),
}

URLS: dict[str, Needs] = {
    "accounts:invitation": Needs(
        "invitation", lambda row: {"pk": row.pk, "token": invitation_token(row.pk, row.nonce)}
    ),
    "account_confirm_email": Needs("word", lambda thing: {"key": thing.word}),
    "account_reset_password_from_key": Needs("word", lambda thing: {"uidb36": "1", "key": thing.word}),
    "demo:message": Needs("word", lambda thing: {"name": thing.word}),
    "demo:component": Needs("word", lambda thing: {"slug": thing.word}),
}
