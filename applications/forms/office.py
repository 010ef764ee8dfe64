"""The office's forms: the queue's filter, findings, questions, decisions (A3, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField

from applications.forms.fields import YesNoField
from applications.forms.parts import text_area
from applications.states import EVERY, ApplicationState, DocumentVerdict, Part, PurchaseOrderState, RuleOutcome
from ctts.common.fields import needed_later
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer, refuse_hidden_characters, refuse_unprinted
from ctts.organisations.models import Organisation
from ctts.scheme.models import Intake, Scope

POINTS = 6


class DeskFilter(forms.Form):
    """What the queue shows; held in the address, so a wrong value shows what is to be worked on."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "To work on"), (EVERY, "All"), *ApplicationState.choices]
    )
    name = forms.CharField(label="Applicant", required=False, max_length=100)
    intake: forms.ModelChoiceField[Intake] = forms.ModelChoiceField(
        label="Intake", queryset=None, required=False, empty_label="Every intake"
    )
    scope: forms.ModelChoiceField[Scope] = forms.ModelChoiceField(
        label="Scope", queryset=None, required=False, empty_label="Every scope"
    )
    centre: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label="Training Centre", queryset=None, required=False, empty_label="Every centre"
    )
    mine = forms.BooleanField(label="Only those I have claimed", required=False)

    def __init__(
        self, given: Any, choices: tuple[QuerySet[Intake], QuerySet[Scope], QuerySet[Organisation]], **kwargs: Any
    ) -> None:
        super().__init__(given, **kwargs)
        for name, rows in zip(("intake", "scope", "centre"), choices, strict=True):
            offer(self, name, rows)
            self.fields[name].widget.attrs["class"] = "form-select"

    def wanted(self) -> dict[str, Any]:
        """The filters that can be understood, as `queries.desk` takes them."""
        self.is_valid()
        understood = {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}
        return {"state": "", "name": "", "intake": None, "scope": None, "centre": None, "mine": False, **understood}


class SaveFilterForm(CrispyForm):
    """The name under which the filters in force are kept."""

    submit_label = "Keep these filters"

    label = forms.CharField(label="Name of the filter", max_length=60, error_messages={"required": "Give it a name."})


class OrdersFilter(forms.Form):
    """Which purchase orders are listed; held in the address, so a wrong value is none."""

    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *PurchaseOrderState.choices])
    name = forms.CharField(label="Number, issuer or applicant", required=False, max_length=100)

    def __init__(self, *args: Any, intakes: QuerySet[Intake], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intake"] = forms.ModelChoiceField(
            intakes, label="Intake", required=False, empty_label="Every intake"
        )

    def wanted(self) -> dict[str, Any]:
        """The filters that can be understood, as `queries.orders_for_office` takes them."""
        self.is_valid()
        chosen = self.cleaned_data.get("intake")
        state, name = self.cleaned_data.get("state", ""), self.cleaned_data.get("name", "")
        return {"intake": chosen.pk if chosen else None, "state": state, "name": name}


class OrderForm(forms.Form):
    """Which of the two buttons under a purchase order was pressed."""

    covers = YesNoField()


class CancelOrderForm(CrispyForm):
    """Why a purchase order is cancelled."""

    submit_label = "Cancel the order"

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=text_area(3),
        help_text="The applicant reads it in the mail. It stays on the record.",
        error_messages={"required": "Say why; the applicant reads it."},
    )


class InsufficientOrderForm(CrispyForm):
    """Why a purchase order that was given is not enough."""

    submit_label = "It is insufficient"

    reason = forms.CharField(
        label="What is wrong with it",
        max_length=1000,
        widget=text_area(3),
        help_text="The applicant reads it in the mail, and needs it to get a right one. It stays on the record.",
        error_messages={"required": "Say why; the applicant reads it."},
    )


class FindingForm(CrispyForm):
    """What a person finds for one entry rule, beside what the system computed."""

    submit_label = "Save the finding"

    outcome = forms.ChoiceField(
        label="Finding",
        choices=[(str(RuleOutcome.MET), "Met"), (str(RuleOutcome.NOT_MET), "Not met")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you find."},
    )
    remark = forms.CharField(label="Note", required=False, max_length=2000, widget=text_area(2))
    override_reason = forms.CharField(
        label="Accept although it is not met, because",
        required=False,
        max_length=2000,
        widget=text_area(2),
        help_text="Only with “Not met”. The reason stays on the record.",
    )
    key = KeyField()
    seen = SeenField(required=False)

    def clean(self) -> dict[str, Any]:
        """A rule that is met has nothing to override."""
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == RuleOutcome.MET and cleaned.get("override_reason", "").strip():
            self.add_error("override_reason", "A rule that is met needs no override. Empty this, or choose “Not met”.")
        return cleaned


class DocumentCheckForm(CrispyForm):
    """What the office finds of one file; which of the two buttons was pressed says the verdict."""

    verdict = forms.ChoiceField(
        choices=DocumentVerdict.choices,
        error_messages={"required": "Press one of the two buttons.", "invalid_choice": "Press one of the two buttons."},
    )
    reason = needed_later(
        forms.CharField(
            label="What is wrong with it",
            required=False,
            max_length=1000,
            widget=text_area(2),
            help_text="It stands ready as a point when you ask the applicant.",
        ),
        "to reject it",
    )
    key = KeyField()
    seen = SeenField(required=False)


class NoteForm(CrispyForm):
    """A note of the office about an application."""

    submit_label = "Keep the note"

    text = forms.CharField(
        label="A note for your colleagues",
        max_length=4000,
        widget=text_area(3),
        help_text="Nobody outside the office reads it here. A person can ask for everything that is kept about them.",
        error_messages={"required": "Write something."},
    )
    key = KeyField()


class ChaseForm(CrispyForm):
    """Words of the office that a reminder carries."""

    submit_label = "Send the reminder"

    words = forms.CharField(
        label="Your own words",
        required=False,
        max_length=2000,
        widget=text_area(4),
        help_text="They stand in the mail. Left empty, it goes as it is shown.",
    )
    seen_state = forms.ChoiceField(choices=ApplicationState.choices, widget=forms.HiddenInput)


class QuestionsForm(CrispyForm):
    """Up to six points that the applicant has to answer, each about a part of the application.

    `ready` are points that stand in the form to begin with: one for each file that was rejected.
    """

    submit_label = "Ask the applicant"

    def __init__(self, *args: Any, ready: Sequence[tuple[Part, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (part, text) in enumerate(ready[:POINTS], start=1):
            self.initial.update({f"part_{number}": str(part), f"text_{number}": text})
        parts = [(str(part), part.label) for part in Part if part != Part.CONFIRMATION]
        for number in range(1, POINTS + 1):
            first = number == 1
            self.fields[f"part_{number}"] = forms.ChoiceField(
                label=f"Point {number} is about", choices=[("", "Choose a part"), *parts], required=first
            )
            self.fields[f"text_{number}"] = forms.CharField(
                label=f"Point {number}: what you need to know",
                max_length=2000,
                required=first,
                widget=text_area(3),
                validators=[refuse_hidden_characters],
            )

    def clean(self) -> dict[str, Any]:
        """A point has a part and words, or neither."""
        cleaned = super().clean() or {}
        for number in range(2, POINTS + 1):
            part, text = cleaned.get(f"part_{number}"), (cleaned.get(f"text_{number}") or "").strip()
            if text and not part:
                self.add_error(f"part_{number}", f"Choose what point {number} is about.")
            elif part and not text:
                self.add_error(f"text_{number}", f"Write point {number}, or choose no part for it.")
        return cleaned

    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        """(part, text) of each point, as the page draws them."""
        return [(self[f"part_{number}"], self[f"text_{number}"]) for number in range(1, POINTS + 1)]

    def points(self) -> list[tuple[Part, str]]:
        """The points that were written, in order."""
        pairs = [(self.cleaned_data[f"part_{n}"], self.cleaned_data[f"text_{n}"]) for n in range(1, POINTS + 1)]
        return [(Part(part), text.strip()) for part, text in pairs if part and text.strip()]


class LetterForm(CrispyForm):
    """What the office adds to the letter of a decision, and whether it wants to look at it before it goes."""

    words = forms.CharField(
        label="Your own words in the letter",
        required=False,
        max_length=4000,
        widget=text_area(4),
        validators=[refuse_unprinted],
        help_text="They stand under the standard text, in the letter and in the mail.",
    )
    hold = forms.BooleanField(
        label="Hold the letter",
        required=False,
        help_text="It is made, and waits under “Letters on hold” until somebody sends it. The decision itself counts "
        "at once: the applicant's page shows it, without reasons and letter.",
    )


class AcceptForm(LetterForm):
    """Accepting asks nothing more."""

    submit_label = "Accept and send the letter"


class LetterWordsForm(CrispyForm):
    """Other words for a letter on hold."""

    submit_label = "Change the letter"

    words = forms.CharField(
        label="Your own words in the letter",
        required=False,
        max_length=4000,
        widget=text_area(6),
        validators=[refuse_unprinted],
        help_text="They stand under the standard text. Left empty, the letter has only that.",
    )
    seen = SeenField()


class SendLetterForm(CrispyForm):
    """Which revision of the letter the page showed."""

    submit_label = "Send it"

    seen = SeenField()


class DeclineForm(LetterForm):
    """The reasons of a refusal; the letter gives them word for word."""

    submit_label = "Decline and send the letter"
    field_order = ["reasons", "words", "hold"]

    reasons = forms.CharField(
        label="Reasons",
        max_length=4000,
        widget=text_area(6),
        validators=[refuse_unprinted],
        help_text="The applicant reads them in the letter and in the mail.",
        error_messages={"required": "Give the reasons; the applicant reads them in the letter."},
    )


class DeferForm(LetterForm):
    """Why an application waits for the next intake."""

    submit_label = "Defer and send the letter"
    field_order = ["reasons", "words", "hold"]

    reasons = forms.CharField(
        label="Reasons",
        required=False,
        max_length=4000,
        widget=text_area(4),
        validators=[refuse_unprinted],
        help_text="The applicant reads them in the letter and in the mail.",
    )
