"""What waits for somebody whose role or access ends, said before it does: the apps declare it in their `ties.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ctts.accounts.models import User
from ctts.common.ties import Declared
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role


@dataclass(frozen=True, slots=True)
class Left:
    """Something that waits for a person, what becomes of it, and the page where it is settled, by name.

    It waits for them by `role` and goes with it; without one it goes with their access alone. `at`: the ids of the
    organisations at which the role is that role; nothing where any of them is.
    """

    words: str
    place: str = ""
    url: str = ""
    role: Role | None = None
    at: frozenset[int | None] = frozenset()


Find = Callable[[User, date], Iterable[Left]]
leaves = Declared[Find]()  # what waits for somebody: `find(person, today)` gives it, a sentence each


def left_behind(person: User, today: date) -> list[Left]:
    """All that waits for a person today."""
    return [one for find in leaves for one in find(person, today)]


def left_with(held: Affiliation, today: date) -> list[Left]:
    """What of that they leave with a role that they hold, while they keep their access."""
    found = [one for one in left_behind(held.person, today) if one.role == held.role]
    return [one for one in found if not one.at or held.organisation_id in one.at]
