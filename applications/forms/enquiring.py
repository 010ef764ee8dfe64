"""Forms of an enquiry: anyone asks, the office answers (A1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from applications.forms.parts import text_area
from ctts.accounts.forms import refuse_unusable_name
from ctts.common.forms import CrispyForm, KeyField, offer, refuse_hidden_characters
from ctts.scheme.queries import accredited_centres, offered_scopes


class EnquiryForm(CrispyForm):
    """Who asks, what they have in mind, and the question."""

    submit_label = "Send the question"

    name = forms.CharField(
        label="Your name", max_length=160, validators=[refuse_hidden_characters, refuse_unusable_name]
    )
    email = forms.EmailField(label="Your e-mail address", help_text="The answer goes there.")
    scope: Any = forms.ModelChoiceField(
        queryset=None, label="Scope of practice", required=False, empty_label="Not decided yet"
    )
    centre: Any = forms.ModelChoiceField(
        queryset=None,
        label="Where you work, or want to train",
        required=False,
        empty_label="It is not in this list",
        help_text="The centres accredited today for at least one scope of practice.",
    )
    text = forms.CharField(
        label="Your question", max_length=4000, widget=text_area(6), validators=[refuse_hidden_characters]
    )
    key = KeyField()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scope", offered_scopes())
        offer(self, "centre", accredited_centres(None, today))

    def values(self) -> dict[str, Any]:
        """The columns of the row, its key apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class AnswerForm(CrispyForm):
    """What the office answers."""

    submit_label = "Send the answer"

    answer = forms.CharField(
        label="Your answer",
        max_length=8000,
        widget=text_area(8),
        validators=[refuse_hidden_characters],
        help_text="It goes out as it stands here, between greeting and link.",
    )
