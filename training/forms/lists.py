"""Filters of lists, held in the address (screens 21), and what is chosen from one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from applications.models import Application
from ctts.common.forms import CrispyForm, offer
from ctts.organisations.models import Organisation
from ctts.scheme.models import Framework, Intake, Scope
from training.queries import PlanVersion
from training.states import RecordState


class CohortForm(CrispyForm):
    """Whom the office enrols together: exactly those whom the page before showed."""

    application: forms.ModelMultipleChoiceField[Application] = forms.ModelMultipleChoiceField(
        queryset=None,
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": "Nobody is on this list.",
            "invalid_choice": "One of these did not apply for this intake. Go back and look at the list again.",
        },
    )

    def __init__(self, *args: Any, applications: QuerySet[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "application", applications)

    def chosen(self) -> list[int]:
        """The ids of the applications, once the form is valid."""
        return [application.pk for application in self.cleaned_data["application"]]


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
    framework: forms.ModelChoiceField[Framework] = forms.ModelChoiceField(
        queryset=None, label="Framework", required=False, empty_label="Any framework"
    )

    def __init__(self, *args: Any, choices: dict[str, QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in choices.items():
            offer(self, name, rows)


class PlanVersionsForm(CrispyForm):
    """Which two versions of a training plan are compared (T1)."""

    submit_label = "Compare"

    older = forms.TypedChoiceField(label="From", coerce=int)
    newer = forms.TypedChoiceField(label="To", coerce=int)

    def __init__(self, *args: Any, versions: Sequence[PlanVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("older", "newer"):
            chosen = cast("forms.TypedChoiceField", self.fields[name])
            chosen.choices = [(version.number, str(version)) for version in versions]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for one version named twice."""
        given: dict[str, Any] = super().clean() or {}
        if "older" in given and given.get("older") == given.get("newer"):
            raise forms.ValidationError("Choose two different versions.")
        return given
