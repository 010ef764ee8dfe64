"""Fields that several forms of moderation share."""

from __future__ import annotations

from typing import Any

from django import forms

from ctts.common.fields import day_field
from ctts.common.forms import CrispyForm

__all__ = ["ReasonForm", "day_field", "sentences"]

LONG = 4_000


def sentences(label: str, *, required: bool = True, help_text: str = "", rows: int = 4) -> forms.CharField:
    """A field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=LONG, widget=widget)


class ReasonForm(CrispyForm):
    """Why something is done; `field` is its label, `told` says who reads it."""

    reason = sentences("Why", rows=3)

    def __init__(self, *args: Any, told: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = told
