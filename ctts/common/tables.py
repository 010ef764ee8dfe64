"""Cells of a django-tables2 table, with everything that is the same in all rows worked out once a column.

django-tables2 asks for the signature of a column's `render` in every cell; that is two thirds of the cost of a page of
fifty rows (docs/design.md, "Tables"). What a cell shows is the same; a test compares both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django_tables2.utils import A, signature

_FRAMED = itemgetter("frame", "cells")
END_TH, END_TD = SafeString("</th>"), SafeString("</td>")


class Caller:
    """A function that is given only those of the offered arguments that it names."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        names, catch_all = signature(function)
        self.names: tuple[str, ...] | None = None if catch_all else names

    def __call__(self, offered: dict[str, Any]) -> Any:
        """The answer of the function; None when it names something that is not offered, as django-tables2 does."""
        if self.names is None:
            return self.function(**offered)
        try:
            return self.function(**{name: offered[name] for name in self.names})
        except KeyError:
            if all(name in offered for name in self.names):
                raise
            return None


class Cells:
    """One column of one table, ready to fill its cell in any row."""

    def __init__(self, bound: Any, table: Any) -> None:
        self.bound = bound
        self.table = table
        self.same = {"column": bound.column, "bound_column": bound, "table": table}
        self.accessor = A(bound.accessor)
        self.render = Caller(bound.render)
        self.default = bound.default
        self.empty = bound.column.empty_values
        self.displays: dict[type, str] = {}
        link = bound.link
        self.url = Caller(link.url) if link and callable(link.url) and not link.attrs else None

    def value(self, record: Any) -> Any:
        """What the record holds for this column; the words of a choice rather than its key."""
        holder, name = self.accessor.penultimate(record)
        if isinstance(holder, Model):
            shown = self.displays.get(type(holder))
            if shown is None:
                shown = self.displays.setdefault(type(holder), self._display(record, holder, name))
            if shown:
                return getattr(holder, shown)()
        return self.accessor.resolve(record, quiet=True)

    def _display(self, record: Any, holder: Model, name: str) -> str:
        method = f"get_{name}_display"
        try:
            field = self.accessor.get_field(record)
        except FieldDoesNotExist:
            return ""
        return method if getattr(field, "choices", None) and hasattr(holder, method) else ""

    def cell(self, row: Any) -> Any:
        """The cell of this column in a bound row: rendered, linked, or the column's default when there is nothing."""
        record = row.record
        value = self.value(record)
        if value in self.empty:
            return self.default
        offered = {**self.same, "value": value, "record": record, "bound_row": row}
        content = self.render(offered)
        if self.url is not None:
            address = self.url(offered)
            return content if address is None else format_html('<a href="{}">{}</a>', address, content)
        return self.bound.link(content, **offered) if self.bound.link else content


def sorting_of(bound: Any) -> str:
    """ "ascending", "descending", or empty when the table is not sorted by this column."""
    if not bound.is_ordered:
        return ""
    return "descending" if bound.order_by_alias.is_descending else "ascending"


def columns_of(table: Any) -> list[dict[str, Any]]:
    """The visible columns as the template needs them; `row_header` of the table names the one that heads its row."""
    header = getattr(table, "row_header", None) or next(iter(table.columns)).name
    return [
        {
            "label": bound.header,
            "th": bound.attrs["th"].as_html(),
            "orderable": bound.orderable,
            "sorted": sorting_of(bound),
            "next": bound.order_by_alias.next if bound.orderable else "",
            "frame": _frame(bound, heads_row=bound.name == header),
            "cells": Cells(bound, table),
        }
        for bound in table.columns
    ]


def _frame(bound: Any, *, heads_row: bool) -> tuple[SafeString, SafeString]:
    attributes = bound.attrs["td"].as_html()
    if heads_row:
        return format_html('<th scope="row" {}>', attributes), END_TH
    return format_html('<td {} data-label="{}">', attributes, bound.header), END_TD


def body_of(table: Any, columns: list[dict[str, Any]]) -> SafeString:
    """The rows of the present page; the first column (or `row_header`) heads its row, the others know their label."""
    return SafeString("\n".join(_row(row, columns) for row in table.paginated_rows))


def _row(row: Any, columns: list[dict[str, Any]]) -> str:
    """One row: frames are made by `format_html`, once a column; what stands in a cell is escaped here."""
    cells = (f"{start}{conditional_escape(cells.cell(row))}{end}" for (start, end), cells in map(_FRAMED, columns))
    return f"<tr>{''.join(cells)}</tr>"
