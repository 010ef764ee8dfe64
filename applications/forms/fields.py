"""Fields that take what people type: days in UK writing, money in pounds, scores with a comma, yes or no."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ctts.common.fields import DayField

UNLESS_ANOTHER = "unless it is another test"  # when the score of one element is needed
DAY_HELP = "Day, month and year, for example 27/03/1998."
POUNDS = re.compile(r"£?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.([0-9]{1,2}))?")


class TypedDayField(DayField):
    """A London day that is typed, as days long ago are: 27/03/1998, 27.3.1998, 27 March 1998."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", DAY_HELP)
        kwargs.setdefault("widget", forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "text"}))
        kwargs.setdefault("error_messages", {"invalid": "Write day, month and year, for example 27/03/1998."})
        super().__init__(**kwargs)


class MeantField(forms.Field):
    """A field whose answers are compared by what they mean: "£3000" changes nothing where £3,000.00 is saved."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was sent means something else than `initial`, the saved value; what cannot be read does."""
        try:
            return bool(self.clean(data) != self.meant(initial))
        except ValidationError:
            return bool(data) or initial is not None

    def meant(self, initial: Any) -> Any:
        """What the saved value means; as it is, where it is not shown in words."""
        return initial


class PoundsField(MeantField, forms.CharField):
    """An amount typed in pounds ("£3,000.00", "3000"); `cleaned_data` holds integer pence or None."""

    default_error_messages = {"required": "Give the amount in pounds."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "form-control--short"}))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        """Integer pence, None for an empty field that may be empty. Raises ValidationError in words."""
        text = super().clean(value).strip()
        if not text:
            return None
        found = POUNDS.fullmatch(text)
        if found is None:
            raise ValidationError("Write pounds and pence as in £3,000.00.", code="pounds")
        pence = (found[2] or "0").ljust(2, "0")
        return int(found[1].replace(",", "")) * 100 + int(pence)

    def prepare_value(self, value: Any) -> Any:
        """Stored pence as people write them; typed text as it was typed."""
        return f"{value // 100:,}.{value % 100:02d}" if isinstance(value, int) else value


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
