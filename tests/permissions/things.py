"""The things that addresses are about: those that stay for all questions, and those that are there for a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from tests.cast import Cast

from .matrix import PLACES, undone

Makers = Mapping[str, Callable[[Cast, str], Any]]


class Things(Mapping[tuple[str, str], Any]):
    """(kind, place) → the thing.

    A person has one application at a time, which is in one state at a time. So the things of `moments` are made of
    what stays when the first of their kind is asked for, and undone when another kind is.
    """

    def __init__(self, cast: Cast, staying: Makers, moments: Makers) -> None:
        self._cast = cast
        self._moments = moments
        self._moment = ""
        self._passing: dict[str, Any] = {}
        self._undo = ExitStack()
        self._staying = {(kind, place): make(cast, place) for kind, make in staying.items() for place in PLACES}

    def __getitem__(self, key: tuple[str, str]) -> Any:
        kind, place = key
        self._turn_to(kind if kind in self._moments else "")
        return self._passing[place] if self._moment else self._staying[key]

    def _turn_to(self, moment: str) -> None:
        if moment == self._moment:
            return
        self.close()
        if moment:
            self._undo.enter_context(undone())
            self._passing = {place: self._moments[moment](self._cast, place) for place in PLACES}
        self._moment = moment

    def close(self) -> None:
        """Undo the present moment."""
        self._undo.close()
        self._moment = ""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self._staying
        yield from ((kind, place) for kind in self._moments for place in PLACES)

    def __len__(self) -> int:
        return len(self._staying) + len(self._moments) * len(PLACES)
