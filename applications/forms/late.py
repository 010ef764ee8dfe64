"""Forms of a late entry: the office gives a code, the person types it (I5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from applications.forms.parts import text_area
from ctts.accounts.forms import refuse_unusable_name
from ctts.common.fields import day_field
from ctts.common.forms import CrispyForm, refuse_hidden_characters
from ctts.scheme.models import Intake


class LateCodeForm(CrispyForm):
    """For whom, for which intake, until when, and why."""

    submit_label = "Give a code"

    name = forms.CharField(
        label="Full name", max_length=160, validators=[refuse_hidden_characters, refuse_unusable_name]
    )
    email = forms.EmailField(
        label="E-mail address",
        help_text="The address of the account that will use the code; nobody else can.",
    )
    until_on = day_field("Until")
    reason = forms.CharField(
        label="Why?",
        max_length=2000,
        widget=text_area(3),
        validators=[refuse_hidden_characters],
        help_text="It stays on the record.",
        error_messages={"required": "Say why this person may apply late."},
    )

    def __init__(self, *args: Any, intakes: QuerySet[Intake], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intake"] = forms.ModelChoiceField(
            intakes,
            label="Intake",
            empty_label="Choose an intake",
            help_text="Closed for applications, and before its Induction Day.",
            error_messages={"required": "Choose an intake.", "invalid_choice": "This intake takes no late entries."},
        )
        help_text = "By the end of this day in London the application has to be received."
        self.fields["until_on"] = day_field("Until", first=today, help_text=help_text)
        self.order_fields(["name", "email", "intake", "until_on", "reason"])

    def values(self) -> dict[str, Any]:
        """What the action takes: the intake by its id."""
        given = dict(self.cleaned_data)
        intake = given.pop("intake")
        return {**given, "intake_id": intake.pk}


class UseCodeForm(CrispyForm):
    """The code as it was given."""

    submit_label = "Use the code"
    prefix = "secret"  # no page that gives typed words back shows it (`ctts.common.refusals`)

    code = forms.CharField(
        label="Your code",
        max_length=40,
        help_text="Twelve letters and digits, as the scheme office gave them to you.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        validators=[refuse_hidden_characters],
        error_messages={"required": "Type the code that the office gave you."},
    )
