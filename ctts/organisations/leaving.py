"""What waits for somebody whose role or access ends, said before it does: the apps declare it in their `ties.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.module_loading import autodiscover_modules

from ctts.accounts.models import User


@dataclass(frozen=True, slots=True)
class Left:
    """Something that waits for a person, what becomes of it, and the page where it is settled, by name."""

    words: str
    place: str = ""
    url: str = ""


Find = Callable[[User, date], Iterable[Left]]
_finding: list[Find] = []


def leaves(find: Find) -> Find:
    """Declare what waits for somebody: `find(person, today)` gives it, a sentence each."""
    _finding.append(find)
    return find


def left_behind(person: User, today: date) -> list[Left]:
    """All that waits for a person today."""
    autodiscover_modules("ties")
    return [one for find in _finding for one in find(person, today)]
