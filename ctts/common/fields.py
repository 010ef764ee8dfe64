"""Fields that the forms of several apps share: a day, some sentences."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator

LONG, SHORT = 20_000, 4_000
DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y"]


def day_field(label: str, *, today: date | None = None, required: bool = True, help_text: str = "") -> forms.DateField:
    """A London day; with `today` none that has not come yet."""
    field = forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=DAYS,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control--short"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give day, month and year."},
    )
    if today is not None:
        field.validators.append(MaxValueValidator(today, "This day has not come yet."))
        field.widget.attrs["max"] = today.isoformat()
    return field


def sentences(
    label: str, *, required: bool = True, help_text: str = "", most: int = LONG, rows: int = 4
) -> forms.CharField:
    """A field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=most, widget=widget)
