"""Forms about accounts, and the one that every signing form grows from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ctts.accounts import access
from ctts.accounts.models import User
from ctts.accounts.passwords import DIFFER, NotLikeThem
from ctts.accounts.rules import ADDRESS_LENGTH, NAME_LENGTH, name_problem
from ctts.accounts.states import AuthenticationEvent
from ctts.common.forms import CrispyForm, refuse_hidden_characters, refuse_line_breaks
from ctts.common.verdict import Invalid


def refuse_unusable_name(name: str) -> None:
    """Raise ValidationError for a name without a letter of any script, or one that is too long once it is tidied."""
    problem = name_problem(name)
    if problem:
        raise ValidationError(problem, code="name")


def name_field() -> forms.CharField:
    """A field for a full name, as it shall stand on letters and on the diploma."""
    widget = forms.TextInput(attrs={"autocomplete": "name", "maxlength": NAME_LENGTH})
    return forms.CharField(
        label="Full name",
        widget=widget,
        help_text="As it should be written on letters and on the diploma.",
        validators=[refuse_hidden_characters, refuse_line_breaks, refuse_unusable_name],
    )


class NameAtSignUp(forms.Form):
    """What signing up asks besides address and password; django-allauth builds its form on this one."""

    full_name = name_field()
    field_order = ["full_name", "email", "password1", "password2"]

    def clean(self) -> dict[str, Any]:
        """Refuses a password like the name; django-allauth judges it before the person has one."""
        cleaned = super().clean() or {}
        name, password = cleaned.get("full_name"), cleaned.get("password1")
        if name and password:
            try:
                NotLikeThem(["full_name"]).validate(password, User(full_name=name))
            except ValidationError as problem:
                self.add_error("password1", problem)
        return cleaned

    def signup(self, _web: object, _person: User) -> None:
        """Nothing more to do: the adapter has stored the name with the person."""


class AcceptForm(CrispyForm):
    """The password of somebody who accepts an invitation, twice."""

    submit_label = "Open my account"

    password1 = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. Not a common password, and nothing like your name or address.",
    )
    password2 = forms.CharField(
        label="Password, again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self) -> str:
        """Long enough, not common, not like the person's name or address."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", DIFFER)
        return cleaned


class AskAgainForm(CrispyForm):
    """The address of somebody whose link no longer works."""

    submit_label = "Send a new link"

    email = forms.EmailField(
        label="Your e-mail address", max_length=ADDRESS_LENGTH, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NameForm(CrispyForm):
    """A person's own name, and how they like to be addressed."""

    submit_label = "Save my name"

    full_name = name_field()
    preferred_name = forms.CharField(
        label="How shall we address you?",
        max_length=80,
        required=False,
        help_text="For greetings, for example “Sam”. Left empty: your full name.",
    )

    def __init__(self, *args: Any, kept: bool = False, **kwargs: Any) -> None:
        """`kept`: the full name is not one's own to change, so only the form of address is asked."""
        super().__init__(*args, **kwargs)
        if kept:
            del self.fields["full_name"]


class KeepCodesForm(CrispyForm):
    """The person says that the recovery codes are put away."""

    submit_label = "Go on"

    kept = forms.BooleanField(
        label="I have downloaded, printed or written down these codes and can find them without this device.",
        error_messages={"required": "Put the codes away first, then tick this box."},
    )


class _NoLongerAsked(forms.PasswordInput):
    """A field out of sight that never writes back what was typed into it."""

    input_type = "hidden"


class SignatureFormMixin(forms.Form):
    """A form that signs: it asks for the password or a code again when the last proof is older than ten minutes.

    Put it before the form class. Nothing typed is lost when the ten minutes end on the page: the form comes back
    filled, with the field in it. After `is_valid()`, `form.authentication` goes to the action (quality rule 8).
    """

    authentication: AuthenticationEvent

    def __init__(self, *args: Any, signer: User, session: access.Session, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._signer, self._session, self._now = signer, session, now
        self.fields["password_or_code"] = forms.CharField(
            label="Your password, or the code of your authenticator app",
            help_text="Asked again because you are signing and more than 10 minutes have passed.",
            strip=False,
            max_length=400,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            error_messages={"required": "Type your password or a code: signing asks for it again."},
        )
        recent = access.recently_authenticated(session, now)
        if recent is not None:
            self._proved(recent)

    @property
    def asks_for_proof(self) -> bool:
        """Whether the page shows the field."""
        return not self.fields["password_or_code"].widget.is_hidden

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        secret = cleaned.pop("password_or_code", "")
        if not self.asks_for_proof or not secret:
            return cleaned
        try:
            event = access.check_credentials(self._signer, secret, self._now)
        except Invalid as problem:
            self.add_error("password_or_code", str(problem))
        else:
            self._proved(access.note_authentication(self._session, event.method, event.at))
        return cleaned

    def _proved(self, event: AuthenticationEvent) -> None:
        """Keep the proof, and the field out of sight; it stays in the form so that layouts naming it still work."""
        self.authentication = event
        self.fields["password_or_code"].widget = _NoLongerAsked()
        self.fields["password_or_code"].required = False
        self.fields["password_or_code"].help_text = ""
