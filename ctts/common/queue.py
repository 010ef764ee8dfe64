"""The only door to Celery: `@job` declares, `enqueue` rings the doorbell after commit.

Work owed is a row in PostgreSQL; a sweep finds what was never rung or was lost (quality rule 3), so a dead broker is
logged and never turns a saved decision into an error page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from celery import Task, current_app, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

Job: TypeAlias = "Task[..., None]"
_silent: ContextVar[bool] = ContextVar("silent", default=False)


def job(name: str) -> Callable[[Callable[..., None]], Job]:
    """Declare a worker job: ids in, load, one call; safe to run twice. `name` is "<app>.<verb>"."""
    return shared_task(name=name, ignore_result=True)


def enqueue(task: Job, *, expires: int = 900, **ids: int | str) -> None:
    """Send `task` with its ids once the present transaction has committed; a dead broker only leaves a warning.

    After `expires` seconds in the queue the ring is worthless: a sweep or the next tick has rung again.
    """

    _after_commit(task.name, lambda: task.apply_async(kwargs=ids, retry=False, expires=expires))


def ring(name: str, *, expires: int = 900) -> None:
    """Wake a job of the calendar by its name once the present transaction has committed.

    For actions that leave rows which a `periodic.py` works off: it would find them within a minute anyway.
    """
    _after_commit(name, lambda: current_app.send_task(name, retry=False, expires=expires, ignore_result=True))


@contextmanager
def silence() -> Iterator[None]:
    """Let nothing ring that commits inside: for a caller that does itself, at once, what the rings would ask for.

    Nothing is lost by it: what is owed are rows, and the sweeps ring again for what the caller left undone.
    """
    before = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(before)


def _after_commit(name: str, send: Callable[[], object]) -> None:
    def sent() -> None:
        if _silent.get():
            return
        try:
            send()
        except (OperationalError, RedisError, OSError) as problem:
            logger.warning("The broker did not take %s: %s", name, type(problem).__name__)

    transaction.on_commit(sent)
