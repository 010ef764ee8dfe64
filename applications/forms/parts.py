"""The simple parts of the application: person, employment, scope, supervisor, adjustments, declaration (A2, A5)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from applications import declaration
from applications.forms.base import PartForm
from applications.forms.fields import TypedDayField, YesNoField
from applications.queries import centre_standing, centres_for, supervisor_left
from applications.rules import left_words
from applications.states import Part
from ctts.accounts.forms import refuse_unusable_name
from ctts.accounts.rules import NAME_LENGTH
from ctts.common.fields import OneOf, uk_postcode
from ctts.common.forms import KeyField, offer
from ctts.common.months import add_months
from ctts.scheme.models import Scope
from ctts.scheme.queries import offered_scopes

TELEPHONE = re.compile(r"\+?[0-9 ()\-.]{7,30}")
YOUNGEST_YEARS = 16


def text_area(rows: int) -> forms.Textarea:
    """A text field of some lines."""
    return forms.Textarea(attrs={"rows": rows})


class PersonalForm(PartForm):
    """Who applies, and how they are reached."""

    part = Part.PERSONAL

    legal_name = forms.CharField(
        label="Full legal name",
        validators=[refuse_unusable_name],
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": NAME_LENGTH}),
        help_text="As in your passport or on your birth certificate.",
    )
    certificate_name = forms.CharField(
        label="Name on the Diploma",
        validators=[refuse_unusable_name],
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH}),
        help_text="How your name should be written on the Diploma.",
    )
    date_of_birth_on = TypedDayField(label="Date of birth")
    telephone = forms.CharField(
        label="Telephone", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
    )
    address = forms.CharField(
        label="Home address",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    postcode = forms.CharField(
        label="Postcode",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "class": "form-control--short"}),
    )

    def stored(self) -> dict[str, Any]:
        """The columns of the application."""
        return {name: getattr(self.application, name) for name in self.base_fields if name != "seen"}

    def clean_date_of_birth_on(self) -> Any:
        """A day on which somebody who works today can have been born."""
        born_on = self.cleaned_data["date_of_birth_on"]
        if born_on > add_months(self.today, -12 * YOUNGEST_YEARS):
            raise ValidationError("Check the year: this is less than 16 years ago.", code="too_young")
        return born_on

    def clean_telephone(self) -> str:
        """Digits, spaces and the signs that telephone numbers are written with."""
        number = " ".join(self.cleaned_data["telephone"].split())
        if not TELEPHONE.fullmatch(number) or sum(sign.isdigit() for sign in number) < 7:
            raise ValidationError("Write a telephone number, for example 0113 496 0000.", code="telephone")
        return number

    def clean_postcode(self) -> str:
        """A UK postcode in capital letters with its space."""
        return uk_postcode(self.cleaned_data["postcode"])


class EmploymentForm(PartForm):
    """Where the applicant works, and since when (C1)."""

    part = Part.EMPLOYMENT

    employed_there = YesNoField(
        label="Are you employed at an accredited Training Centre?",
        yes="Yes, I am employed there now",
        no="No, or not yet",
    )
    centre: Any = forms.ModelChoiceField(
        queryset=None,
        label="Training Centre",
        empty_label="Choose your centre",
        error_messages={"required": "Choose your Training Centre."},
    )
    job_title = forms.CharField(label="Your post", max_length=160)
    department = forms.CharField(label="Department", max_length=160, required=False)
    employed_since_on = TypedDayField(label="Employed there since", required=False)
    experience = forms.CharField(
        label="Earlier experience",
        required=False,
        max_length=4000,
        widget=text_area(5),
        help_text="What you have done before that bears on this training, in a few sentences.",
    )

    def arrange(self) -> None:
        """The centres accredited for the scope, or for any while none is chosen."""
        offer(self, "centre", centres_for(self.application, self.today))
        field = self.fields["centre"]
        scope = self.application.scope
        field.help_text = (
            f"Centres accredited today for {scope}."
            if scope
            else "Centres accredited today for at least one scope of practice."
        ) + " Yours is not in the list? Its Training Co-ordinator can apply for accreditation."
        if self.application.received_at:
            field.disabled = True
            field.help_text = "Your supervisor has confirmed this centre; it no longer changes."

    def stored(self) -> dict[str, Any]:
        """The columns of the application."""
        found = {name: getattr(self.application, name) for name in self.base_fields if name not in {"seen", "centre"}}
        return {**found, "centre": self.application.centre_id}

    def shortfalls(self) -> dict[str, str]:
        """That the chosen centre is not accredited for the chosen scope (A3 a)."""
        said = centre_standing(self.application, self.today) if self.application.employed_there else None
        return {"centre": said.reason} if said is not None and not said.met else {}

    def clean_employed_since_on(self) -> Any:
        """Not a day to come."""
        since_on = self.cleaned_data["employed_since_on"]
        if since_on is not None and since_on > self.today:
            raise ValidationError("This day has not come yet.", code="future")
        return since_on


class ScopeChoice(OneOf[Scope]):
    """Scopes as choice cards: the name, and under it the craft group."""

    def label_from_instance(self, obj: Scope) -> str:
        """Two lines: the second becomes the description of the card."""
        kept = "" if obj.offered else ". Not offered to others any more; your application goes on with it"
        return f"{obj.name}\nCraft group: {obj.group}{kept}"


class ScopeForm(PartForm):
    """The scope of practice (S1)."""

    part = Part.SCOPE

    scope = ScopeChoice(
        queryset=None,
        label="Which scope of practice do you train in?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a scope of practice.", "invalid_choice": "This scope is not offered."},
    )

    def arrange(self) -> None:
        """The scopes on offer, and the one chosen before it was offered no more, each with its craft group."""
        offer(self, "scope", offered_scopes(kept=self.application.scope_id))

    def stored(self) -> dict[str, Any]:
        """The scope chosen so far."""
        return {"scope": self.application.scope_id}


class SupervisorForm(PartForm):
    """The Training Supervisor, who is invited when the application is handed over (A2)."""

    part = Part.SUPERVISOR

    name = forms.CharField(label="Full name of your Training Supervisor", max_length=160)
    email = forms.EmailField(
        label="E-mail address of your Training Supervisor",
        max_length=254,
        help_text="At work. The invitation to confirm your application goes there once you hand it over.",
    )

    def arrange(self) -> None:
        """Once it is received, somebody is named in the place of who has left, and asked with the answers (A2)."""
        if self.application.received_at is not None:
            field = self.fields["email"]
            field.help_text = "At work. A mail asks them to confirm your application once you send your answers."

    def stored(self) -> dict[str, Any]:
        """Name and address given so far."""
        return {"name": self.application.supervisor_name, "email": self.application.supervisor_address}

    def shortfalls(self) -> dict[str, str]:
        """Whoever was asked before and has no access any more cannot be asked again (A2)."""
        gone = supervisor_left(self.application)
        return {"email": left_words(gone)} if gone else {}

    def clean_name(self) -> str:
        """A name with letters in it."""
        name: str = " ".join(self.cleaned_data["name"].split())
        refuse_unusable_name(name)
        return name


class AdjustmentsForm(PartForm):
    """Whether reasonable adjustments are asked for; what is written is encrypted and never kept as a draft (A5)."""

    part = Part.ADJUSTMENTS

    wanted = YesNoField(
        label="Do you ask for reasonable adjustments?",
        yes="Yes\nFor example more time, another format, or a different arrangement of assessments.",
        no="No\nYou can ask at any time later, in training too.",
    )
    reason = forms.CharField(
        label="What would help you, and why",
        required=False,
        max_length=4000,
        widget=text_area(6),
        help_text="Kept encrypted. Only you and the named readers of adjustments can read it; you see each reading.",
    )
    key = KeyField()

    def stored(self) -> dict[str, Any]:
        """The answer; what was written is not shown again here."""
        return {"wanted": self.application.wants_adjustments}


class DeclarationForm(PartForm):
    """The declaration in the words of its present version (A2)."""

    part = Part.DECLARATION
    submit_label = "Make the declaration"

    agreed = forms.BooleanField(
        label="I declare all of this.", error_messages={"required": "Tick the box to declare what stands above."}
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def stored(self) -> dict[str, Any]:
        """The version whose words the page shows."""
        return {"version": declaration.version_in_force()}
