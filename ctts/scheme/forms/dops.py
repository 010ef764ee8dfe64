"""Changing the ten items of a DOPS form, and from when the new ones hold (T5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.fields import day_field
from ctts.common.forms import CrispyForm
from ctts.common.months import in_words
from ctts.organisations.forms import reason_field
from ctts.scheme.models import DopsForm
from ctts.scheme.queries import dops_rows, held_since
from ctts.scheme.spreadsheet import Change, DopsItemRow, dops_differences

POINTS = ("unable or unsafe", "", "", "competent unsupervised", "also handles the unexpected")
OBSERVED, ANCHOR = 1000, 400
NOTHING = "Nothing differs from the version from which this starts. Change an item first."


def _words(label: str, most: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 2}))


def _fields_of(row: DopsItemRow) -> dict[str, tuple[forms.Field, str]]:
    """The fields of one item, each with what it says now."""
    title = forms.CharField(label=f"Item {row.number}", max_length=120)
    found: dict[str, tuple[forms.Field, str]] = {f"title_{row.number}": (title, row.title)}
    found[f"observed_{row.number}"] = _words(f"What is observed in item {row.number}", OBSERVED), row.observed
    for point, (words, says) in enumerate(zip(POINTS, row.anchors, strict=True)):
        label = f"What {point} looks like in item {row.number}" + (f" ({words})" if words else "")
        found[f"anchor_{row.number}_{point}"] = _words(label, ANCHOR), says
    return found


class DopsItemsForm(CrispyForm):
    """Ten items with their anchors, from when they hold, and why. `base` is the version from which they start."""

    submit_label = "See what it does"

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)
    previewed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = reason_field("Why the items change")

    def __init__(self, *args: Any, base: DopsForm | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.held = base.pk if base else 0, dops_rows(base)
        known = {name: pair for row in self.held for name, pair in _fields_of(row).items()}
        since = held_since(base) if base else None
        self.first = max(today, london_date(since)) if since else today
        self.planned = self.first > today
        when = day_field(
            "From which day", first=self.first, required=self.planned, help_text=self._help(base.version if base else 0)
        )
        self.fields = {**{name: field for name, (field, _) in known.items()}, "starts_on": when, **self.fields}
        self.initial = {**{name: says for name, (_, says) in known.items()}, "seen": self.start, **self.initial}
        if self.planned:
            self.initial.setdefault("starts_on", self.first)
        self.set_up(None)

    def _help(self, version: int) -> str:
        if not self.planned:
            return "Leave it empty for at once."
        return (
            f"Version {version} is planned from {in_words(self.first)}; this starts from its items. From the same "
            "day on the new version takes its place."
        )

    @property
    def items(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Each item for the page: what it is called, its fields, and whether anything in them is wrong."""
        found = []
        for row in self.held:
            fields = [self[name] for name in _fields_of(row)]
            wrong = any(field.errors for field in fields)
            found.append((f"{row.number}. {row.title}" if row.title else f"Item {row.number}", fields, wrong))
        return found

    def rows(self) -> tuple[DopsItemRow, ...]:
        """The items as they were typed, each text on one line; what is missing or wrong is left empty."""

        def said(name: str) -> str:
            return " ".join(self.cleaned_data.get(name, "").split())

        found = []
        for row in self.held:
            n = row.number
            a, b, c, d, e = (said(f"anchor_{n}_{point}") for point in range(5))
            found.append(DopsItemRow(n, said(f"title_{n}"), said(f"observed_{n}"), (a, b, c, d, e)))
        return tuple(found)

    def changes(self) -> tuple[Change, ...]:
        """What was typed against the version from which it starts, field by field."""
        return dops_differences(self.held, self.rows())

    def digest(self) -> str:
        """What the preview showed: the next press takes exactly this."""
        shown = [[one.code, one.field, one.new] for one in self.changes()]
        given = self.cleaned_data
        return sha256({"changes": shown, "from": given.get("starts_on"), "why": given["reason"], "seen": given["seen"]})

    def clean(self) -> dict[str, Any]:
        """Refuse what changes nothing; whether it came too late the action judges."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and given["seen"] == self.start and not self.changes():
            self.add_error(None, NOTHING)
        return given
