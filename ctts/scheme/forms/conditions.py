"""Visits of a centre, and the conditions of an accreditation: noted, answered, judged (C3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from ctts.common.fields import SHORT, DayField, day_field, sentences
from ctts.common.forms import CrispyForm, KeyField
from ctts.documents.forms import DocumentField

MET, NOT_MET = "met", "not_met"


class VisitForm(CrispyForm):
    """When who visited, what was seen, and a file if there is one."""

    submit_label = "Note the visit"

    key = KeyField()
    visited_on = DayField(label="Visited on")
    visitors = forms.CharField(label="Who went", max_length=200, help_text="Names, with what each went as.")
    note = sentences("What was seen", help_text="For the office alone. It is kept as it is and never edited.")
    upload = DocumentField(label="Report", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visited_on"] = day_field("Visited on", today=today)
        self.set_up(None)


class AnswerForm(CrispyForm):
    """How a condition is met, with a file if there is one."""

    submit_label = "Send the answer"

    key = KeyField()
    words = sentences("How it is met", most=SHORT, help_text="The office reads it; it is kept as it is.")
    upload = DocumentField(label="File", required=False)


class JudgeForm(CrispyForm):
    """Whether a condition is met."""

    submit_label = "Record it"

    key = KeyField()
    seen = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label="Is it met?",
        widget=forms.RadioSelect,
        choices=[(MET, "It is met"), (NOT_MET, "It is not met yet\nThe centre answers again.")],
    )
    words = sentences(
        "In a few words", required=False, most=SHORT, help_text="Needed where it is not met. The co-ordinators read it."
    )

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        met = given["verdict"] == MET
        return {"key": given["key"], "seen": given["seen"], "met": met, "words": given["words"]}
