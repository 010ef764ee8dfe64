"""The past, in its order: everybody goes their own way, and what happens next in the world is what comes next in time.

A way is a generator. It yields the instant at which it wants to go on and is resumed when the world has come so far.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized

from django.db import connection

Way = Generator[datetime, None, None]
Ways = Callable[[], Iterable[Way]]  # begun where they are lived: a way cannot be handed to another process


def live(ways: Iterable[Way], until: datetime) -> None:
    """Let all these ways go on together, the earliest first, as far as `until`; the rest of a way is left undone."""
    order = count()
    waiting = [(at, next(order), way) for way in ways if (at := next(way, None)) is not None]
    heapify(waiting)
    while waiting:
        at, _, way = heappop(waiting)
        if at > until:
            way.close()
        elif (later := next(way, None)) is not None:
            heappush(waiting, (max(later, at), next(order), way))


def live_side_by_side(sides: Sequence[Ways], apart: Sequence[Ways], until: datetime) -> None:
    """The same for sides that never wait for each other, each in a process of its own, the last in this one.

    `apart` are ways that belong to no side: whichever process has come to the end of its side takes the next of them,
    so that none is idle while another works. Raises RuntimeError when a side did not come to its end.
    """
    connection.close()  # a copy of this process must not share it
    context = get_context("fork")
    taken = context.Value("i", 0)
    given = (apart, taken, until)
    others = [context.Process(target=_live_here, args=(side, *given), daemon=True) for side in sides[:-1]]
    for other in others:
        other.start()
    _live_here(sides[-1], *given)
    for other in others:
        other.join()
        if other.exitcode:
            raise RuntimeError("A side of the demo world could not be made; the log says why.")


def _live_here(side: Ways, apart: Sequence[Ways], taken: Synchronized[int], until: datetime) -> None:
    """Live a side, then what is left of the others, with commits that do not wait for the disk; the last one does."""
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
    live(side(), until)
    while (number := _take(taken)) < len(apart):
        live(apart[number](), until)
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to on")


def _take(taken: Synchronized[int]) -> int:
    with taken.get_lock():
        taken.value += 1
        return taken.value - 1
