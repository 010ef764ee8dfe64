"""What waits for somebody, as their first page says it: there before they act, gone afterwards (step 9)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.visitor import Visitor, words

TRAINEE = "Zofia Łukasiewicz"
OTHERS = "Waiting for others"


def duties(visitor: Visitor) -> list[str]:
    """Every row that waits for this person, without what they wait for."""
    groups = visitor.open("/home/").page.xpath("//section[contains(@class, 'waiting')]")
    own = [group for group in groups if group.get("aria-label") != OTHERS]
    return [words(row) for group in own for row in group.xpath(".//li")]


def waits(visitor: Visitor, what: str, about: str = "") -> list[str]:
    """The rows of that kind, about somebody."""
    return [row for row in duties(visitor) if row.startswith(what) and about in row]


@contextmanager
def has_to(visitor: Visitor, what: str, about: str = "") -> Iterator[None]:
    """They have this to do, once, before the block, and it is done after it."""
    before = waits(visitor, what, about)
    assert len(before) == 1, f"{visitor} has “{what}” {len(before)} times: {duties(visitor)}"
    yield
    assert waits(visitor, what, about) == [], f"{visitor} still has “{what}”"
