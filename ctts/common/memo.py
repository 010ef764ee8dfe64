"""What is asked of the database once for each object in memory: the user of a request, a locked record."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Found = TypeVar("Found")


def remembered(thing: object, name: str, key: Hashable, find: Callable[[], Found]) -> Found:
    """What `find` gives for `key`, asked once for this object; `name` keeps questions of different kinds apart.

    An object that is loaded anew knows nothing yet, so a request never sees what an earlier one saw.
    """
    known: dict[Any, Found] = thing.__dict__.setdefault(f"_remembered_{name}", {})
    if key not in known:
        known[key] = find()
    return known[key]


def forget(thing: object, name: str) -> None:
    """Ask again from now on: after the answer was changed through this object."""
    thing.__dict__.pop(f"_remembered_{name}", None)
