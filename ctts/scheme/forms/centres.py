"""Applying for, deciding and ending an accreditation (C1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from ctts.common.fields import SHORT, day_field, sentences
from ctts.common.forms import CrispyForm, SeenField
from ctts.scheme.models import Accreditation, Scope
from ctts.scheme.queries import first_day_of, numbers_on, offered_scopes
from ctts.scheme.rules import accreditation_end

ACCREDIT, CONDITIONS, DECLINE = "accredit", "conditions", "decline"


class ApplyForm(CrispyForm):
    """The scope for which a centre asks to be accredited."""

    submit_label = "Enter the application"

    scope: forms.ModelChoiceField[Scope] = forms.ModelChoiceField(
        label="Scope of practice", queryset=None, empty_label="Choose one"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].queryset = offered_scopes()  # type: ignore[attr-defined]  # a choice of rows


class DecideForm(CrispyForm):
    """Accredit, accredit with conditions, or decline; from when to when (C1)."""

    submit_label = "Decide it"

    seen = SeenField()
    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            (ACCREDIT, "Accredit\nThe centre may take new applicants of this scope."),
            (CONDITIONS, "Accredit with conditions\nThe same; the conditions are named below."),
            (DECLINE, "Decline\nThe centre may apply again."),
        ],
    )
    starts_on = day_field("First day", required=False)
    ends_on = day_field("Last day", required=False)
    conditions = forms.CharField(
        label="Conditions", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    reason = sentences(
        "Reason",
        required=False,
        most=SHORT,
        help_text="Needed where you decline. The Training Co-ordinators read it.",
    )

    def __init__(self, *args: Any, accreditation: Accreditation, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = accreditation.starts_on or first_day_of(accreditation, today)
        last = accreditation.ends_on or accreditation_end(first, numbers_on(today))
        shown = {"starts_on": first, "ends_on": last, "conditions": accreditation.conditions}
        self.initial = {"seen": accreditation.state, **shown, **self.initial}
        if accreditation.starts_on is not None:  # granted before: it is suspended or withdrawn, no longer declined
            decision = self.fields["decision"]
            decision.choices = decision.choices[:2]  # type: ignore[attr-defined]  # a choice of words

    def clean(self) -> dict[str, Any]:
        """Conditions are named exactly when there are some."""
        cleaned = super().clean() or {}
        decision, conditions = cleaned.get("decision"), cleaned.get("conditions", "").strip()
        if decision == CONDITIONS and not conditions:
            self.add_error("conditions", "Name the conditions.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        return {
            "accredit": given["decision"] != DECLINE,
            "starts_on": given["starts_on"],
            "ends_on": given["ends_on"],
            "conditions": given["conditions"].strip() if given["decision"] == CONDITIONS else "",
            "reason": given["reason"],
            "seen": given["seen"],
        }


class EndForm(CrispyForm):
    """Why an accreditation is suspended or withdrawn."""

    reason = sentences("Reason", most=SHORT, help_text="The Training Co-ordinators read it; it is kept.")
