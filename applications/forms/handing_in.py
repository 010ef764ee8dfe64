"""Confirming, returning, answering, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from applications.forms.parts import text_area
from applications.models import InformationPoint
from ctts.accounts.forms import SignatureFormMixin
from ctts.common.forms import CrispyForm, SeenField, refuse_hidden_characters


class ConfirmForm(SignatureFormMixin, CrispyForm):
    """The supervisor's statement on FHEQ level 6, and the signature under the whole application (A2, A3 h)."""

    submit_label = "Confirm and sign"

    seen = SeenField()
    level_six = forms.CharField(
        label="How the plan reaches FHEQ level 6 by the end, in your words",
        max_length=6000,
        widget=text_area(6),
        help_text="The office judges this statement: say what in the plan shows the level of a bachelor's degree.",
        error_messages={"required": "Say how the plan reaches FHEQ level 6 by the end."},
    )
    agreed = forms.BooleanField(
        label="I have read the application and confirm the statement above.",
        error_messages={"required": "Tick the box to sign the statement."},
    )


class ReturnForm(SignatureFormMixin, CrispyForm):
    """What the applicant should change before the supervisor confirms (A6)."""

    submit_label = "Return to the applicant"

    seen = SeenField()
    reason = forms.CharField(
        label="What should change?",
        max_length=4000,
        widget=text_area(6),
        help_text="The applicant reads this word for word.",
        error_messages={"required": "Say what should change; the applicant reads it."},
    )


class AnswerForm(CrispyForm):
    """One answer for each numbered point that the office asked for (A4)."""

    submit_label = "Send the answers"

    def __init__(self, *args: Any, points: Sequence[InformationPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        for point in points:
            self.fields[f"point_{point.number}"] = forms.CharField(
                label=f"{point.number}. {point.text}",
                max_length=4000,
                widget=text_area(4),
                validators=[refuse_hidden_characters],
                error_messages={"required": f"Answer point {point.number}, or say why you cannot."},
            )

    def typed(self) -> dict[str, str]:
        """The raw text of every answer, finished or not: what is kept while it is typed."""
        return {name: self.data.get(name, "") for name in self.fields}

    def answers(self) -> dict[int, str]:
        """Point id → its answer."""
        return {point.pk: self.cleaned_data[f"point_{point.number}"] for point in self.points}


class WithdrawForm(CrispyForm):
    """Ends an application; the applicant may give a reason, the office does (A6). `seen`: the state that was shown."""

    submit_label = "Withdraw it"

    seen = SeenField()
    reason = forms.CharField(
        label="Why?",
        max_length=2000,
        widget=text_area(3),
        help_text="Those who are told read it.",
    )

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            self.fields["reason"].required = False
            self.fields["reason"].help_text = "Those who are told read it. You need not say anything."
