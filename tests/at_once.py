"""Many at the same moment, each on a connection of its own: what the database judges (quality rule 2)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from ctts.common.verdict import Refused

MANY = 20


def at_once(step: Callable[[int], Any], many: int = MANY) -> list[Any]:
    """What `step(number)` gave in each of so many threads, all let go at the same moment, in their order.

    A refusal is given back like a result; any other fault ends the test.
    """
    gate = Barrier(many)

    def run(number: int) -> Any:
        try:
            gate.wait(timeout=60)
            return step(number)
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(run, range(many)))
