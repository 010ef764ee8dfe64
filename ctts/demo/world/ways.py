"""The past, in its order: everybody goes their own way, and what happens next in the world is what comes next in time.

A way is a generator. It yields the instant at which it wants to go on and is resumed when the world has come so far.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count

from django.db import connection

logger = logging.getLogger(__name__)

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
    connection.close()
    others = [_elsewhere(side, until) for side in sides[:-1]]
    _live_here(sides[-1], until)
    ended = [os.waitpid(pid, 0)[1] for pid in others]
    if any(ended):
        raise RuntimeError("A side of the demo world could not be made; the log says why.")


def _elsewhere(side: Callable[[], Iterable[Way]], until: datetime) -> int:
    """Live a side in a copy of this process; its number."""
    pid = os.fork()
    if pid:
        return pid
    failed = True
    try:
        _live_here(side, until)
        connection.close()
        failed = False
    except Exception:
        logger.exception("A side of the demo world failed.")
    finally:
        os._exit(failed)


def _live_here(side: Callable[[], Iterable[Way]], until: datetime) -> None:
    """Live a side with commits that do not wait for the disk; the last one of all, after it, does."""
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
    live(side(), until)
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to on")
