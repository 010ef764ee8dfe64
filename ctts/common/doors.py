"""Doors by a link of a mail: a browser keeps the tokens with which it came, and no address, form or Referer holds one.

Several links of one kind are kept beside each other, each under the number of what it opens, which stands in the
address of its pages: whoever has two mails open in two tabs acts on the one that the page shows (quality rule 14).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

AT_MOST = 20  # links of one kind in one browser; the oldest goes first

Session = MutableMapping[str, Any]


def keep_token(session: Session, door: str, pk: int, token: str) -> None:
    """Keep the token of a link of this kind, `door`, for the thing with this id."""
    others = [(number, kept) for number, kept in session.get(door, {}).items() if number != str(pk)]
    session[door] = dict([*others, (str(pk), token)][-AT_MOST:])


def last_token(session: Session, door: str) -> tuple[int, str] | None:
    """Id and token of the link of this kind that this browser opened last; None when it opened none."""
    links: dict[str, str] = session.get(door, {})
    if not links:
        return None
    number, token = list(links.items())[-1]
    return int(number), token


def token_of(session: Session, door: str, pk: int) -> str | None:
    """The token with which this browser came for the thing with this id; None when it did not."""
    kept: str | None = session.get(door, {}).get(str(pk))
    return kept
