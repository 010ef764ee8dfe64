"""Fields that take what people type: days in UK writing, scores with a comma, yes or no."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ctts.common.fields import DayField, MeantField

UNLESS_ANOTHER = "unless it is another test"  # when the score of one element is needed
DAY_HELP = "Day, month and year, for example 27/03/1998."


class TypedDayField(DayField):
    """A London day that is typed, as days long ago are: 27/03/1998, 27.3.1998, 27 March 1998."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", DAY_HELP)
        kwargs.setdefault("widget", forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "text"}))
        kwargs.setdefault("error_messages", {"invalid": "Write day, month and year, for example 27/03/1998."})
        super().__init__(**kwargs)


class ScoreField(MeantField, forms.CharField):
    """A score as a certificate prints it, with a point: "7.0", " 7.0 ". Holds a Decimal or None."""

    def meant(self, initial: Any) -> Any:
        """The saved score, which the form shows as the certificate prints it."""
        return Decimal(initial) if isinstance(initial, str) and initial else initial or None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "form-control--short"}))
        super().__init__(max_length=10, **kwargs)

    def clean(self, value: Any) -> Any:
        """The exact score, None when nothing is typed. Raises ValidationError for what is no number."""
        text = super().clean(value).strip()
        if not text:
            return None
        if re.fullmatch(r"[0-9]{1,3},[0-9]{1,2}", text):
            raise ValidationError(f"Write it with a point: {text.replace(',', '.')}.", code="comma")
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", text):
            raise ValidationError("Write the score as a number, for example 7.0.", code="score")
        return Decimal(text)


class YesNoField(MeantField, forms.TypedChoiceField):
    """A question with two answers; `cleaned_data` holds True, False, or None while it is not answered."""

    def __init__(self, *, yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": "Choose one of the two."})
        super().__init__(
            choices=[("yes", yes), ("no", no)],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """A stored answer as its choice; typed text as it was typed."""
        return {True: "yes", False: "no", None: ""}.get(value, value) if not isinstance(value, str) else value
