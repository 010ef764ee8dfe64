"""Forms of the pool: the office enters and changes moderators, who sign and declare (E3, E4)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from ctts.accounts.forms import SignatureFormMixin, name_field
from ctts.accounts.models import User
from ctts.accounts.rules import ADDRESS_LENGTH
from ctts.common.forms import CrispyForm, SeenField, offer
from ctts.organisations.models import Organisation
from ctts.scheme.models import Scope
from moderation.forms._fields import sentences
from moderation.queries import trainees_named
from moderation.states import PoolState

MOST = 99


class PoolFilterForm(CrispyForm):
    """What the list of moderators is narrowed to."""

    submit_label = "Show these"

    q = forms.CharField(label="Name", required=False, max_length=100)
    scope: forms.ModelChoiceField[Scope] = forms.ModelChoiceField(
        queryset=None, label="Scope of practice", required=False, empty_label="Any scope"
    )
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *PoolState.choices])

    def __init__(self, *args: Any, scopes: QuerySet[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scope", scopes)


class _PlaceForm(CrispyForm):
    """What a moderator covers, and how much they take."""

    scopes: forms.ModelMultipleChoiceField[Scope] = forms.ModelMultipleChoiceField(
        queryset=None,
        label="Scopes of practice they cover",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one scope of practice."},
    )
    region = forms.CharField(
        label="Region", max_length=80, required=False, help_text="Where they travel from, for visits in person."
    )
    capacity = forms.IntegerField(
        label="Trainees at a time", min_value=1, max_value=MOST, initial=6, help_text="Beyond this you are asked why."
    )

    def __init__(self, *args: Any, scopes: QuerySet[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scopes", scopes)
        self.fields["capacity"].widget.attrs["class"] = "form-control--short"


class EnterForm(_PlaceForm):
    """Somebody who holds the role of moderator already."""

    submit_label = "Enter them into the pool"
    field_order = ["person"]

    person: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        queryset=None, label="Moderator", empty_label="Choose one"
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)


class InviteForm(_PlaceForm):
    """Somebody new, invited as moderator."""

    submit_label = "Invite them"
    field_order = ["full_name", "email"]

    full_name = name_field()
    email = forms.EmailField(label="E-mail address", max_length=ADDRESS_LENGTH, help_text="They sign in with it.")


class ChangeForm(_PlaceForm):
    """The office changes what a moderator covers."""

    submit_label = "Save"

    seen = SeenField()


class DeclarationForm(SignatureFormMixin, CrispyForm):
    """A moderator signs the declaration as the page shows it."""

    submit_label = "Sign the declaration"

    seen = SeenField()


class CentreInterestForm(CrispyForm):
    """A moderator declares an interest with a Training Centre."""

    submit_label = "Declare it"

    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=None, label="Training Centre", empty_label="Choose one"
    )
    words = sentences("What ties you to it", help_text="The scheme office reads this, nobody else.", rows=3)

    def __init__(self, *args: Any, centres: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", centres)


class TraineeInterestForm(CrispyForm):
    """A moderator declares an interest with a trainee they know, by name and centre."""

    submit_label = "Declare it"

    full_name = forms.CharField(label="Full name of the trainee", max_length=160)
    centre: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=None, label="Where they train", empty_label="Choose one"
    )
    words = sentences("How you know them", help_text="The scheme office reads this, nobody else.", rows=3)

    def __init__(self, *args: Any, centres: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "centre", centres)

    def clean(self) -> dict[str, Any]:
        """The one trainee of that name at that centre, as `trainee`."""
        cleaned = super().clean() or {}
        name, centre = cleaned.get("full_name"), cleaned.get("centre")
        if not name or not centre:
            return cleaned
        found = trainees_named(name, centre)
        if len(found) == 1:
            cleaned["trainee"] = found[0]
        elif found:
            self.add_error("full_name", "Two trainees there have this name. Write to the scheme office instead.")
        else:
            self.add_error("full_name", "No trainee of this name trains there. Look at the spelling and the centre.")
        return cleaned


class TakeBackForm(CrispyForm):
    """A moderator takes an interest back."""

    submit_label = "Take it back"

    words = sentences("Why it no longer stands", help_text="The scheme office reads this.", rows=3)
