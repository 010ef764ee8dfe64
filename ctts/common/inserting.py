"""Rows that every decision adds, stored with SQL of our own where the ORM needs several statements (decision 8)."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, models


def column_values(row: models.Model) -> dict[str, Any]:
    """What a new row stores, by column, prepared by the fields of its model; without the key the database gives."""
    prepared: dict[str, Any] = {}
    for field, column in _columns(type(row)):
        prepared[column] = field.get_db_prep_save(field.pre_save(row, add=True), connection)
    return prepared


def _columns(model: type[models.Model]) -> list[tuple[models.Field[Any, Any], str]]:
    """The fields of a model that are columns of its own, with their names; without the key the database gives."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return [(field, field.column) for field in fields if field.column is not None]


def insert_unless_taken(row: models.Model, unique: str) -> bool:
    """Store a new row unless its column `unique` is taken; whether that was done. One statement, no savepoint.

    It waits for another transaction that is storing the same. Raises IntegrityError for any other broken constraint.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(row), unique), column_values(row))
        stored = cursor.fetchone()
    if stored is not None:
        mark_stored(row, stored[0])
    return stored is not None


def mark_stored(row: models.Model, key: int) -> None:
    """Leave a row as the ORM leaves one that it has stored under this key."""
    row.pk = key
    row._state.adding = False
    row._state.db = connection.alias


@cache
def _statement(model: type[models.Model], unique: str) -> str:
    quote, meta = connection.ops.quote_name, model._meta
    columns = [column for _, column in _columns(model)]
    names, values = ", ".join(map(quote, columns)), ", ".join(f"%({column})s" for column in columns)
    taken, key = quote(unique), quote(str(meta.pk.column))
    return (
        f"insert into {quote(meta.db_table)} ({names}) values ({values}) "  # noqa: S608 — names of a model's columns
        f"on conflict ({taken}) do nothing returning {key}"
    )
