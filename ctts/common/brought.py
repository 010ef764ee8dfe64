"""What a form brought, in its own words: each field by its label, a choice by what was chosen (quality rule 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.http import QueryDict

TICKED = "Ticked"
ROW = re.compile(r"\w+-(\d+)-(\w+)")  # how a formset names a field of a row


@dataclass(frozen=True, slots=True)
class Brought:
    """`labels`: what the form calls what people typed or chose, by the names under which it came; `chosen`: what was
    chosen or ticked, in the words that the page showed."""

    labels: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: Brought) -> Brought:
        """Both; of a name that both know, what `other` says."""
        return Brought({**self.labels, **other.labels}, {**self.chosen, **other.chosen})


def brought_by(form: forms.BaseForm, before: str = "") -> Brought:
    """What a form brought that was sent; `before` stands before each of its labels."""
    named = {form.add_prefix(name): (f"{before}{form[name].label}", one) for name, one in form.fields.items()}
    return _brought(named, form.data)


def brought_to(asked: Iterable[type[forms.BaseForm]], data: QueryDict) -> Brought:
    """What was sent to forms that the view did not come to make, by what their classes know: no rows to choose from.

    A field that was sent in several rows is called so with the number of its row.
    """
    fields = {name: one for form in asked for name, one in vars(form)["base_fields"].items()}
    open_ones = {name: one for name, one in fields.items() if not isinstance(one, forms.ModelChoiceField)}
    named = {name: (str(one.label or pretty_name(name)), one) for name, one in open_ones.items()}
    for row in filter(None, map(ROW.fullmatch, data)):
        if row[2] in named:
            label, one = named[row[2]]
            named[row[0]] = (f"{label} {int(row[1]) + 1}", one)
    return _brought(named, data)


def _brought(named: Mapping[str, tuple[str, forms.Field]], data: Any) -> Brought:
    seen = {name: both for name, both in named.items() if _is_shown(both[1]) and name in data}
    chosen = {name: _chosen(one, data, name) for name, (_, one) in seen.items() if _is_chosen(one)}
    return Brought({name: label for name, (label, _) in seen.items()}, chosen)


def _is_shown(one: forms.Field) -> bool:
    """Whether a field is one that people fill in and may read again: nothing hidden, no password, no file."""
    secret = isinstance(one.widget, forms.PasswordInput) or isinstance(one, forms.FileField)
    return not (one.widget.is_hidden or secret)


def _is_chosen(one: forms.Field) -> bool:
    return hasattr(one, "choices") or isinstance(one, forms.BooleanField)


def _chosen(one: forms.Field, data: Any, name: str) -> str:
    """What was chosen in words; empty for nothing, and for what was not offered."""
    value = one.widget.value_from_datadict(data, {}, name)
    if isinstance(one, forms.BooleanField):
        return TICKED if value else ""
    if isinstance(one, forms.ModelChoiceField):
        return _rows(one, value)
    offered = dict(_flat(getattr(one, "choices", ())))
    values = value if isinstance(value, list) else [value]
    return "; ".join(offered[str(key)] for key in values if key and str(key) in offered)


def _rows(one: forms.ModelChoiceField[Any], value: Any) -> str:
    """The rows that were chosen among those that this person may choose."""
    if one.queryset is None or not value:
        return ""
    try:
        found = one.clean(value)
    except ValidationError:
        return ""
    rows = found if isinstance(one, forms.ModelMultipleChoiceField) else [found]
    return "; ".join(str(one.label_from_instance(row)) for row in rows)


def _flat(choices: Any) -> Iterable[tuple[str, str]]:
    """Keys and words of choices, also of those in groups; of a choice with an explanation its first line."""
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat(words)
        else:
            yield str(key), str(words).partition("\n")[0]
