"""The only door to Celery: `@job` declares, `enqueue` rings the doorbell after commit.

Work owed is a row in PostgreSQL; a sweep finds what was never rung or was lost (quality rule 3), so a dead broker is
logged and never turns a saved decision into an error page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeAlias

from celery import Task, current_app, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

Job: TypeAlias = "Task[..., None]"


def job(name: str) -> Callable[[Callable[..., None]], Job]:
    """Declare a worker job: ids in, load, one call; safe to run twice. `name` is "<app>.<verb>"."""
    return shared_task(name=name, ignore_result=True)


def enqueue(task: Job, *, expires: int = 900, **ids: int | str) -> None:
    """Send `task` with its ids once the present transaction has committed; a dead broker only leaves a warning.

    After `expires` seconds in the queue the ring is worthless: a sweep or the next tick has rung again.
    """

    def send() -> None:
        try:
            task.apply_async(kwargs=ids, retry=False, expires=expires)
        except (OperationalError, RedisError, OSError) as problem:
            logger.warning("The broker did not take %s: %s", task.name, type(problem).__name__)

    transaction.on_commit(send)


def ring(name: str, *, expires: int = 900) -> None:
    """Wake a job of the calendar by its name once the present transaction has committed.

    For actions that leave rows which a `periodic.py` works off: it would find them within a minute anyway.
    """

    def send() -> None:
        try:
            current_app.send_task(name, retry=False, expires=expires, ignore_result=True)
        except (OperationalError, RedisError, OSError) as problem:
            logger.warning("The broker did not take %s: %s", name, type(problem).__name__)

    transaction.on_commit(send)
