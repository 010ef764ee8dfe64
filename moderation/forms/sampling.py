"""Forms of sampling (T11): drawing, a verdict, the supervisor's answer."""

from __future__ import annotations

from django import forms

from ctts.common.forms import CrispyForm, KeyField
from moderation.forms._fields import sentences
from moderation.states import SampleVerdict


class DrawForm(CrispyForm):
    """Drawing samples: a press, which draws once."""

    submit_label = "Draw the sample"

    key = KeyField()


class VerdictForm(CrispyForm):
    """The verdict on one sampled thing."""

    submit_label = "Record this verdict"

    key = KeyField()
    verdict = forms.ChoiceField(label="Your verdict", choices=SampleVerdict.choices, widget=forms.RadioSelect)
    words = sentences(
        "Your words",
        required=False,
        help_text="Needed unless you simply agree. Supervisor and trainee read them once you record the verdict; it "
        "stays as it is.",
    )


class ReplyForm(CrispyForm):
    """The supervisor's answer to a verdict of “not agreed”."""

    submit_label = "Send this answer"

    key = KeyField()
    words = sentences(
        "Your answer", help_text="What you make of it, and what follows. The External Moderator reads it."
    )
