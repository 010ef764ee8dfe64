"""May this process get traffic? Database, broker and migrations must be right; outbox and beat are told as they are."""

from __future__ import annotations

from typing import Any

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from ctts.common import clock
from ctts.notifications import queries as notifications

PATIENCE_SECONDS = 3


def look() -> dict[str, Any]:
    """A report with `status` "ready" or "not ready", one entry each for database, broker, migrations, and the outbox.

    The broker may be away without harm to what is saved, but reminders then wait: it is told, and makes "not ready".
    """
    try:
        _reach_database()
        waiting = _migrations_waiting()
        outbox = notifications.outbox_state(clock.now())
    except Error as problem:
        return {"status": "not ready", "database": type(problem).__name__}
    broker = _broker()
    ready = broker == "ok" and not waiting
    return {
        "status": "ready" if ready else "not ready",
        "database": "ok",
        "broker": broker,
        "migrations": "ok" if not waiting else f"{waiting} not applied",
        **outbox,
    }


def _reach_database() -> None:
    """Ask for a new connection: unlike one that is open it gives up when the server hangs. Raises OperationalError."""
    with connection.wrap_database_errors:
        wanted = {**connection.get_connection_params(), "connect_timeout": PATIENCE_SECONDS}
        connection.get_new_connection(wanted).close()
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _migrations_waiting() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping()
    except redis.RedisError as problem:
        return type(problem).__name__
    return "ok"
