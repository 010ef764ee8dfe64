"""The forms with which a Training Supervisor allocates a trainer, and changes what one may do (E3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.forms import CrispyForm, SeenField, offer
from training.forms._fields import OneOf, day_field
from training.models import Dops
from training.rules import RIGHTS

OpenDops = Mapping[int, Sequence[Dops]]


class RightsForm(CrispyForm):
    """What a trainer may do. Somebody who is asked for DOPS already keeps them, or lets them go knowingly (T5).

    `open_dops`: by the person who was approved for them, the DOPS of this trainee that are not signed.
    """

    comments = forms.BooleanField(label="Comment on reflective pieces and case studies", required=False)
    assesses = forms.BooleanField(
        label="Be asked for DOPS as a suitable person",
        required=False,
        help_text="You approve them for each DOPS, as anybody else.",
    )
    lets_go = forms.BooleanField(label="Without DOPS: those that are open go back to the trainee", required=False)
    sees_evidence = forms.BooleanField(label="Read the evidence", required=False)

    def __init__(self, *args: Any, open_dops: OpenDops, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_dops = open_dops
        if not open_dops:
            del self.fields["lets_go"]
            return
        lines = [f"{rows[0].assessor} was asked for {_named(rows)}" for rows in open_dops.values()]
        words = f"Not signed yet: {'; '.join(lines)}. Tick this only where the trainee is to ask somebody else."
        self.fields["lets_go"].help_text = words

    def whom(self) -> User | None:
        """Whose rights they are."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """At least one thing that they may do; what is open is not taken away by an oversight."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in RIGHTS):
            self.add_error("comments", "Choose at least one thing that they may do.")
        person = self.whom()
        owed = self.open_dops.get(person.pk) if person else None
        if owed and not cleaned.get("assesses") and not cleaned.get("lets_go"):
            words = f"{person} was asked for {_named(owed)}."
            self.add_error("lets_go", f"{words} Let them be asked for DOPS, or tick here that it goes back.")
        return cleaned

    def rights(self) -> dict[str, bool]:
        """What the action is told."""
        return {name: self.cleaned_data[name] for name in RIGHTS}


class AllocateTrainerForm(RightsForm):
    """Who trains here, from which day, and what they may do."""

    submit_label = "Allocate this trainer"

    person: forms.ModelChoiceField[User] = OneOf(queryset=None, label="Trainer", empty_label="Choose somebody")
    starts_on = day_field("From")

    def __init__(self, *args: Any, people: QuerySet[User], today: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)
        self.fields["starts_on"] = day_field("From", first=today, last=last)
        self.order_fields(["person", "starts_on"])

    def whom(self) -> User | None:
        """Whoever was chosen."""
        chosen: User | None = self.cleaned_data.get("person")
        return chosen


class ChangeRightsForm(RightsForm):
    """What one trainer may do from now on."""

    submit_label = "Change what they may do"

    seen = SeenField()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def whom(self) -> User | None:
        """Whose appointment it is."""
        return self.person


def _named(rows: Sequence[Dops]) -> str:
    """The DOPS by what is observed in each."""
    return "the DOPS " + ", ".join(f"“{row.procedure}”" if row.procedure else "without a procedure yet" for row in rows)
