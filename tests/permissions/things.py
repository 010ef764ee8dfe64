"""The things that addresses are about: those that stay for all questions, and those that are there for a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import transaction

from tests.cast import Cast

from .matrix import PLACES, Undo

Makers = Mapping[str, Callable[[Cast, str], Any]]


class Things(Mapping[tuple[str, str], Any]):
    """(kind, place) → the thing.

    A person has one application at a time, which is in one state at a time. So the things of `moments` are made of
    what stays when the first of their kind is asked for, and undone when another kind is.
    """

    def __init__(self, cast: Cast, staying: Makers, moments: Makers, undo: Undo) -> None:
        self._cast = cast
        self._undo = undo
        self._moments = moments
        self._moment = ""
        self._passing: dict[str, Any] = {}
        self._before = ""
        self._staying = {(kind, place): make(cast, place) for kind, make in staying.items() for place in PLACES}

    def __getitem__(self, key: tuple[str, str]) -> Any:
        kind, place = key
        if kind in self._moments:
            self._turn_to(kind)
            return self._passing[place]
        self.close()
        return self._staying[key]

    def _turn_to(self, moment: str) -> None:
        if moment == self._moment:
            return
        self.close()
        self._before = transaction.savepoint()
        self._passing = {place: self._moments[moment](self._cast, place) for place in PLACES}
        self._moment = moment
        self._undo.point = ""  # what is undone after each question begins now

    def close(self) -> None:
        """Undo the present moment, if there is one."""
        if self._moment:
            transaction.savepoint_rollback(self._before)
            self._moment = self._undo.point = ""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self._staying
        yield from ((kind, place) for kind in self._moments for place in PLACES)

    def __len__(self) -> int:
        return len(self._staying) + len(self._moments) * len(PLACES)
