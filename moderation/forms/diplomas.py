"""Forms about diplomas: which to issue, to what name, why one is revoked or issued anew; looking one up (D1)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from ctts.accounts.forms import refuse_unusable_name
from ctts.accounts.rules import NAME_LENGTH
from ctts.common.forms import CrispyForm, offer
from moderation.models import Award
from moderation.rules import parse_diploma_number
from moderation.states import DiplomaState

LONGEST_REASON = 2000
SHORTEST_REASON = 10


def _name_field() -> forms.CharField:
    return forms.CharField(
        label="Name on the Diploma",
        validators=[refuse_unusable_name],
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH}),
        help_text="Exactly as it is to be printed, in Latin, Greek or Cyrillic letters.",
    )


def _reason_field(help_text: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label="Reason",
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=widget,
        help_text=help_text,
        error_messages={"min_length": "Say it in a few words, so that others understand it years later."},
    )


class IssueForm(CrispyForm):
    """The awards for which diplomas are issued together; nothing else can be chosen (quality rule 1).

    Whether one has a diploma by now, the view and the action ask.
    """

    submit_label = "Issue them"

    award: forms.ModelMultipleChoiceField[Award] = forms.ModelMultipleChoiceField(
        queryset=None,
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": "Choose at least one.",
            "invalid_choice": "One of these is no award. Go back and look at the list again.",
        },
    )

    def __init__(self, *args: Any, awards: QuerySet[Award], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "award", awards)


class NameForm(CrispyForm):
    """The name to which one diploma is issued."""

    submit_label = "Issue it"

    name = _name_field()


class RevokeForm(CrispyForm):
    """Why a diploma is revoked."""

    submit_label = "Go on to the last step"

    reason = _reason_field("Its holder reads exactly this.")


class NumberAgain(CrispyForm):
    """A step that ends a diploma: its number, typed again."""

    again = forms.CharField(
        label="Number of the Diploma",
        max_length=20,
        help_text="Type it again, so that it is the right one.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control--short"}),
    )

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number

    def clean_again(self) -> str:
        """The very number."""
        again: str = self.cleaned_data["again"]
        if parse_diploma_number(again) != parse_diploma_number(self.number):
            raise ValidationError(f"This is not {self.number}.", code="other_number")
        return again


class SureForm(NumberAgain):
    """The last step before a diploma is revoked."""

    submit_label = "Revoke it"

    reason = forms.CharField(max_length=LONGEST_REASON, widget=forms.HiddenInput)


class ReissueForm(NumberAgain):
    """To what name another diploma is issued in the place of one, and why."""

    submit_label = "Issue another"
    field_order = ("name", "reason", "again")

    name = _name_field()
    reason = _reason_field("For example a change of name, with the paper that shows it. Kept in the records.")


class FindForm(CrispyForm):
    """What the office's list of diplomas is narrowed to."""

    submit_label = "Find"

    q = forms.CharField(label="Number or name", required=False, max_length=160)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *DiplomaState.choices])


class NumberForm(CrispyForm):
    """The number of a diploma that somebody wants to check."""

    submit_label = "Go on"

    number = forms.CharField(
        label="Number of the diploma",
        max_length=20,
        help_text="It stands beside the code: CTD, the year and five digits, for example CTD-2028-00017.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        """In its normal form. Whether there is such a diploma is not said."""
        number: str = self.cleaned_data["number"]
        if parse_diploma_number(number) is None:
            raise ValidationError("A number reads like CTD-2028-00017.", code="no_number")
        return number.strip().upper()


class HolderForm(CrispyForm):
    """The name on a diploma, typed by whoever checks it."""

    submit_label = "Check it"

    name = forms.CharField(
        label="Name on the diploma",
        max_length=NAME_LENGTH,
        help_text="The whole name as printed. Capitals, accents and hyphens do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
