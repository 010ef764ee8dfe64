"""What another window did meanwhile with the same form (screens 13): both texts are shown, the next press takes this.

A view that learns of it (`drafts.NewerDraft`, or a stale version) gives `OtherWindow` to its page as `elsewhere`, and
`components/other_window.html` says it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ctts.common.drafts import DraftBase
from ctts.common.templatetags.formats import day

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class OtherWindow:
    """Where the two differ: (label, typed here, text there) of each field; `kept` is the other draft, None if saved.

    `shared`: others write here, too, so that it may have been one of them. `giver`: who gave what is saved now, where
    it was not the person who types; empty otherwise.
    """

    rows: Sequence[Row]
    kept: DraftBase | None = None
    shared: bool = False
    giver: str = ""

    @property
    def title(self) -> str:
        """The head of the notice."""
        if self.giver:
            return f"Given meanwhile by {self.giver}"
        if self.shared:
            return "Saved meanwhile by somebody else, or in another window"
        return f"{'Saved' if self.kept is None else 'Typed'} in another window meanwhile"


def version_to_send(draft: DraftBase | None, sent: int | None, elsewhere: OtherWindow | None) -> int:
    """The version of the kept text that a page goes on from; `sent`: the one that its form came with, None unsent.

    What comes back goes on from the version that it came with, so that it still meets what other windows keep; once it
    was told of that text, from that.
    """
    if elsewhere is not None and elsewhere.kept is not None:
        return elsewhere.kept.version
    if sent is not None:
        return sent
    return draft.version if draft is not None else 0


def differing(form: forms.BaseForm, other: Mapping[str, Any]) -> list[Row]:
    """The rows of `OtherWindow` for each field that people see and in which the two differ in what they mean, in
    words."""
    seen = [(form[name], field) for name, field in form.fields.items() if name in other and not form[name].is_hidden]
    texts = [(one, _in_words(field, one.value()), _in_words(field, other[one.name])) for one, field in seen]
    return [(str(one.label), here, there) for one, here, there in texts if not _same(form, one.name, here, there)]


def _same(form: forms.BaseForm, name: str, here: str, there: str) -> bool:
    """Whether two texts of a field mean the same, however each is written: 2/3/1998 and 02/03/1998."""
    if here == there or hasattr(form.fields[name], "choices"):
        return here == there
    return bool(_meant(form, name, here) == _meant(form, name, there))


def _meant(form: forms.BaseForm, name: str, text: str) -> Any:
    """What a text means, as its field and what its form reads alone of that field take it; itself where it is wrong."""
    alone: Any = copy(form)
    try:
        alone.cleaned_data = {name: form.fields[name].clean("\n".join(text.splitlines()))}
        reads = getattr(alone, f"clean_{name}", None)
        return alone.cleaned_data[name] if reads is None else reads()
    except (ValidationError, KeyError):
        return text


def differing_rows(formset: forms.BaseFormSet[Any], others: Sequence[Mapping[str, Any]], name: str) -> list[Row]:
    """The same for the rows of a formset, each called `name` with its number; a row that only one has counts as empty
    in the other."""
    found = []
    for number, form in enumerate(formset, start=1):
        other = others[number - 1] if number <= len(others) else {}
        texts = {field: other.get(field, "") for field in form.fields}
        found += [(f"{name} {number}: {label}", here, there) for label, here, there in differing(form, texts)]
    return found


def _in_words(field: forms.Field, value: Any) -> str:
    """A value as people read it: the words of what was chosen, a day written out, all else as its field shows it."""
    shown = field.prepare_value(value)
    if isinstance(field, forms.DateField):
        return _day_in_words(field, shown)
    if not hasattr(field, "choices"):
        return str(field.widget.format_value(shown) or "")
    chosen = {str(one) for one in (shown if isinstance(shown, list | tuple) else [shown])}
    return ", ".join(str(words) for key, words in field.choices if str(key) in chosen and key not in {"", None})


def _day_in_words(field: forms.DateField, value: Any) -> str:
    """A day as it is written everywhere (screens 26); as it was typed where it is none."""
    try:
        return day(field.to_python(value))
    except ValidationError:
        return str(value)
