"""Forms of a reasonable adjustment: asked for, cleared up, decided, gone on with (A5, E6)."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.forms.parts import text_area
from ctts.common.fields import DayField
from ctts.common.forms import CrispyForm, KeyField

NOT_THE_REASON = "Everybody who must act on it reads this. Write what is done, not the reason."
SEALED = "Kept encrypted. Only the person and the named readers of adjustments can read it."
REVIEW = "On this day the named readers are asked to look at it again; it goes on until they decide."


def _seen() -> forms.IntegerField:
    """What of the case the page showed, as `queries.case_version`."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=30_000)


def _review_on() -> DayField:
    return DayField(label="Day of review", help_text=REVIEW, error_messages={"required": "Give the day of review."})


class AskForm(CrispyForm):
    """What somebody who applies or trains asks for, and why; encrypted, never kept as a draft."""

    submit_label = "Ask for this adjustment"

    reason = forms.CharField(
        label="What would help you, and why",
        max_length=4000,
        widget=text_area(6),
        help_text="Kept encrypted. Only you and the named readers of adjustments can read it; you see each reading.",
        error_messages={"required": "Say in a few words what would help you. Only named readers will see it."},
    )
    key = KeyField()


class QuestionForm(CrispyForm):
    """What a named reader asks the person."""

    submit_label = "Ask this question"

    question = forms.CharField(
        label="Your question to the person",
        max_length=2000,
        widget=text_area(3),
        help_text=f"{SEALED} The mail says only that there is a question.",
        error_messages={"required": "Write the question."},
    )
    key = KeyField()


class ClarifyForm(CrispyForm):
    """What the person answers."""

    submit_label = "Send the answer"

    answer = forms.CharField(
        label="Your answer",
        max_length=4000,
        widget=text_area(5),
        help_text="Kept encrypted. Only you and the named readers of adjustments can read it; you see each reading.",
        error_messages={"required": "Write your answer."},
    )
    question_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**17)


class AgreementForm(CrispyForm):
    """The adjustment in words that others may read and as what follows from it: what is done, never why."""

    submit_label = "Save what is agreed"

    agreed = forms.CharField(
        label="What is agreed",
        max_length=2000,
        widget=text_area(4),
        help_text=NOT_THE_REASON,
        error_messages={"required": "Write what is agreed, without the reason."},
    )
    extra_time_percent = forms.IntegerField(
        label="Extra time in per cent",
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "form-control--short"}),
        help_text="A whole number from 0 to 100, for example 25; 0 or empty for none.",
    )
    rest_breaks = forms.BooleanField(label="Rest breaks", required=False)
    arrangement = forms.CharField(
        label="Format of papers, or another arrangement",
        max_length=1000,
        required=False,
        widget=text_area(2),
        help_text="For example large print, a reader, a quiet room. Others read this too.",
    )
    review_on = _review_on()
    seen = _seen()

    def values(self) -> dict[str, Any]:
        """What is decided, its version apart."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return {**given, "extra_time_percent": given["extra_time_percent"] or 0}


class RefusalForm(CrispyForm):
    """Why nothing is agreed, or no more."""

    submit_label = "Save this decision"

    reason = forms.CharField(
        label="Why, in words for the person",
        max_length=4000,
        widget=text_area(4),
        help_text=SEALED,
        error_messages={"required": "Write why, in words for the person."},
    )
    seen = _seen()


class GoOnForm(CrispyForm):
    """Until when what is agreed goes on as it is."""

    submit_label = "Let it go on unchanged"

    review_on = _review_on()
    seen = _seen()
