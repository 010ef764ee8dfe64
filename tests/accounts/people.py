"""People for the tests of accounts, and how they read their mail and their authenticator app."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from ctts.accounts import actions
from ctts.accounts.models import AccountMail, Invitation, User
from ctts.accounts.queries import invitation_path, opened_letter
from ctts.audit.models import AuditEvent
from ctts.common.mail import Letter

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
OTHER_PASSWORD = "another horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_person(email: str = "tara@leeds.example", name: str = "Tara Khan", **columns: Any) -> User:
    """Somebody who has opened their account: a password, a proved address."""
    person = actions.make_person(email=email, full_name=name, password=PASSWORD, by=None, now=NOW)
    if columns:
        User.objects.filter(pk=person.pk).update(**columns)
        person.refresh_from_db()
    return person


def make_supervisor(email: str = "sam@leeds.example", name: str = "Sam Patel") -> User:
    """Somebody whose role needs a second factor, and who has it."""
    person = make_person(email, name, second_factor_required=True)
    return actions.give_second_factor(person=person, secret=SECRET, by=None, now=NOW)


def invite(email: str = "sam@leeds.example", **more: Any) -> Invitation:
    """An invitation to somebody new."""
    given = {"full_name": "Sam Patel", "purpose": "to supervise Tara Khan", "by": None, "now": NOW, **more}
    invited = actions.invite(email=email, **given)
    assert invited.invitation is not None
    return invited.invitation


def code_of(secret: str, *, ahead: int = 0) -> str:
    """What the authenticator app shows; `ahead` periods of half a minute later (the server takes one)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def wrong_code(secret: str) -> str:
    """Six digits that the app shows neither now nor just before or after."""
    right = {code_of(secret, ahead=ahead) for ahead in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in right)


def mails_to(email: str) -> list[Letter]:
    """The letters queued for an address, oldest first, those of invitations left out."""
    rows = AccountMail.objects.filter(to=email, invitation=None).order_by("pk")
    return [opened_letter(row) for row in rows]


def link_in(letter: Letter) -> str:
    """The path of the only link to our pages in a letter."""
    links = {link for link in re.findall(r"https?://\S+", letter.text) if "/account/" in link}
    assert len(links) == 1, letter.text
    return urlsplit(links.pop()).path


def accept(client: Client, invitation: Invitation, password: str = PASSWORD, again: str = "") -> Any:
    """Come with the link of an invitation and choose a password; the last answer."""
    answer = client.get(invitation_path(invitation))
    if answer.status_code != 302:
        return answer
    return client.post(answer.url, {"password1": password, "password2": again or password})


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    """Type address and password into the sign-in page."""
    return client.post(reverse("account_login"), {"login": email, "password": password})


def give_code(client: Client, code: str) -> Any:
    """Type a code into the second page of signing in."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_in(client: Client) -> bool:
    """Whether this browser sees its own account page."""
    return client.get(reverse("accounts:profile")).status_code == 200


def acted(person: User) -> list[str]:
    """What the audit says of a person, oldest first."""
    chain = AuditEvent.objects.filter(chain=f"dossier:{person.pk}").order_by("number")
    return list(chain.values_list("action", flat=True))
