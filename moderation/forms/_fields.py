"""Fields that several forms of moderation share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from ctts.common.forms import CrispyForm

LONG = 4_000
DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y"]


def sentences(label: str, *, required: bool = True, help_text: str = "", rows: int = 4) -> forms.CharField:
    """A field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=LONG, widget=widget)


def day_field(label: str, *, first: date | None = None, help_text: str = "") -> forms.DateField:
    """A London day; with `first` none before it."""
    attrs = {"type": "date", "class": "form-control--short"}
    widget = forms.DateInput(attrs=attrs | ({"min": first.isoformat()} if first else {}), format="%Y-%m-%d")
    errors = {"invalid": "Give day, month and year."}
    return forms.DateField(label=label, input_formats=DAYS, widget=widget, help_text=help_text, error_messages=errors)


class ReasonForm(CrispyForm):
    """Why something is done; `field` is its label, `told` says who reads it."""

    reason = sentences("Why", rows=3)

    def __init__(self, *args: Any, told: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = told
