"""Races are judged by the database: two people store what only one can, and the constraint says who was second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction

from ctts.common.verdict import Refused


@contextmanager
def taken_means(refusal: Refused | Callable[[], Refused]) -> Iterator[None]:
    """Store inside what a constraint may forbid; then nothing of it is stored, and `refusal` is raised instead.

    A function is asked for the refusal only then, after the database has judged: it may look at what stands there.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        raise (refusal() if callable(refusal) else refusal) from problem


def alone_with(lock: int) -> None:
    """Wait until nobody else holds an advisory lock, and hold it to the end of the transaction: for rows that are never
    changed, so that none of them can be locked itself. `lock` is the number of what is decided."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [lock])
