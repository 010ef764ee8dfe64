"""Fields that several forms of training share: a day, some sentences, yes or no, one competency."""

from __future__ import annotations

from datetime import date
from typing import Any

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


class YesNo(forms.TypedChoiceField):
    """A question with two answers, neither of them chosen beforehand."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": "Choose yes or no."})
        choices = [("yes", "Yes"), ("no", "No")]
        super().__init__(choices=choices, coerce=lambda value: value == "yes", widget=forms.RadioSelect, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored answer as its choice; what was typed as it was typed."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class OneCompetency(forms.ModelChoiceField):
    """One competency of a record; nothing else can be chosen (quality rule 1)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, empty_label="Choose a competency", **kwargs)

    def label_from_instance(self, item: Any) -> str:
        """Code and title."""
        return str(item.item)
