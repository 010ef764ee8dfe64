"""Forms of a change of circumstances (E5): the request, the supervisor's answer, the office's decision, filters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.fields import OneOf
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer
from ctts.common.months import in_words
from ctts.documents.forms import DocumentField
from ctts.organisations.models import Organisation
from training.forms._fields import SHORT, YesNo, day_field, sentences
from training.states import CHANGE_ASKS, ChangeKind, ChangeState

FROM = {
    ChangeKind.NAME: ("Your name since", ""),
    ChangeKind.CONTACT: ("From which day", ""),
    ChangeKind.SUPERVISOR: ("First day with the new supervisor", "The present one goes on until the day before."),
    ChangeKind.CENTRE: ("First day at the new centre", "Supervisor and co-ordinator change on the same day."),
    ChangeKind.LESS_THAN_FULL_TIME: ("From which day", ""),
    ChangeKind.INTERRUPTION: ("First day of the interruption", ""),
    ChangeKind.RETURN: (
        "First day of training again",
        "The interruption ends the day before. Before it has begun, give its first day to call it off.",
    ),
    ChangeKind.WITHDRAWAL: ("Day on which your training ends", "Associate Membership ends on the same day."),
}
UNTIL = {
    ChangeKind.INTERRUPTION: ("Last day of the interruption", "Training goes on the day after."),
    ChangeKind.EXTENSION: ("New last day of training", ""),
}
EVIDENCE = {
    ChangeKind.NAME: "A marriage certificate, a deed poll or the like. The scheme office asks for one.",
    ChangeKind.CENTRE: "A letter of the new employer, if you have one.",
    ChangeKind.LESS_THAN_FULL_TIME: "An agreement with your employer, if you have one.",
}
"""Where a file is expected."""
NO_OTHER = (
    "Nobody else is a Training Supervisor at your centre so far. Agree with your centre who it will be; its Training "
    "Co-ordinator asks the scheme office to give them the role, and then you find them here."
)


class OneSupervisor(OneOf[User]):
    """One of the Training Supervisors that were offered; with the centre where they are of several."""

    def label_from_instance(self, person: User) -> str:
        """The name, and the centre where the query says it."""
        where = getattr(person, "where", "")
        return f"{person}, {where}" if where else str(person)


class ChangeForm(CrispyForm):
    """One request; only what its kind asks for is in it."""

    submit_label = "Save and see what it does"

    key = KeyField(required=False)
    seen = SeenField(required=False)
    new_name = forms.CharField(
        label="Your new full name", max_length=160, help_text="As it should stand in your record and on letters."
    )
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)
    address = forms.CharField(
        label="Home address", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    postcode = forms.CharField(label="Postcode", max_length=8, required=False)
    new_centre: forms.ModelChoiceField[Organisation] = OneOf(
        queryset=None, label="New Training Centre", empty_label="Choose a centre"
    )
    new_supervisor: forms.ModelChoiceField[User] = OneSupervisor(
        queryset=None, label="New Training Supervisor", empty_label="Choose a supervisor"
    )
    percent = forms.IntegerField(
        label="Share of full time, per cent",
        min_value=1,
        max_value=100,
        help_text="100 is full time. Staff set the new end; without another word it moves in proportion.",
    )
    reason = sentences("Why", most=SHORT, help_text="Those who support and decide it read this.")
    from_on = day_field("From")
    until_on = day_field("Until")

    def __init__(
        self,
        *args: Any,
        kind: ChangeKind,
        centres: QuerySet[Organisation],
        supervisors: QuerySet[User],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        offer(self, "new_centre", centres)
        offer(self, "new_supervisor", supervisors)
        if kind == ChangeKind.SUPERVISOR and not supervisors:
            self.fields["new_supervisor"].help_text = NO_OTHER
        if kind in FROM:
            label, words = FROM[kind]
            self.fields["from_on"] = day_field(label, help_text=words)
        if kind in UNTIL:
            label, words = UNTIL[kind]
            self.fields["until_on"] = day_field(label, help_text=words)
        if kind in EVIDENCE:
            self.fields["document"] = DocumentField(label="File", required=False, help_text=EVIDENCE[kind])
        wanted = ["key", "seen", *CHANGE_ASKS[kind], "reason", "document"]
        for name in set(self.fields) - set(wanted):
            del self.fields[name]
        self.order_fields(wanted)

    def values(self) -> dict[str, Any]:
        """What the action is told."""
        return {name: self.cleaned_data.get(name) for name in (*CHANGE_ASKS[self.kind], "reason")}


class SendChangeForm(CrispyForm):
    """The trainee sends what the page showed."""

    submit_label = "Send this request"

    seen = SeenField()


class AnswerChangeForm(CrispyForm):
    """The supervisor's word."""

    submit_label = "Send my answer"

    seen = SeenField()
    supports = YesNo(label="Do you support this?")
    words = sentences(
        "In your words",
        required=False,
        most=SHORT,
        help_text="Needed when you do not support it. The trainee and the scheme office read it.",
    )

    def clean(self) -> dict[str, Any]:
        """Who does not support it says why."""
        cleaned = super().clean() or {}
        if cleaned.get("supports") is False and not cleaned.get("words"):
            self.add_error("words", "Say why you do not support it; the trainee reads it.")
        return cleaned


class GoOnForm(CrispyForm):
    """The office goes on without the supervisor."""

    submit_label = "Go on without"

    words = sentences("Why", most=SHORT, help_text="The supervisor is away, or has left. It stands in the record.")


class TermsForm(CrispyForm):
    """On which terms the office looks at a request: held in the address, so that the effect shown is that of them."""

    submit_label = "Show what this does"

    def __init__(self, *args: Any, kind: str, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind in (ChangeKind.LESS_THAN_FULL_TIME, ChangeKind.EXTENSION):
            words = f"At the latest {in_words(latest)}."
            self.fields["end_on"] = day_field("Expected end of training", required=False, help_text=words)
        if kind in (ChangeKind.SUPERVISOR, ChangeKind.CENTRE):
            self.fields["from_on"] = day_field("Day of the hand-over", required=False)


class DecideChangeForm(CrispyForm):
    """The office grants or declines what the page showed, on the terms shown."""

    submit_label = "Decide"

    seen = SeenField()
    end_on = forms.DateField(required=False, widget=forms.HiddenInput)
    from_on = forms.DateField(required=False, widget=forms.HiddenInput)
    granted = forms.TypedChoiceField(
        label="Decision",
        choices=[("yes", "Grant it"), ("no", "Decline it")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose: grant it or decline it."},
    )
    words = sentences(
        "Reasons", required=False, most=SHORT, help_text="Needed when you decline. Trainee and supervisor read them."
    )

    def clean(self) -> dict[str, Any]:
        """Declining has reasons."""
        cleaned = super().clean() or {}
        if cleaned.get("granted") is False and not cleaned.get("words"):
            self.add_error("words", "Give the reasons; the trainee reads them.")
        return cleaned


class ReturnDayForm(CrispyForm):
    """The day from which training goes on, held in the address, so that the effect shown is that of it."""

    submit_label = "Show what this does"

    def __init__(self, *args: Any, first: date, last: date, today: date, **kwargs: Any) -> None:
        """The interruption runs from `first` to `last`; before its first day it can be called off."""
        super().__init__(*args, **kwargs)
        is_to_come = first > today
        begins = f"{in_words(first)} calls it off. Else a day after" if is_to_come else f"After {in_words(first)}"
        words = f"{begins}, {in_words(last)} at the latest."
        least = first if is_to_come else first + timedelta(days=1)
        self.fields["from_on"] = day_field("First day of training again", first=least, last=last, help_text=words)


class NoteReturnForm(CrispyForm):
    """The office notes the return whose effect the page showed."""

    submit_label = "Note the early return"

    seen = SeenField()
    from_on = forms.DateField(widget=forms.HiddenInput)
    words = sentences("How you know", most=SHORT, help_text="Trainee and supervisor read it.")


class ChangesFilterForm(CrispyForm):
    """What the office's list of requests is narrowed to."""

    submit_label = "Show these"

    q = forms.CharField(label="Name", required=False, max_length=100)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any state"), *(one for one in ChangeState.choices if one[0] != ChangeState.DRAFT)],
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any kind"), *ChangeKind.choices])
    centre: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=None, label="Training Centre", required=False, empty_label="Any centre"
    )

    def __init__(self, *args: Any, centres: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "centre", centres)
