"""Two processes that populate side by side: while PostgreSQL takes the rows of one, the other makes its own."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from queue import Empty
from typing import Any

from django.db import connection, connections

HANDS, FEWEST = 2, 4  # processes; batches from which on they are worth their start
PATIENCE = 5.0  # seconds, before a look whether one has died

Numbers = Sequence[int]
Make = Callable[[Numbers], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Made:
    """A batch that is there: how many trainees, rows by table, CPU seconds of the hand so far, its memory in MiB."""

    hand: int
    trainees: int
    rows: dict[str, int]
    cpu: float
    memory: int


class HandDiedError(Exception):
    """A process ended in the middle; what it had finished is there, and the next call goes on."""


def share_out(batches: Sequence[Numbers], make: Make) -> Iterator[Made]:
    """Make every batch, in two processes where it is worth it; each as it is done.

    Inside a transaction nobody else would see the ground: then all is made here. Raises HandDiedError.
    """
    if len(batches) < FEWEST or connection.in_atomic_block:
        yield from (_made(0, numbers, make) for numbers in batches)
        return
    connections.close_all()  # a copied connection belongs to nobody
    context = get_context("fork")
    told: Any = context.Queue()
    shares = [batches[place::HANDS] for place in range(HANDS)]
    hands: list[BaseProcess] = [
        context.Process(target=_work, args=(place, share, make, told), daemon=True)
        for place, share in enumerate(shares)
    ]
    for hand in hands:
        hand.start()
    for _ in batches:
        yield _next(told, hands)
    for hand in hands:
        hand.join()


def _next(told: Any, hands: Sequence[BaseProcess]) -> Made:
    while True:
        try:
            found: Made = told.get(timeout=PATIENCE)
        except Empty:
            if any(hand.exitcode for hand in hands):
                raise HandDiedError("A process that populates has died; call again to go on.") from None
        else:
            return found


def _work(place: int, batches: Sequence[Numbers], make: Make, told: Any) -> None:
    for numbers in batches:
        told.put(_made(place, numbers, make))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No search for circles among objects: rows have none, and each search would look at all that are kept."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _made(place: int, numbers: Numbers, make: Make) -> Made:
    with _nothing_collected():
        rows = make(numbers)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Made(place, len(numbers), rows, time.process_time(), memory)
