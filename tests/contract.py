"""The contract role's connection, as a reporting tool has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2

from ctts.embedded import CONTRACT


@contextmanager
def reading(servers: Any) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Rows of a query, read by the contract role."""
    connection = psycopg2.connect(servers.url(CONTRACT, servers.database))
    connection.autocommit = True
    with connection.cursor() as cursor:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return cursor.fetchall()

        yield rows
    connection.close()
