"""Forms of messages tied to a record: a new thread, and a message in one (T11)."""

from __future__ import annotations

from typing import Any

from django import forms

from ctts.accounts.models import User
from ctts.common.forms import CrispyForm, KeyField
from training.access import FUNCTIONS, TO_OFFICE
from training.forms._fields import SHORT, sentences

ASKS = "Nobody is asked for an answer by a message alone; tick this, and it waits for them until somebody writes."


class MessageForm(CrispyForm):
    """One message."""

    submit_label = "Send it"

    key = KeyField()
    text = sentences("Your message", most=SHORT, rows=6, help_text="It cannot be changed once it is sent.")
    asks = forms.BooleanField(label="I ask for an answer", required=False, help_text=ASKS)


class ThreadForm(MessageForm):
    """A new thread: what it is about, and who reads it beside the trainee."""

    subject = forms.CharField(label="What it is about", max_length=160)
    to = forms.MultipleChoiceField(
        label="Who reads it, beside the trainee",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Whoever holds the function reads it; whoever follows reads it then, the former no more.",
    )

    field_order = ["key", "subject", "to"]

    def __init__(self, *args: Any, around: dict[str, list[User]], own: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, _label(name, around)) for name in (*FUNCTIONS, TO_OFFICE) if name not in own]
        self.fields["to"].required = not own
        self.fields["to"].choices = choices  # type: ignore[attr-defined]  # a field with choices


def _label(name: str, around: dict[str, list[User]]) -> str:
    """The function with who holds it today."""
    if name == TO_OFFICE:
        return "Scheme office"
    people = ", ".join(str(person) for person in around[name])
    return f"{FUNCTIONS[name].label}: {people or 'nobody at present'}"
