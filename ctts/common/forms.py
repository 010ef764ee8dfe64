"""The forms' floor: crispy configured once, plain text only, an idempotency key where rows are created."""

from __future__ import annotations

import unicodedata
from typing import Any, cast
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import (
    BaseValidator,
    DecimalValidator,
    ProhibitNullCharactersValidator,
    StepValueValidator,
)
from django.db.models import QuerySet
from django.forms.utils import pretty_name
from django.utils.datastructures import MultiValueDict

from ctts.common.printed import not_printed
from ctts.common.verdict import Invalid

# Characters that change what a reader sees without being seen: bidi controls, zero-width, other formats and controls.
KEPT = {"\n", "\r", "\t", "\u200c", "\u200d"}


def refuse_hidden_characters(value: str) -> None:
    """Raise ValidationError when a text holds invisible control, bidi or zero-width characters (quality rule 16).

    Line breaks, tabs and the two joiners that emoji and some scripts need are kept.
    """
    for place, character in enumerate(value, start=1):
        if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"} and character not in KEPT:
            raise ValidationError(
                f"Character {place} is invisible (U+{ord(character):04X}). Delete it, or type the text again "
                "instead of pasting it.",
                code="hidden_character",
            )


def refuse_unprinted(value: str) -> None:
    """Raise ValidationError when a text for a letter holds characters that the fonts of our papers do not have (A4)."""
    if left := not_printed(value):
        raise ValidationError(
            f"A letter cannot print “{left}”. Write it in Latin, Greek or Cyrillic letters, without pictures.",
            code="not_printed",
        )


def refuse_line_breaks(value: str) -> None:
    """Raise ValidationError when a text of one line, such as a name, has line breaks or tabs in it."""
    if {"\n", "\r", "\t"} & set(value):
        raise ValidationError("Write it in one line, without line breaks or tabs.", code="line_break")


def words_when_empty(field: forms.Field, name: str) -> str:
    """What is said of a field left empty that must not be, where the form has no better words (quality rule 1)."""
    label = field.label or pretty_name(name)
    if field.widget.is_hidden:
        return "The page did not send all that belongs to it. Reload it and send it again."
    if isinstance(field, forms.BooleanField):
        return "Tick this box to go on."
    if str(label).endswith("?"):
        return f"Answer “{label}”"
    if isinstance(field, forms.FileField):
        return f"Choose a file under “{label}”."
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return f"Choose at least one under “{label}”."
    if isinstance(field, forms.ChoiceField):
        return f"Choose one under “{label}”."
    return f"Fill in “{label}”."


NO_ADDRESS = "Write the whole e-mail address, such as sam@example.org."
NO_FILE = {
    "empty": "This file is empty. Choose the right one.",
    "missing": "No file has arrived. Choose it again.",
    "invalid": "No file has arrived. Choose it again.",
}
IN_OUR_WORDS = {  # by the code of the bound; one that has words of its own keeps them
    "max_length": "Use at most %(limit_value)d characters; there are %(show_value)d.",
    "min_value": "Give at least %(limit_value)s.",
    "max_value": "Give at most %(limit_value)s.",
}
IN_STEPS = "Give it in steps of %(limit_value)s."
DIGITS = {
    "max_digits": "Use at most %(max)s digits.",
    "max_decimal_places": "Use at most %(max)s digits after the point.",
    "max_whole_digits": "Use at most %(max)s digits before the point.",
}
NOT_OFFERED = "Choose one of those that are offered."
INVISIBLE = "An invisible character is in it. Delete it, or type the text again instead of pasting it."


def refuse_null_choice(value: Any) -> None:
    """Raise ValidationError when the key of a chosen row, or one of several, has a null character: no row has one."""
    if "\0" in str(value):
        raise ValidationError(NOT_OFFERED, code="invalid_choice")


class NamedWhenEmpty(forms.BaseForm):
    """A form that tells what was left empty by its name, and what is wrong in our words; for libraries' forms too."""

    fields: dict[str, forms.Field]

    def full_clean(self) -> None:
        """As Django's, with our words where the field has Django's: by now the form has all of its fields."""
        for name, field in self.fields.items():
            _say_it_ourselves(field)
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = words_when_empty(field, name)
        super().full_clean()


def _say_it_ourselves(field: forms.Field) -> None:
    """Our words where a field has Django's: an address that is none, a null character, an empty file, what is too long,
    too much or not offered."""
    if isinstance(field, forms.FileField):
        for code, words in NO_FILE.items():
            if field.error_messages.get(code) == forms.FileField.default_error_messages[code]:
                field.error_messages[code] = words
    for bound in field.validators:
        if isinstance(bound, DecimalValidator):
            bound.messages = {**bound.messages, **DIGITS}
        if isinstance(bound, StepValueValidator):
            bound.message = IN_STEPS
        elif isinstance(bound, BaseValidator) and "message" not in vars(bound) and bound.code in IN_OUR_WORDS:
            bound.message = IN_OUR_WORDS[bound.code]
    if str(field.error_messages.get("invalid_choice", "")).startswith("Select a valid choice"):
        field.error_messages["invalid_choice"] = NOT_OFFERED
    if isinstance(field, forms.ModelChoiceField):
        vars(field)["validate_no_null_characters"] = refuse_null_choice
    if not isinstance(field, forms.CharField):
        return
    field.error_messages.setdefault("null_characters_not_allowed", INVISIBLE)
    if isinstance(field, forms.EmailField):
        field.error_messages.setdefault("invalid", NO_ADDRESS)
    if refuse_hidden_characters in field.validators:
        # Ours says of a null character what it says of all that is invisible; Django's would say it again.
        field.validators = [one for one in field.validators if not isinstance(one, ProhibitNullCharactersValidator)]


def _has_lines(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.Textarea) or field.widget.is_hidden


class _Crispy(NamedWhenEmpty):
    """Gives a form its helper, checks its texts, and takes refusals of an action as errors beside the field."""

    submit_label = "Save"
    fields: dict[str, forms.Field]

    def set_up(self, submit: str | None, action: str = "") -> None:
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.include_media = False
        self.submit_text = submit or self.submit_label
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and not isinstance(field, forms.EmailField | forms.UUIDField):
                own = [refuse_hidden_characters, *([] if _has_lines(field) else [refuse_line_breaks])]
                field.validators = [*(one for one in field.validators if one not in own), *own]
                _say_it_ourselves(field)

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's; a field that was refused already is not also said to be missing by the form's own `clean`."""
        if field is None or field not in self.errors:
            super().add_error(field, error)

    def refuse(self, problem: Invalid) -> None:
        """Show an action's `Invalid` beside its field (or above the form when it names none)."""
        field = problem.field if problem.field in self.fields else None
        self.add_error(field, str(problem))


class CrispyForm(_Crispy, forms.Form):
    """A plain form. `submit` is the text of its one primary button."""

    def __init__(self, *args: Any, submit: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_up(submit)


class CrispyModelForm(_Crispy, forms.ModelForm):  # type: ignore[type-arg]  # Django's is not generic when it runs
    """A form over a model's fields; it validates, actions save. `save()` is refused on purpose."""

    def __init__(self, *args: Any, submit: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_up(submit)

    def save(self, commit: bool = True) -> Any:
        """Always raises TypeError: forms validate, actions write."""
        raise TypeError("Forms validate; call the action with form.cleaned_data.")


BROKEN_KEY = "This page came without the mark by which it is known. It has a new one: check it, and send it again."


class EveryRow(forms.BaseFormSet):  # type: ignore[type-arg]  # Django's is not generic when it runs
    """Rows of a form of which each is read as it was sent, also one that is as it was kept meanwhile (screens 13).

    Django takes an added row for empty when it does not differ from what the page would show now; of a form that saves
    itself, that is the row which saved itself last, and its text would be lost.
    """

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """What each row is made with."""
        return {**super().get_form_kwargs(index), "empty_permitted": False, "use_required_attribute": False}


class KeyField(forms.UUIDField):
    """The hidden idempotency key of a form that creates something: made with the page, unique in the database."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, initial=uuid4, **kwargs)

    def to_python(self, value: Any) -> UUID | None:  # type: ignore[override]  # UUIDField itself returns UUIDs
        """The key as UUID; raises ValidationError in words a person can act on."""
        try:
            return super().to_python(value)
        except ValidationError as problem:
            raise ValidationError(BROKEN_KEY, code="key") from problem

    def bound_data(self, data: Any, initial: Any) -> Any:
        """The key that came; a new one in the place of a broken one, with which the page could never be sent."""
        try:
            return super().bound_data(data, initial) if self.to_python(data) else uuid4()
        except ValidationError:
            return uuid4()


class SeenField(forms.CharField):
    """The hidden digest or version of what the page showed; the action compares it with what is there now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, max_length=64, **kwargs)


def with_value(data: Any, name: str, value: str) -> Any:
    """What was sent, with one value set anew; several values of another field stay several."""
    if not isinstance(data, MultiValueDict):
        return {**data, name: value}
    changed = data.copy()
    changed[name] = value
    return changed


def offer(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Limit a choice of rows to those that this person may use (quality rule 1)."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows
