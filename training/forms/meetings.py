"""Forms of the External Moderator's meetings and reviews of a year (T11), and of concerns (T8)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.common.fields import needed_later
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer
from ctts.common.templatetags.formats import short_day
from training.forms._fields import LONG, OneOf, YesNo, day_field, sentences
from training.models import Dops
from training.states import MeetingMode


class MeetingForm(CrispyForm):
    """A meeting with the trainee; at the `first` one the plan is reviewed."""

    submit_label = "Save these notes"

    key = KeyField()
    plan_seen = SeenField(required=False)
    mode = forms.ChoiceField(
        label="How you met", choices=MeetingMode.choices, initial=MeetingMode.ONLINE, widget=forms.RadioSelect
    )
    notes = sentences("Notes", help_text="Trainee, supervisor and office read them.", most=LONG, rows=10)
    plan_reviewed = forms.BooleanField(label="We reviewed the training plan together.", required=False)
    held_on = day_field("Day of the meeting")

    def __init__(self, *args: Any, today: date, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"] = day_field("Day of the meeting", today=today)
        reviewed = self.fields["plan_reviewed"]
        reviewed.required = first
        reviewed.error_messages["required"] = "The first meeting reviews the training plan. Tick this once you have."
        self.order_fields(["key", "plan_seen", "held_on", "mode", "notes", "plan_reviewed"])


class OneDops(OneOf[Dops]):
    """One DOPS of the External Moderator; nothing else can be chosen (quality rule 1)."""

    def label_from_instance(self, dops: Dops) -> str:
        """What was observed and when."""
        return f"{dops.procedure}, observed {short_day(dops.observed_on)}"


class YearReviewForm(CrispyForm):
    """The review of a year of training, with the DOPS observed for it."""

    submit_label = "Save this review"

    key = KeyField()
    mode = forms.ChoiceField(
        label="How you met", choices=MeetingMode.choices, initial=MeetingMode.ONLINE, widget=forms.RadioSelect
    )
    dops = OneDops(
        label="Your DOPS for this year",
        queryset=None,
        empty_label="Choose a DOPS",
        help_text="A review of the year has its DOPS: one that you have signed.",
    )
    progress = sentences(
        "How the year went", most=LONG, rows=8, help_text="Trainee, supervisor, co-ordinator and office read it."
    )
    attention = sentences("What needs attention", required=False, rows=4)
    next_steps = sentences("What comes next", rows=4)
    held_on = day_field("Day of the review")

    def __init__(self, *args: Any, today: date, dops: QuerySet[Dops], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"] = day_field("Day of the review", today=today)
        offer(self, "dops", dops)
        self.order_fields(["key", "held_on", "mode", "dops", "progress"])


class ConcernForm(CrispyForm):
    """A concern: in words, or for patient safety by its reference only."""

    submit_label = "Raise this concern"

    key = KeyField()
    patient_safety = YesNo(label="Is it about the safety of patients?")
    text = needed_later(
        sentences("What concerns you", required=False, most=LONG, rows=6), "unless it is about the safety of patients"
    )
    reference = needed_later(
        forms.CharField(
            label="Reference in your employer's incident system",
            max_length=200,
            required=False,
            help_text="For patient safety only. The details stay in that system and are not written here.",
        ),
        "for the safety of patients",
    )

    def clean(self) -> dict[str, Any]:
        """Words, or a reference; never details of an incident."""
        cleaned = super().clean() or {}
        safety = cleaned.get("patient_safety")
        if safety and not cleaned.get("reference"):
            self.add_error("reference", "Give the reference in your employer's incident system.")
        if safety and cleaned.get("text"):
            self.add_error("text", "Keep the details in the incident system and give the reference only.")
        if safety is False and not cleaned.get("text"):
            self.add_error("text", "Say what concerns you.")
        return cleaned


NO_DETAILS = "Name no patient in it; details of an incident stay in the employer's incident system."


class AnswerConcernForm(CrispyForm):
    """An answer to a concern that leaves it open."""

    submit_label = "Send this answer"

    key = KeyField()
    text = sentences("Your answer", help_text=f"Whoever raised it reads this. {NO_DETAILS}", most=LONG)


class PassOnForm(CrispyForm):
    """Passing a concern on to the next level, with a reason."""

    submit_label = "Pass it on"

    key = KeyField()
    reason = sentences(
        "Why it goes on", help_text=f"Whoever holds it next and whoever raised it read this. {NO_DETAILS}", most=LONG
    )


class OutcomeForm(CrispyForm):
    """Closing a concern with its outcome."""

    submit_label = "Close with this outcome"

    outcome = sentences(
        "Outcome", help_text="What was found, and what follows. Whoever raised it reads this.", most=LONG
    )
