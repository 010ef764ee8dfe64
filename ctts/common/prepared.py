"""Questions put to many tables at once; their SQL is written once a process: it costs more than asking (decision 9)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache, wraps
from inspect import signature
from typing import Any

from django.db import connection
from django.db.models import Field, ForeignObject, Lookup, QuerySet

Build = Callable[..., QuerySet[Any, Any]]
Ask = Callable[..., list[tuple[Any, ...]]]


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`key__any_of=[…]`: equal to one of these numbers. Unlike `in`, the statement is the same for every length."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = any(array)`, the array being one parameter."""
        column, given = self.process_lhs(compiler, connection)
        return f"{column} = any(%s)", (*given, list(self.rhs))


def prepared(build: Build) -> Ask:
    """A function that asks what `build` builds, with one collection of ids for each argument; returns the rows.

    `build` is called once a process, with stand-ins that it may only hand to `any_of`; its query gives values.
    """
    arguments = len(signature(build).parameters)
    stand_ins = [[-1 - place] for place in range(arguments)]  # no id is negative

    @cache
    def written() -> tuple[str, tuple[Any, ...]]:
        sql, given = build(*stand_ins).query.sql_with_params()
        return sql, tuple(given)

    @wraps(build)
    def ask(*ids: Collection[int]) -> list[tuple[Any, ...]]:
        sql, given = written()
        values = [list(ids[stand_ins.index(value)]) if value in stand_ins else value for value in given]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    return ask
