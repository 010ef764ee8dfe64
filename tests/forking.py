"""A process that is a copy of this one and does one thing: for tests in which somebody dies in the middle."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

from django.db import connections

FAULT = 70


def in_a_copy(act: Callable[[], object]) -> int:
    """Start a copy of this process that calls `act` and ends; returns its id.

    The copy never comes back into the test run, whatever `act` raises: it would run all later tests a second time.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        status = FAULT
        try:
            connections.close_all()  # a thread with an event loop (a browser test's) keeps others; here is no loop
            act()
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    return child
