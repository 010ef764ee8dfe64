"""Forms of an objection: the co-ordinator's words, and the office's (A2, A4)."""

from __future__ import annotations

from django import forms

from applications.forms.parts import text_area
from ctts.common.forms import CrispyForm, KeyField, refuse_hidden_characters


class ObjectionForm(CrispyForm):
    """What speaks against the application."""

    submit_label = "Send the objection"

    text = forms.CharField(
        label="What do you object to, and why?",
        max_length=4000,
        widget=text_area(5),
        validators=[refuse_hidden_characters],
        error_messages={"required": "Say what you object to; the scheme office reads it."},
    )
    key = KeyField()


class ConsiderForm(CrispyForm):
    """What the office makes of an objection."""

    submit_label = "Send the answer"

    answer = forms.CharField(
        label="Your answer to the co-ordinator",
        max_length=4000,
        widget=text_area(4),
        validators=[refuse_hidden_characters],
        error_messages={"required": "Say what the office makes of it; the co-ordinator reads it."},
    )
