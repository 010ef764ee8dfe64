"""Forms of a Supervisor Review (T4): the meeting, its actions, signing, acknowledging, sending back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.accounts.forms import SignatureFormMixin
from ctts.common.fields import SomeOf
from ctts.common.forms import CrispyForm, EveryRow, KeyField, SeenField, offer
from ctts.common.months import in_words
from training.forms._fields import LONG, SHORT, YesNo, day_field, needed_later, sentences
from training.models import PlanItem
from training.states import MeetingMode

MOST_ACTIONS = 20

NEXT_WITHIN = timedelta(days=366)


class Competencies(SomeOf[PlanItem]):
    """Tick boxes for competencies of one record; nothing else can be chosen (quality rule 1)."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, item: PlanItem) -> str:
        """Code and title."""
        return str(item.item)


class ReviewForm(CrispyForm):
    """A meeting as it was held. `items` are the record's competencies, `today` the last day it can have been held."""

    submit_label = "Save the review"

    key = KeyField(required=False)
    seen = SeenField(required=False)
    mode = forms.ChoiceField(label="How you met", choices=MeetingMode.choices, widget=forms.RadioSelect)
    attendees = forms.CharField(label="Who was there", max_length=400)
    progress = sentences("Progress since the last meeting", rows=6)
    items = Competencies(queryset=None, label="Competencies discussed", required=False)
    dops_done = sentences("DOPS done", required=False, rows=3)
    writing_progress = sentences("Progress with reflective pieces and case studies", required=False, rows=3)
    plan_changes = sentences("Changes to the training plan", required=False, rows=3)
    support_needs = sentences("Support needed", required=False, rows=3)
    patient_safety_concern = YesNo(label="Was a patient-safety concern talked about?")
    patient_safety_reference = forms.CharField(
        label="Where it is recorded",
        max_length=200,
        required=False,
        help_text="Only the reference in your employer's incident system. Keep the details there.",
    )
    escalate = sentences("Matters to escalate", required=False, rows=3)
    held_on = day_field("Day of the meeting")
    period_starts_on = day_field("About the time from")
    period_ends_on = day_field("to")
    next_meeting_on = day_field("Next meeting", required=False)

    def __init__(self, *args: Any, items: QuerySet[PlanItem], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "items", items)
        counts = "The review counts for the calendar month of this day."
        self.fields["held_on"] = day_field("Day of the meeting", today=today, help_text=counts)
        first = ["key", "seen", "held_on", "mode", "attendees", "period_starts_on", "period_ends_on"]
        self.order_fields([*first, "progress", "items"])

    def clean(self) -> dict[str, Any]:
        """A reference where there is a concern; a period that runs forwards."""
        cleaned = super().clean() or {}
        if cleaned.get("patient_safety_concern") and not cleaned.get("patient_safety_reference"):
            self.add_error("patient_safety_reference", "Give the reference under which it is recorded.")
        starts, ends = cleaned.get("period_starts_on"), cleaned.get("period_ends_on")
        if starts and ends and ends < starts:
            self.add_error("period_ends_on", "The period ends before it begins.")
        held_on, after = cleaned.get("held_on"), cleaned.get("next_meeting_on")
        if held_on and after and not held_on < after <= held_on + NEXT_WITHIN:
            self.add_error("next_meeting_on", "The next meeting comes after this one, and within a year.")
        return cleaned


class ActionForm(CrispyForm):
    """One agreed action: what, who, by when; a row left empty is none."""

    text = forms.CharField(label="What is agreed", max_length=SHORT, required=False)
    owner = forms.CharField(
        label="Who does it", max_length=160, required=False, widget=forms.TextInput(attrs={"list": "owners"})
    )
    due_on = day_field("By when", required=False)

    def clean(self) -> dict[str, Any]:
        """An action says what and who; a row with neither is left out."""
        cleaned = super().clean() or {}
        if cleaned.get("text") and not cleaned.get("owner"):
            self.add_error("owner", "Say who does it.")
        if not cleaned.get("text") and (cleaned.get("owner") or cleaned.get("due_on")):
            self.add_error("text", "Say what is agreed.")
        return cleaned


class ActionRows(EveryRow):
    """The actions of one meeting."""

    def follow(self, held_on: date) -> bool:
        """Whether every action is due on the day of the meeting or later; one that is not says so at its field."""
        early = [row for row in self.forms if (due_on := row.cleaned_data.get("due_on")) and due_on < held_on]
        for row in early:
            row.add_error("due_on", f"Give a day from {in_words(held_on)} on: it is agreed at the meeting of that day.")
        return not early


ActionFormSet = forms.formset_factory(ActionForm, formset=ActionRows, extra=3, max_num=MOST_ACTIONS, validate_max=True)


class SignReviewForm(SignatureFormMixin, CrispyForm):
    """The supervisor signs what the page showed."""

    submit_label = "Sign this review"

    seen = SeenField()


class AcknowledgeForm(SignatureFormMixin, CrispyForm):
    """The trainee acknowledges what the page showed, with a comment if they like."""

    submit_label = "Acknowledge"

    seen = SeenField()
    comment = sentences("Your comment", required=False, help_text="It stands in the record.", rows=3)


class SendBackForm(SignatureFormMixin, CrispyForm):
    """The trainee sends back what the page showed, with a reason."""

    submit_label = "Send it back"

    seen = SeenField()
    reason = sentences("What should be changed", help_text="Your supervisor reads exactly this.", most=LONG)


class SettleConcernForm(CrispyForm):
    """What became of the patient-safety concern that a review speaks of, where it is not raised as that."""

    submit_label = "Note this"

    became = forms.ChoiceField(
        label="What became of it?",
        choices=[("raised", "It is raised already, under another reference"), ("none", "It is no concern after all")],
        widget=forms.RadioSelect,
    )
    reference = needed_later(
        forms.CharField(
            label="The reference under which it is raised",
            max_length=200,
            required=False,
            help_text="Whoever raised it gave this reference, such as the trainee.",
        ),
        "where it is raised already",
    )
    reason = needed_later(
        sentences(
            "Why it is no concern after all",
            required=False,
            rows=3,
            most=SHORT,
            help_text="Whoever reads the review reads this. Name no patient.",
        ),
        "where it is none",
    )

    def clean(self) -> dict[str, Any]:
        """The reference of one that is raised, the reason of one that is none; what belongs to the other is dropped."""
        cleaned = super().clean() or {}
        if cleaned.get("became") == "raised":
            cleaned["reason"] = ""
            if not cleaned.get("reference"):
                self.add_error("reference", "Give the reference under which it is raised.")
        elif cleaned.get("became") == "none":
            cleaned["reference"] = ""
            if not cleaned.get("reason"):
                self.add_error("reason", "Say why it is none; whoever reads the review reads this.")
        return cleaned


class TakeOverForm(CrispyForm):
    """A new supervisor takes over the draft that the page showed."""

    submit_label = "Take it over"

    seen = SeenField()


class DiscardForm(CrispyForm):
    """The supervisor discards the draft that the page showed, with a reason."""

    submit_label = "Discard it"

    seen = SeenField()
    reason = sentences("Why it is discarded", help_text="It stays beside the draft, which nobody signs.", most=SHORT)
