"""Fields that the forms of several apps share: a day, some sentences, an amount in pounds."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from ctts.common.months import FIRST_DAY, LAST_DAY, in_words

F = TypeVar("F", bound=forms.Field)
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
POUNDS = re.compile(r"£?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.([0-9]{1,2}))?")
LONG, SHORT = 20_000, 4_000
DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y", "%d %B %Y", "%d %b %Y"]


if TYPE_CHECKING:
    OneOf = forms.ModelChoiceField
    SomeOf = forms.ModelMultipleChoiceField
else:

    class OneOf(forms.ModelChoiceField):
        """A choice of one row; `OneOf[User]` says of which model. Django's own is generic for type checkers only."""

        __class_getitem__ = classmethod(lambda cls, model: cls)

    class SomeOf(forms.ModelMultipleChoiceField):
        """A choice of several rows; `SomeOf[PlanItem]` says of which model."""

        __class_getitem__ = classmethod(lambda cls, model: cls)


def uk_postcode(text: str) -> str:
    """A UK postcode as it was typed, in capital letters with its space. Raises ValidationError for what is none."""
    found = POSTCODE.fullmatch("".join(text.upper().split()))
    if found is None:
        raise ValidationError("Write a UK postcode, for example LS1 3EX.", code="postcode")
    return f"{found[1]} {found[2]}"


def needed_later(field: F, when: str) -> F:
    """A field that a draft or some answers may leave empty; its label says `when` it is needed, not "optional"."""
    vars(field)["when_needed"] = f"needed {when}"
    return field


class DayField(forms.DateField):
    """A London day, with the browser's calendar or typed as people in the UK write it: 27/03/1998, 27 March 1998."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("error_messages", {"invalid": "Give day, month and year."})
        super().__init__(input_formats=DAYS, **kwargs)
        self.widget.attrs.setdefault("class", "form-control--short")

    def to_python(self, value: Any) -> date | None:
        """The day; raises ValidationError for what is no day, or one of a year that nobody means."""
        found = super().to_python(" ".join(value.split()) if isinstance(value, str) else value)
        if found is not None and found < FIRST_DAY:
            raise ValidationError("This year is too long ago. Write it with four digits.", code="long_ago")
        if found is not None and found > LAST_DAY:
            raise ValidationError("This year is too far ahead. Write it with four digits.", code="far_ahead")
        return found


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


def day_field(
    label: str,
    *,
    first: date | None = None,
    last: date | None = None,
    today: date | None = None,
    required: bool = True,
    help_text: str = "",
) -> DayField:
    """A day with the browser's calendar: with `first` none before it, with `last` none after it, with `today` none that
    has not come yet."""
    field = DayField(label=label, required=required, help_text=help_text)
    if first is not None:
        field.validators.append(MinValueValidator(first, f"Not before {in_words(first)}."))
        field.widget.attrs["min"] = first.isoformat()
    if last is not None:
        field.validators.append(MaxValueValidator(last, f"Not after {in_words(last)}."))
        field.widget.attrs["max"] = last.isoformat()
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
