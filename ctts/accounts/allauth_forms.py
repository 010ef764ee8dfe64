"""Forms of django-allauth, mended: they say in our words what is missing or wrong, and what to do.

A code of an authenticator app opens one door once. And an address that somebody merely claims must not stand in its
owner's way: anyone signed in may ask to change to any address, which is a claim until it is proved. django-allauth
counts claims as taken: the owner could not sign up, and would be mailed a link into the account of whoever claimed it.
"""

from __future__ import annotations

from typing import Any

from allauth.account import forms as library
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError

from ctts.accounts.access import spend_code
from ctts.accounts.passwords import DIFFER
from ctts.accounts.queries import person_by_email
from ctts.accounts.rules import same_address
from ctts.common.forms import NamedWhenEmpty

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "oldpassword": "Your present password",
    "password": "Password",
}


class _Named(NamedWhenEmpty):
    """A form of the library with our names of its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LABELS.keys() & self.fields.keys():
            self.fields[name].label = LABELS[name]
            self.fields[name].widget.attrs.pop("placeholder", None)


class _Twice(_Named):
    """A password is typed twice; where the two differ, what to do is said."""

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's. Of the second password the library says nothing as plain words but that it differs."""
        if field == "password2" and not isinstance(error, ValidationError):
            error = DIFFER
        super().add_error(field, error)


class SignUpForm(_Twice, library.SignupForm):  # type: ignore[misc]  # allauth is untyped here
    """Signing up: taken is what is somebody's login."""

    def validate_unique_email(self, value: str) -> str:
        """The address; a known one goes on without a word (the mail says it)."""
        self.account_already_exists = person_by_email(value) is not None
        return same_address(value)


class SignInForm(_Named, library.LoginForm):  # type: ignore[misc]  # allauth is untyped here
    """Address and password; what is missing is named."""


class OtherPasswordForm(_Twice, library.ChangePasswordForm):  # type: ignore[misc]  # allauth is untyped here
    """A new password for whoever knows the old one; what is missing is named."""


class NewPasswordForm(_Twice, library.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth is untyped here
    """A new password for whoever came by the link; what is missing is named."""


class FirstPasswordForm(_Twice, library.SetPasswordForm):  # type: ignore[misc]  # allauth is untyped here
    """A first password for whoever is in without one; what is missing is named."""


class PasswordAgainForm(_Named, library.ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped here
    """The password again, before changing how one signs in; what is missing is named."""


class OtherAddressForm(_Named, library.AddEmailForm):  # type: ignore[misc]  # allauth is untyped here
    """Another address for whoever is in; what is missing is named."""


class FirstCodeForm(NamedWhenEmpty, ActivateTOTPForm):  # type: ignore[misc]  # allauth is untyped here
    """The first code of an authenticator app; what is missing is named."""


class ForgottenPasswordForm(_Named, library.ResetPasswordForm):  # type: ignore[misc]  # allauth is untyped here
    """A forgotten password: the link opens the account whose login the address is, no other."""

    def clean_email(self) -> str:
        """The address; an unknown one goes on without a word (the mail says it)."""
        email: str = super().clean_email()
        person = person_by_email(email)
        self.users = [person] if person is not None and person.is_active else []
        return email


class CodeForm(NamedWhenEmpty, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped here
    """The code at sign-in."""

    def clean_code(self) -> str:
        """The code, spent; a recovery code is spent by django-allauth."""
        code = super().clean_code()  # finds the authenticator
        return _spent(self.authenticator, code)


class CodeAgainForm(NamedWhenEmpty, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped here
    """The code again, before changing how one signs in."""

    def clean_code(self) -> str:
        """The code, spent; a recovery code is spent by django-allauth."""
        code = super().clean_code()  # finds the authenticator
        return _spent(self.authenticator, code)


def _spent(authenticator: Authenticator, code: str) -> str:
    if authenticator.type == Authenticator.Type.TOTP and not spend_code(authenticator, code):
        raise get_adapter().validation_error("incorrect_code")
    return code
