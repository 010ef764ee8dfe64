"""Where django-allauth meets our house: its mails become rows, its changes become actions with an audit entry."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context as web
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from ctts.accounts import access, actions, lending, sealing
from ctts.accounts.models import User
from ctts.accounts.queries import KNOWN_ALREADY, is_claimed, last_proof_mail
from ctts.accounts.rules import ADDRESS_LENGTH, same_address
from ctts.accounts.states import AuthenticationMethod
from ctts.common.requests import Request
from ctts.common.verdict import TooLate

PROOF_SENT = "accounts_proof_sent"  # when the mail went that whoever signs in has to answer first


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped here
    """Sign-up, sign-in, passwords, addresses and mails in the words of our actions."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "duplicate_email": "This is your address already. Write another one.",
        "email_password_mismatch": (
            "This address and this password do not go together. Check both, or have a link sent to set a new password."
        ),
        "enter_current_password": "This is not your present password. Type it again.",
        "incorrect_password": "This is not your password. Type it again.",
        "too_many_login_attempts": "Too many wrong tries. Wait five minutes and try again.",
        "rate_limited": "Too many wrong tries. Wait five minutes and try again.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail down; the worker sends it, so that a dead mail server is neither an error page nor a loss."""
        request = web.request
        known = {"request": request, "email": email, **context}
        message = self.render_mail(template_prefix, email, known)
        html = next((str(part.content) for part in getattr(message, "alternatives", [])), "")
        actions.queue_mail(
            kind=template_prefix,
            to=email,
            subject=message.subject,
            text=message.body,
            html=html,
            by=None,
            now=request.now,
        )

    def clean_email(self, email: str) -> str:
        """For every form that takes an address: one that fits its column, in small letters."""
        MaxLengthValidator(ADDRESS_LENGTH, "An e-mail address has at most %(limit_value)d letters.")(email)
        return same_address(email)

    def save_user(self, request: Request, user: User, form: BaseForm, commit: bool = True) -> User:
        """Enter the person who signed up; two at once with one address both read "look into your mail"."""
        data = form.cleaned_data
        try:
            return actions.sign_up(
                email=data["email"],
                full_name=data["full_name"],
                password=data["password1"],
                by=None,
                now=request.now,
            )
        except TooLate as taken:
            raise ImmediateHttpResponse(self.respond_email_verification_sent(request, None)) from taken

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponse:
        """The same page for new and for known addresses, and after the same time: one password hash either way.

        Whoever signs in and got no mail now, since one went a moment ago, is told so there.
        """
        if user is None:
            make_password("the time that a new account takes")
        before = last_proof_mail(user) if user is not None else None
        request.session.pop(PROOF_SENT, None)
        if before is not None and before.queued_at < web.request.now:
            request.session[PROOF_SENT] = [before.queued_at.isoformat(), before.kind != KNOWN_ALREADY]
        answer: HttpResponse = super().respond_email_verification_sent(request, user)
        return answer

    def set_password(self, user: User, password: str) -> None:
        """By the person at the keyboard, or by whoever holds the link that was mailed to them."""
        asking = web.request.user
        by = asking if asking.is_authenticated else user
        actions.set_password(person=user, password=password, by=by, now=web.request.now)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """An address was proved. One that is somebody else's meanwhile is refused, whoever of two is quicker, and so is
        that of an account which is closed."""
        person, was = email_address.user, email_address.user.email
        if person.is_active and not is_claimed(email_address.email, apart_from=person):
            try:
                with transaction.atomic():
                    proved = bool(super().confirm_email(request, email_address))
                    if proved:
                        actions.note_email_proved(person=person, was=was, by=person, now=web.request.now)
                    return proved
            except IntegrityError:
                person.email = was
        self.add_message(request, messages.ERROR, message="This address cannot be confirmed any more.")
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who signs in; their hash is renewed where hashing has become stronger, not while they are signed in."""
        person: User | None = super().authenticate(request, **credentials)
        if person is not None and not request.user.is_authenticated and "password" in credentials:
            User.objects.hash_anew(person, credentials["password"])
        return person

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session, and remember with what: signing counts it for ten minutes. A lent device is unlocked."""
        super().login(request, user)
        methods = {record["method"] for record in get_authentication_records(request, user)}
        method = AuthenticationMethod.SIGN_IN_TWO_FACTORS if "mfa" in methods else AuthenticationMethod.SIGN_IN
        access.note_authentication(request.session, method, web.request.now)
        lending.give_back(request.session)

    def reauthenticate(self, user: User, password: str) -> bool:
        """The password again, on django-allauth's own page; signing counts it too."""
        right = bool(super().reauthenticate(user, password))
        if right:
            access.note_authentication(web.request.session, AuthenticationMethod.PASSWORD, web.request.now)
        return right

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within ten minutes of signing in or signing something; else django-allauth asks on its page."""
        return access.recently_authenticated(web.request.session, web.request.now) is None


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped here
    """Secrets are stored encrypted, and nobody whose role needs a second factor can switch it off."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or it was used before. Type the one that your app shows now.",
        "cannot_delete_authenticator": (
            "Your role needs a second factor, so it stays. For a lost or a new telephone ask the scheme office."
        ),
        "cannot_generate_recovery_codes": "Set up the authenticator app first; recovery codes come with it.",
    }

    def encrypt(self, text: str) -> str:
        """The secret of an authenticator app or of recovery codes, as the database keeps it."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return sealing.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether its owner may switch it off."""
        return bool(access.can_drop_second_factor(authenticator.user))


def send_proof(address: EmailAddress) -> None:
    """Mail the link that proves an address, in the request that asked for it."""
    address.send_confirmation(web.request)
