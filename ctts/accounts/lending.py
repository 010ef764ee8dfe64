"""A device that its owner handed to somebody else: what its session still opens, until the owner unlocks it (T5).

Whoever hands a device over is signed out of it, so that no page can show anything of theirs. What is left in the
session says to whom the device belongs and the one address below which pages open; `ctts.accounts.middleware` sends
everything else back there. Signing in takes it away.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

KEY = "accounts_lent"

Session = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lent:
    """Whose device it is, the one address that opens with all below it, and what was begun there."""

    owner_id: int
    home: str
    begun: bool = False

    def opens(self, path: str, *also: str) -> bool:
        """Whether an address opens while the device is lent: the one page with all below it, or one of `also`."""
        return path.startswith(self.home) or path in also


def lend(session: Session, *, owner_id: int, home: str) -> None:
    """From now on this session opens `home` and what lies below, for whoever holds the device."""
    session[KEY] = {"owner": owner_id, "home": home, "begun": False}


def begin(session: Session, *, begun: bool) -> None:
    """Note whether the one who holds the device has proved who they are in this session. Raises KeyError unlent."""
    session[KEY] = {**session[KEY], "begun": begun}


def lent(session: Session) -> Lent | None:
    """Whose device this is and what it opens; None where no device was handed over."""
    kept = session.get(KEY)
    return Lent(kept["owner"], kept["home"], kept["begun"]) if kept else None


def give_back(session: Session) -> None:
    """The owner has signed in again: nothing is lent any more."""
    session.pop(KEY, None)
