"""Forms of settling a mark about which two markers differ (F5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms

from assessments.states import Result, Stage
from ctts.accounts.forms import SignatureFormMixin
from ctts.common.forms import CrispyForm, SeenField
from moderation.forms._fields import sentences


class _ResultForm(CrispyForm):
    """A result with reasons: pass, refer or fail of a Portfolio, the per cent of a Viva."""

    seen = SeenField()
    result = forms.ChoiceField(label="Result", choices=Result.choices, widget=forms.RadioSelect)
    percent = forms.DecimalField(
        label="Per cent", min_value=0, max_value=100, decimal_places=1, help_text="The result follows from it."
    )
    reasons = sentences(
        "What led to it",
        help_text="Kept with the outcome. Once it is released, the trainee and those around the training read it.",
    )

    def __init__(self, *args: Any, stage: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["result" if stage == Stage.VIVA else "percent"]
        if "percent" in self.fields:
            self.fields["percent"].widget.attrs["class"] = "form-control--short"

    def given(self) -> dict[str, Any]:
        """What the action is told."""
        percent, result = self.cleaned_data.get("percent"), self.cleaned_data.get("result")
        return {
            "seen": self.cleaned_data["seen"],
            "reasons": self.cleaned_data["reasons"],
            "result": Result(result) if result else None,
            "percent": None if percent is None else Fraction(percent),
        }


class ProposeForm(_ResultForm):
    """One marker proposes the result that both shall agree."""

    submit_label = "Propose this result"


class AcceptForm(CrispyForm):
    """The other marker accepts what the page shows."""

    submit_label = "Agree to this result"

    seen = SeenField()


class AdjudicateForm(SignatureFormMixin, _ResultForm):
    """The adjudicator settles the result and signs."""

    submit_label = "Sign and settle"
