"""Rows on their way into the database: kept table by table, then sent by COPY, past no constraint and no trigger."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

FEWEST_KEYS, MOST_KEYS = 128, 16_384
ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
TO_ESCAPE = re.compile(r"[\\\t\n\r]")
NOTHING = r"\N"
DOCUMENTS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _text(value: str) -> str:
    return TO_ESCAPE.sub(lambda found: ESCAPED[found[0]], value) if TO_ESCAPE.search(value) else value


def _truth(value: bool) -> str:
    return "t" if value else "f"


def _day(value: date | datetime) -> str:
    return value.isoformat()


def _document(value: Any) -> str:
    return _text(DOCUMENTS.encode(value))


def _codes(value: list[str]) -> str:
    return "{" + ",".join(value) + "}"


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    """How a column's values are written for COPY."""
    kinds: list[tuple[tuple[type, ...], Callable[[Any], str]]] = [
        ((models.JSONField,), _document),
        ((ArrayField,), _codes),
        ((models.BooleanField,), _truth),
        ((models.DateField,), _day),
        ((models.CharField, models.TextField), _text),
    ]
    return next((writer for classes, writer in kinds if isinstance(field, classes)), str)


def _written(field: models.Field[Any, Any], value: Any) -> str:
    return NOTHING if value is None else _writer(field)(value)


class Sheet:
    """The rows of one table. `places` says of each column where it stands and how it is written; `blank` is a row of
    nothing but defaults, written."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.table = model._meta.db_table
        self.names = [str(field.column) for field in fields]
        self.places = {field.attname: (place, _writer(field)) for place, field in enumerate(fields)}
        self.blank = [_written(field, field.get_default()) for field in fields]
        pk = model._meta.pk
        self.key = pk.attname
        self.numbered = isinstance(pk, models.AutoField)
        self.keys = self._next_keys()
        self.lines: list[str] = []
        self.written = 0

    def _next_keys(self) -> Iterator[int]:
        """Numbers from the table's own sequence: a few at first, the more the longer they are asked for."""
        many = FEWEST_KEYS
        while True:
            with connection.cursor() as cursor:
                cursor.execute("select pg_get_serial_sequence(%s, %s)", [self.table, self.key])
                cursor.execute("select nextval(%s::regclass) from generate_series(1, %s)", [cursor.fetchone()[0], many])
                found = cursor.fetchall()
            yield from (row[0] for row in found)
            many = min(2 * many, MOST_KEYS)

    def add(self, values: dict[str, Any]) -> int:
        """Keep one row; returns its number, 0 for a table without. Raises KeyError for a column that it has not."""
        if self.numbered and self.key not in values:
            values[self.key] = next(self.keys)
        cells = self.blank.copy()
        for name, value in values.items():
            place, write = self.places[name]
            cells[place] = NOTHING if value is None else write(value)
        self.lines.append("\t".join(cells))
        return int(values[self.key]) if self.numbered else 0

    def send(self) -> None:
        """Copy what is kept, and keep it no longer."""
        columns = ", ".join(f'"{name}"' for name in self.names)
        with connection.cursor() as cursor:
            rows = StringIO("\n".join(self.lines) + "\n")
            cursor.copy_expert(f'copy "{self.table}" ({columns}) from stdin', rows)
        self.written += len(self.lines)
        self.lines = []


class Sheets:
    """The rows of every table, sent in the order in which the triggers accept them: `order`."""

    def __init__(self, order: list[type[models.Model]]) -> None:
        self._sheets = {model: Sheet(model) for model in order}

    def add(self, model: type[models.Model], /, **values: Any) -> int:
        """Keep a row of a table; returns its number: the one given, else the next."""
        return self._sheets[model].add(values)

    def key(self, model: type[models.Model]) -> int:
        """The number of a row that is added later."""
        return next(self._sheets[model].keys)

    def send(self) -> None:
        """Copy everything that is kept."""
        for sheet in self._sheets.values():
            if sheet.lines:
                sheet.send()

    @property
    def written(self) -> dict[str, int]:
        """How many rows each table was given so far; tables without any are left out."""
        return {sheet.table: sheet.written for sheet in self._sheets.values() if sheet.written}
