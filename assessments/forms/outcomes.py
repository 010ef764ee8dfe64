"""Forms of the office over outcomes (F1): what was seen, why it is queried, what a list is narrowed to."""

from __future__ import annotations

from django import forms

from assessments.states import Stage
from ctts.common.fields import sentences
from ctts.common.forms import CrispyForm, SeenField


class SeenForm(CrispyForm):
    """A decision about exactly what the page shows."""

    seen = SeenField()


class QueryForm(CrispyForm):
    """The office gives an outcome back, with a reason."""

    submit_label = "Query it"

    seen = SeenField()
    reason = sentences("What you doubt", help_text="The moderator reads exactly this.")


class ResultsFilter(CrispyForm):
    """What the office's list of outcomes is narrowed to, held in the address."""

    submit_label = "Show these"

    name = forms.CharField(label="Trainee", required=False, max_length=100)
    stage = forms.ChoiceField(label="Stage", required=False, choices=[("", "Any stage"), *Stage.choices])
