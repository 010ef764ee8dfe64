"""Forms of the thread of questions and advice (T11)."""

from __future__ import annotations

from django import forms

from ctts.common.forms import CrispyForm, KeyField
from training.forms._fields import LONG, sentences


class AskAdviceForm(CrispyForm):
    """A question to the External Moderator."""

    submit_label = "Ask the External Moderator"

    key = KeyField()
    topic = forms.CharField(label="What it is about", max_length=120)
    text = sentences(
        "Your question",
        most=LONG,
        rows=8,
        help_text="Trainee, Training Supervisor and External Moderator read it, and the scheme office may. "
        "Do not name patients.",
    )


class AnswerAdviceForm(CrispyForm):
    """An answer of the External Moderator."""

    submit_label = "Send this answer"

    key = KeyField()
    text = sentences(
        "Your answer", most=LONG, rows=8, help_text="Trainee and Training Supervisor both read it. It stays as it is."
    )
