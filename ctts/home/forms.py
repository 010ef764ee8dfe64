"""Forms of the office's pages over mail."""

from __future__ import annotations

from django import forms

from ctts.common.forms import CrispyForm

RESEND, ARRIVED, GIVE_UP = "resend", "arrived", "give_up"


class MessageForm(CrispyForm):
    """What becomes of a message that did not arrive for sure, and why."""

    submit_label = "Decide it"

    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            (RESEND, "Send it once more\nOne in doubt may then arrive twice."),
            (ARRIVED, "It did arrive\nOnly for one in doubt: somebody has asked."),
            (GIVE_UP, "Give it up\nIt is not sent any more."),
        ],
    )
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the message; other members of the office can read it.",
    )
