"""Questions that are asked all day, their SQL written once a process: Django writes it longer than PostgreSQL answers.

Decision 9 says where this is worth it. What comes back is what the queryset would give: objects, values, converted.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cache, wraps
from inspect import signature
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Expression, Field, ForeignObject, Lookup, Model, QuerySet
from django.db.transaction import TransactionManagementError

Build = Callable[..., QuerySet[Any, Any]]
Ask = Callable[..., list[Any]]
Row = TypeVar("Row", bound=Model)


class StandIn(Expression):
    """A value that is handed over when a prepared question is asked: its argument at this place."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A place for one parameter, and itself as what stands in for it."""
        return "%s", (self,)


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`key__any_of=ids`: equal to one of these. Unlike `in`, the statement is the same for every number of them."""

    lookup_name = "any_of"

    def get_prep_lookup(self) -> Any:
        """A stand-in as it is; outside a prepared question the ids themselves, as a list."""
        return self.rhs if isinstance(self.rhs, StandIn) else list(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = any(array)`, the array being one parameter."""
        column, given = self.process_lhs(compiler, connection)
        array, ids = self.process_rhs(compiler, connection)
        return f"{column} = any({array})", (*given, *ids)


def prepared(build: Build) -> Ask:
    """A function that asks the queryset of `build` with the values it is given, and returns its rows as a list.

    `build` is called once a process, with a stand-in for each argument: it may compare columns with it and nothing
    else. Values are ids, days, instants, text, or lists of ids for `any_of`; never None, which SQL compares otherwise.
    A first argument that is an empty list is a question about nothing: nothing is asked, and nothing found.
    """

    @cache
    def written() -> tuple[QuerySet[Any, Any], Any, str, tuple[Any, ...]]:
        rows = build(*map(StandIn, range(len(signature(build).parameters))))
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        return rows, compiler, *compiler.as_sql()

    @wraps(build)
    def ask(*values: Any) -> list[Any]:
        if values[:1] == ([],):
            return []
        rows, compiler, sql, stand_ins = written()
        if rows.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("A lock outside a transaction would hold nothing.")
        given = [values[one.place] if isinstance(one, StandIn) else one for one in stand_ins]
        question = copy(compiler)
        question.connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        question.as_sql = lambda: (sql, given)
        asked = rows.all()
        asked.query.get_compiler = lambda *_, **__: question  # type: ignore[method-assign]  # its SQL is there
        return list(asked)

    return ask


def only(kind: type[Row], found: list[Any]) -> Row:
    """The one row that a prepared question was asked for. Raises the DoesNotExist of its model when there is none."""
    if not found:
        raise kind.DoesNotExist  # type: ignore[attr-defined]  # every model class has one
    row: Row = found[0]
    return row
