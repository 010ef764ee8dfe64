"""Forms of the CPD log: an activity, entering it, what the log is narrowed to (T10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from ctts.common.forms import CrispyForm, KeyField, SeenField
from training.forms._fields import LONG, answer_field, day_field, needed_later, sentences
from training.queries import CpdWanted
from training.states import CpdKind, CpdState

TO_ENTER = "to enter it"


class CpdForm(CrispyForm):
    """One activity; what was done and the reflection may be written later."""

    submit_label = "Save the draft"

    key = KeyField(required=False)
    seen = SeenField(required=False)
    title = forms.CharField(label="Title", max_length=200)
    kind = forms.ChoiceField(label="Kind of activity", choices=CpdKind.choices)
    hours = forms.DecimalField(
        label="Hours",
        min_value=Decimal("0.25"),
        max_value=1000,
        max_digits=6,
        decimal_places=2,
        step_size=Decimal("0.25"),
        help_text="In quarters, such as 1.5.",
        error_messages={"step_size": "Give the hours in quarters, such as 1.25, 1.5 or 2."},
    )
    activity = needed_later(sentences("What you did", required=False, most=LONG, rows=5), TO_ENTER)
    reflection = needed_later(
        sentences(
            "Critical reflection",
            required=False,
            most=LONG,
            rows=8,
            help_text="What you learned, what you do differently now, and what is still missing.",
        ),
        TO_ENTER,
    )
    done_on = day_field("Day")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"] = day_field("Day", today=today, help_text="Of several days the last one.")
        self.order_fields(["key", "seen", "title", "kind", "done_on", "hours"])

    def values(self) -> dict[str, Any]:
        """What the action takes: minutes instead of hours."""
        given = dict(self.cleaned_data)
        return {**given, "minutes": int(given.pop("hours") * 60)}


class EnterCpdForm(CrispyForm):
    """The trainee enters an activity into the log and declares that nothing in it identifies a patient; `asks`: the
    scan found something that waits for an answer (quality rule 17)."""

    submit_label = "Enter it into the log"

    seen = SeenField()
    declared = forms.BooleanField(
        label="No patient can be identified from it: no name, date of birth, number, address or picture.",
        error_messages={"required": "Tick this first: nothing in it may identify a patient."},
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["answer"] = answer_field()


class CpdFilterForm(CrispyForm):
    """What the log is narrowed to; it stands in the address (screens 21)."""

    submit_label = "Show these"

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any kind"), *CpdKind.choices])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *CpdState.choices])
    first_on = day_field("From", required=False)
    last_on = day_field("To", required=False)

    def wanted(self) -> CpdWanted:
        """The filters that are right; a wrong one narrows nothing, and is named on the page."""
        if not self.is_bound:
            return CpdWanted()
        self.is_valid()
        return CpdWanted(**{name: value for name, value in self.cleaned_data.items() if value})
