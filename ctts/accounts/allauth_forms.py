"""Two forms of django-allauth, mended: an address that somebody merely claims must not stand in its owner's way.

Anyone signed in may ask to change to any address; until it is proved it is a claim. django-allauth counts claims as
taken addresses: their owner could not sign up, and would be mailed a link into the account of whoever claimed it.
"""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm, SignupForm

from ctts.accounts.queries import person_by_email
from ctts.accounts.rules import same_address


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth is untyped here
    """Signing up: taken is what is somebody's login."""

    def validate_unique_email(self, value: str) -> str:
        """The address; a known one goes on without a word (the mail says it)."""
        self.account_already_exists = person_by_email(value) is not None
        return same_address(value)


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth is untyped here
    """A forgotten password: the link opens the account whose login the address is, no other."""

    def clean_email(self) -> str:
        """The address; an unknown one goes on without a word (the mail says it)."""
        email: str = super().clean_email()
        person = person_by_email(email)
        self.users = [person] if person is not None and person.is_active else []
        return email
