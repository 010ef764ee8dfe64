"""What lower apps ask and higher ones know: each app declares it in its `ties.py`, and nobody below imports anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from django.utils.module_loading import autodiscover_modules

Thing = TypeVar("Thing")


class Declared(Generic[Thing]):
    """What the apps declare for one question, functions as a rule: call it or decorate to declare, iterate for all."""

    def __init__(self) -> None:
        self._found: list[Thing] = []

    def __call__(self, thing: Thing) -> Thing:
        """Declare one; it stays what it is."""
        self._found.append(thing)
        return thing

    def __iter__(self) -> Iterator[Thing]:
        """Everything declared in any app's `ties.py`."""
        autodiscover_modules("ties")
        return iter(self._found)
