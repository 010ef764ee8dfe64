"""Rows on their way into the database: kept table by table, then sent by COPY, past no constraint and no trigger."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import repeat
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from ctts.common.digest import canonical

FEWEST_KEYS, MOST_KEYS = 128, 16_384
A_COPY, A_READ = 20_000, 262_144  # rows in one COPY; bytes that the driver takes of it at a time
ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
TO_ESCAPE = re.compile(r"[\\\t\n\r]")
NOTHING = r"\N"
DOCUMENTS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Encoded(str):
    """A document that is JSON already, because its digest was made of it; the column of a JSONField takes either."""

    __slots__ = ()


def encoded(content: dict[str, Any]) -> tuple[Encoded, str]:
    """What is kept beside a signature, and its digest (`ctts.common.digest.sha256`), encoded once for both."""
    form = canonical(content)
    return Encoded(form.decode()), hashlib.sha256(form).hexdigest()


def _text(value: str) -> str:
    return TO_ESCAPE.sub(lambda found: ESCAPED[found[0]], value) if TO_ESCAPE.search(value) else value


def _truth(value: bool) -> str:
    return "t" if value else "f"


def _day(value: date | datetime) -> str:
    return value.isoformat()


def _document(value: Any) -> str:
    return _text(value if type(value) is Encoded else DOCUMENTS.encode(value))


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


def _column(write: Callable[[Any], str], values: Sequence[Any]) -> Iterable[str]:
    """The values of one column, written: together, for what is asked of each value is what costs."""
    if None in values:
        return [NOTHING if value is None else write(value) for value in values]
    if write is _text and not TO_ESCAPE.search("".join(values)):
        return values
    return map(write, values)


class Sheet:
    """The rows of one table: by their shape, which is the columns that a row is given, and beside them those that were
    written elsewhere (`entered`, by their place). `blank` is what stands in the columns that a row is not given."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.table = model._meta.db_table
        self.names = [str(field.column) for field in fields]
        self.writers = {field.attname: _writer(field) for field in fields}
        self.blank = {field.attname: _written(field, field.get_default()) for field in fields}
        pk = model._meta.pk
        self.key = pk.attname
        self.numbered = isinstance(pk, models.AutoField)
        self.keys = self._next_keys()
        self.shapes: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        self.entered: dict[str, str] = {}
        self.written = 0

    def _next_keys(self) -> Iterator[int]:
        """Numbers from the table's own sequence: a few at first, the more the longer they are asked for."""
        many = FEWEST_KEYS
        while True:
            with connection.cursor() as cursor:
                cursor.execute("select pg_get_serial_sequence(%s, %s)", [self.table, self.key])
                [sequence] = cursor.fetchone()
                cursor.execute("select array_agg(nextval(%s::regclass)) from generate_series(1, %s)", [sequence, many])
                [numbers] = cursor.fetchone()
            yield from numbers
            many = min(2 * many, MOST_KEYS)

    def add(self, values: dict[str, Any]) -> int:
        """Keep one row; returns its number, 0 for a table without."""
        if self.numbered and self.key not in values:
            values[self.key] = next(self.keys)
        shape = tuple(values)
        rows = self.shapes.get(shape)
        if rows is None:
            rows = self.shapes[shape] = []
        rows.append(tuple(values.values()))
        return int(values[self.key]) if self.numbered else 0

    def send(self) -> None:
        """Copy what is kept, and keep it no longer. Raises KeyError for a column that the table has not."""
        lines = [self.entered[place] for place in sorted(self.entered)]
        for shape, rows in self.shapes.items():
            lines += self._lines(dict(zip(shape, zip(*rows, strict=True), strict=True)))
        columns = ", ".join(f'"{name}"' for name in self.names)
        with connection.cursor() as cursor:
            for first in range(0, len(lines), A_COPY):
                copied = BytesIO("\n".join([*lines[first : first + A_COPY], ""]).encode())
                cursor.copy_expert(f'copy "{self.table}" ({columns}) from stdin', copied, A_READ)
        self.written += len(lines)
        self.shapes, self.entered = {}, {}

    def _lines(self, given: dict[str, Sequence[Any]]) -> Iterable[str]:
        """Rows as COPY reads them, from the values of each column that they have."""
        written = {name: _column(self.writers[name], values) for name, values in given.items()}
        columns = [written.get(name) or repeat(blank) for name, blank in self.blank.items()]
        return map("\t".join, zip(*columns, strict=False))


class Sheets:
    """The rows of every table, sent in the order in which the triggers accept them: `order`."""

    def __init__(self, order: list[type[models.Model]]) -> None:
        self._sheets = {model: Sheet(model) for model in order}

    def add(self, model: type[models.Model], /, **values: Any) -> int:
        """Keep a row of a table; returns its number: the one given, else the next."""
        return self._sheets[model].add(values)

    def enter(self, model: type[models.Model], line: str, place: str) -> None:
        """Keep a row that is written already: each column in the table's order. It is sent by its own `place`."""
        self._sheets[model].entered[place] = line

    def key(self, model: type[models.Model]) -> int:
        """The number of a row that is added later."""
        return next(self._sheets[model].keys)

    def send(self, but: type[models.Model] | None = None) -> None:
        """Copy everything that is kept, but the rows of one table, which wait for more."""
        for model, sheet in self._sheets.items():
            if model is not but and (sheet.shapes or sheet.entered):
                sheet.send()

    @property
    def written(self) -> dict[str, int]:
        """How many rows each table was given so far; tables without any are left out."""
        return {sheet.table: sheet.written for sheet in self._sheets.values() if sheet.written}
