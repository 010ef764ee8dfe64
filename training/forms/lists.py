"""Filters of lists, held in the address (screens 21)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from ctts.common.forms import CrispyForm
from ctts.organisations.models import Organisation
from ctts.scheme.models import Intake, Scope
from training.states import RecordState


class OfficeFilterForm(CrispyForm):
    """What the office's list of trainees is narrowed to."""

    submit_label = "Show these"

    q = forms.CharField(label="Name", required=False, max_length=100)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *RecordState.choices])
    scope: forms.ModelChoiceField[Scope] = forms.ModelChoiceField(
        queryset=None, label="Scope of practice", required=False, empty_label="Any scope"
    )
    centre: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=None, label="Training Centre", required=False, empty_label="Any centre"
    )
    intake: forms.ModelChoiceField[Intake] = forms.ModelChoiceField(
        queryset=None, label="Intake", required=False, empty_label="Any intake"
    )

    def __init__(self, *args: Any, choices: dict[str, QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in choices.items():
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows
