"""Applying for, deciding and ending an accreditation (C1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from ctts.common.fields import SHORT, day_field, sentences
from ctts.common.forms import CrispyForm, SeenField, offer
from ctts.common.months import add_months, in_words
from ctts.scheme.models import Accreditation, AccreditationCondition, Scope
from ctts.scheme.queries import accreditation_version, first_day_after, held_before, numbers_on, offered_scopes
from ctts.scheme.rules import accreditation_end
from ctts.scheme.states import AccreditationState, ConditionState

LEAVE_A_GAP = "Leave the days between without accreditation"
ACCREDIT, CONDITIONS, DAYS, DECLINE = "accredit", "conditions", "days", "decline"
REASON_OF_DAYS = (
    "Needed where you put the days right: the Training Co-ordinators read it then. It is kept in the history."
)
PLACES = range(1, 5)  # how many conditions can be named at once; more in another decision


class ApplyForm(CrispyForm):
    """The scope for which a centre asks to be accredited."""

    submit_label = "Enter the application"

    scope: forms.ModelChoiceField[Scope] = forms.ModelChoiceField(
        label="Scope of practice", queryset=None, empty_label="Choose one"
    )
    past_draft = forms.BooleanField(
        label="Enter it although the centre is writing one itself",
        required=False,
        help_text="Only where you are told that there is one: what it holds does not come with yours.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scope", offered_scopes())


class DecideForm(CrispyForm):
    """Accredit, accredit with conditions, or decline; from when to when (C1)."""

    submit_label = "Decide it"

    seen = SeenField()
    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[
            (ACCREDIT, "Accredit\nThe centre may take new applicants of this scope."),
            (CONDITIONS, "Accredit with conditions\nThe same; the conditions are named below, each with its day."),
            (DAYS, "Put the days right\nIt stays accredited, from the first to the last day given below."),
            (DECLINE, "Decline\nThe centre may apply again."),
        ],
    )
    starts_on = day_field("First day", required=False)
    ends_on = day_field("Last day", required=False)
    reason = sentences(
        "Reason",
        required=False,
        most=SHORT,
        help_text="Needed where you decline. The Training Co-ordinators read it.",
    )

    def __init__(
        self,
        *args: Any,
        accreditation: Accreditation,
        conditions: Sequence[AccreditationCondition],
        today: date,
        **kwargs: Any,
    ) -> None:
        """`conditions`: all that were named so far; those named here get the numbers that follow."""
        super().__init__(*args, **kwargs)
        self.unmet, self.today = [one for one in conditions if one.state != ConditionState.MET], today
        held = held_before(accreditation, today) if accreditation.starts_on is None else None
        first = accreditation.starts_on or first_day_after(held, today)
        if held is not None:
            self.fields["starts_on"].help_text = _without_a_gap(first, held)
            self.fields["with_gap"] = _gap_field(first)
        last = accreditation.ends_on or accreditation_end(first, numbers_on(today))
        version = accreditation_version(accreditation)
        self.initial = {"seen": version, "starts_on": first, "ends_on": last, **self.initial}
        open_ones = _open_decisions(accreditation)
        decision: Any = self.fields["decision"]
        decision.choices = [choice for choice in decision.choices if choice[0] in open_ones]
        if DAYS in open_ones:
            self.fields["reason"].help_text = REASON_OF_DAYS
        elif DECLINE not in open_ones:
            self.fields["reason"].help_text = "Kept in the history of the accreditation."
        for place, number in enumerate(range(len(conditions) + 1, len(conditions) + len(PLACES) + 1), start=1):
            self.fields[f"condition_{place}"] = sentences(f"Condition {number}", required=False, most=SHORT, rows=2)
            self.fields[f"due_{place}"] = day_field(f"Condition {number} is to be met by", required=False)
        self.order_fields(["seen", "decision", "starts_on", "with_gap", "ends_on"])
        self.order_fields([name for name in self.fields if name != "reason"])
        self.set_up(None)

    def clean(self) -> dict[str, Any]:
        """Conditions are named exactly when there are some, each with its day."""
        cleaned = super().clean() or {}
        self._require_likely(cleaned.get("starts_on"), cleaned.get("ends_on"))
        if cleaned.get("decision") != CONDITIONS:
            if any(cleaned.get(f"condition_{place}") or cleaned.get(f"due_{place}") for place in PLACES):
                self.add_error("decision", "You named conditions: choose “Accredit with conditions”, or empty them.")
            return cleaned
        rows = [(place, cleaned.get(f"condition_{place}", ""), cleaned.get(f"due_{place}")) for place in PLACES]
        for place, text, due_on in rows:
            if text and not due_on:
                self.add_error(f"due_{place}", "By when? Give the day.")
            if due_on and not text:
                self.add_error(f"condition_{place}", "Write what is to be met by this day.")
        if not self.unmet and not any(text for _, text, _ in rows):
            self.add_error("condition_1", "Name the conditions.")
        return cleaned

    def _require_likely(self, first: date | None, last: date | None) -> None:
        """A last day more than twice the usual length away is a slip of the year (C1)."""
        years = 2 * numbers_on(self.today).accreditation_years
        if first and last and last > add_months(first, 12 * years):
            self.add_error("ends_on", f"Check the year: this is more than {years} years after the first day.")

    def days(self) -> dict[str, Any] | None:
        """What the action takes that puts the days right; None where something else is decided."""
        given = self.cleaned_data
        wanted = ("starts_on", "ends_on", "reason", "seen")
        return {name: given[name] for name in wanted} if given["decision"] == DAYS else None

    def values(self) -> dict[str, Any]:
        """What the action takes that decides it."""
        given = self.cleaned_data
        rows = [(given[f"condition_{place}"].strip(), given[f"due_{place}"]) for place in PLACES]
        with_conditions = given["decision"] == CONDITIONS
        return {
            "accredit": given["decision"] != DECLINE,
            "starts_on": given["starts_on"],
            "ends_on": given["ends_on"],
            "conditions": [(text, due_on) for text, due_on in rows if text] if with_conditions else [],
            "with_conditions": with_conditions,
            "with_gap": given.get("with_gap", False),
            "reason": given["reason"],
            "seen": given["seen"],
        }


def _without_a_gap(first: date, held: Accreditation) -> str:
    """What is said at the first day of a renewal (C3)."""
    return (
        f"It is held through {in_words(held.ends_on or first)}. With {in_words(first)} as first day it goes on without "
        "a gap; before a later one nobody can apply there."
    )


def _gap_field(first: date) -> forms.BooleanField:
    """The tick for a renewal that leaves days on which nobody can apply (C3)."""
    words = f"Needed where the first day is later than {in_words(first)}."
    return forms.BooleanField(label=LEAVE_A_GAP, required=False, help_text=words)


def _open_decisions(accreditation: Accreditation) -> list[str]:
    """What can be decided from the present state: whoever was granted it is no longer declined, but suspended; of a
    plain accreditation the days alone can be put right."""
    if accreditation.state == AccreditationState.ACCREDITED:
        return [CONDITIONS, DAYS]
    return [ACCREDIT, CONDITIONS, DECLINE] if accreditation.starts_on is None else [ACCREDIT, CONDITIONS]


class EndForm(CrispyForm):
    """Why an accreditation is suspended or withdrawn; of the one that the page showed."""

    seen = SeenField()
    reason = sentences("Reason", most=SHORT, help_text="The Training Co-ordinators read it; it is kept.")
