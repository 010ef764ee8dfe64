"""The past, in its order: everybody goes their own way, and what happens next in the world is what comes next in time.

A way is a generator. It yields the instant at which it wants to go on and is resumed when the world has come so far.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from multiprocessing import get_context

from django.db import connection

Way = Generator[datetime, None, None]


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


def live_side_by_side(sides: Sequence[Callable[[], Iterable[Way]]], until: datetime) -> None:
    """The same for sides that never wait for each other, each in a process of its own, the last in this one.

    Raises RuntimeError when a side did not come to its end.
    """
    connection.close()  # a copy of this process must not share it
    others = [get_context("fork").Process(target=_live_here, args=(side, until), daemon=True) for side in sides[:-1]]
    for other in others:
        other.start()
    _live_here(sides[-1], until)
    for other in others:
        other.join()
        if other.exitcode:
            raise RuntimeError("A side of the demo world could not be made; the log says why.")


def _live_here(side: Callable[[], Iterable[Way]], until: datetime) -> None:
    """Live a side with commits that do not wait for the disk; the last one of all, after it, does."""
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
    live(side(), until)
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to on")
