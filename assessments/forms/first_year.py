"""Forms of the End of First Year Assessment (Y): what is signed, put forward, sent back, decided."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.states import Result
from ctts.accounts.forms import SignatureFormMixin
from ctts.common.fields import day_field, sentences
from ctts.common.forms import CrispyForm, SeenField


class ConfirmSafetyForm(SignatureFormMixin, CrispyForm):
    """The supervisor signs the statement that the page shows."""

    submit_label = "Sign this confirmation"

    seen = SeenField()


class WithdrawSafetyForm(SignatureFormMixin, CrispyForm):
    """The supervisor takes the confirmation back, with a reason."""

    submit_label = "Withdraw the confirmation"

    reason = sentences("Why you withdraw it", help_text="The External Moderator reads exactly this.")


class PutForwardForm(CrispyForm):
    """The supervisor puts forward what the page shows."""

    submit_label = "Put it forward"

    seen = SeenField()


class SendBackForm(CrispyForm):
    """The External Moderator gives an attempt back, with a reason."""

    submit_label = "Send it back"

    seen = SeenField()
    reason = sentences("What is missing", help_text="The Training Supervisor and the trainee read exactly this.")


class DecideForm(SignatureFormMixin, CrispyForm):
    """The External Moderator signs a decision; after the `last` attempt a referral leaves nothing to be done."""

    submit_label = "Sign this decision"

    seen = SeenField()
    words = sentences("Your reasons", help_text="The trainee reads exactly this once the outcome is released.", rows=6)
    actions = sentences("What is to be done before the re-attempt", required=False, help_text="For a referral only.")
    actions_by_on = day_field(
        "By when", required=False, help_text="For a referral only; within the time of the re-attempt."
    )

    def __init__(self, *args: Any, words_of: dict[Result, str], last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(result), f"{result.label}\n{words}") for result, words in words_of.items()]
        self.fields["result"] = forms.ChoiceField(label="Your decision", choices=choices, widget=forms.RadioSelect)
        if last:
            del self.fields["actions"], self.fields["actions_by_on"]
        self.order_fields(["seen", "result", "words", "actions", "actions_by_on", "password_or_code"])

    def clean(self) -> dict[str, Any]:
        """A referral says what is to be done by when, a pass does not."""
        cleaned = super().clean() or {}
        if cleaned.get("result") == Result.REFER and "actions" in self.fields:
            for name, words in (("actions", "Say what is to be done."), ("actions_by_on", "Give a day.")):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, words)
        if cleaned.get("result") == Result.PASS:
            for name in ("actions", "actions_by_on"):
                if cleaned.get(name):
                    self.add_error(name, "Nothing is to be done after a pass. Say it among your reasons.")
        return cleaned
