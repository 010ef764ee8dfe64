"""The form with which a Training Supervisor allocates a trainer (E3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.forms import CrispyForm, offer
from training.forms._fields import OneOf, day_field


class AllocateTrainerForm(CrispyForm):
    """Who trains here, from which day, and what they may do."""

    submit_label = "Allocate this trainer"

    person: forms.ModelChoiceField[User] = OneOf(queryset=None, label="Trainer", empty_label="Choose somebody")
    comments = forms.BooleanField(label="Comment on reflective pieces and case studies", required=False)
    assesses = forms.BooleanField(
        label="Be asked for DOPS as a suitable person",
        required=False,
        help_text="You approve them for each DOPS, as anybody else.",
    )
    sees_evidence = forms.BooleanField(label="Read the evidence", required=False)

    def __init__(self, *args: Any, people: QuerySet[User], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)
        self.fields["starts_on"] = day_field("From", first=today)
        self.order_fields(["person", "starts_on"])

    def clean(self) -> dict[str, Any]:
        """At least one thing that they may do."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("comments", "assesses", "sees_evidence")):
            self.add_error("comments", "Choose at least one thing that they may do.")
        return cleaned

    def rights(self) -> dict[str, bool]:
        """What the action is told."""
        return {name: self.cleaned_data[name] for name in ("comments", "assesses", "sees_evidence")}
