"""Finding people, open invitations, and mails that did not arrive."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TypeVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.urls import reverse

from ctts.accounts import sealing
from ctts.accounts.access import can_accept
from ctts.accounts.models import AccountMail, BehindDoor, Invitation, User
from ctts.accounts.rules import same_address, sort_key
from ctts.common.digest import sha256
from ctts.common.mail import Letter, MailState
from ctts.common.name_words import BeginsWords

Behind = TypeVar("Behind", bound=BehindDoor)
KNOWN_ALREADY = "account/email/account_already_exists"
# What counts as one mail towards the limit of django-allauth.
PROOF_MAILS = ["account/email/email_confirmation", "account/email/email_confirmation_signup", KNOWN_ALREADY]


def person_by_email(email: str) -> User | None:
    """The person whose login is this address, however it is written."""
    return User.objects.filter(email=same_address(email)).first()


def with_entered(people: QuerySet[User]) -> QuerySet[User]:
    """The same people, of each as `entered` whether the account was ever opened (`access.has_entered`)."""
    has_password = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return people.alias(proved=has_proved_address()).annotate(
        entered=Case(When(has_password, proved=True, then=True), default=False, output_field=BooleanField())
    )


def locked_person(person: User) -> User:
    """The person as they are now, kept still until the transaction ends."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def people_named(text: str) -> QuerySet[User]:
    """People whose folded name holds every word of `text` at the beginning of one of its words; nobody for no word.

    Who may search people is the caller's question.
    """
    words = sort_key(text)
    return User.objects.filter(BeginsWords("sort_name", words)) if words else User.objects.none()


def invitation_path(invitation: Invitation) -> str:
    """The path of the link that opens an invitation; made anew each time, stored nowhere."""
    token = sealing.door_token(sealing.INVITATION, invitation.pk, invitation.nonce)
    return reverse("accounts:invitation", kwargs={"pk": invitation.pk, "token": token})


def behind_door(rows: QuerySet[Behind], door: bytes, pk: int, token: str) -> Behind | None:
    """The row to which a link leads; None for a wrong link. The token is the whole proof.

    `door`: the kind of link, as in `sealing`.
    """
    found = rows.filter(pk=pk).first()
    if found is None or not sealing.token_fits(door, pk, found.nonce, token):
        return None
    return found


def open_invitation(pk: int, token: str, now: datetime) -> Invitation | None:
    """The invitation a link leads to while it can be accepted; None for a wrong, spent, replaced or old link."""
    rows = Invitation.objects.select_related("person", "invited_by")
    invitation = behind_door(rows, sealing.INVITATION, pk, token)
    return invitation if invitation is not None and can_accept(invitation, now) else None


def last_invitation(person: User) -> Invitation | None:
    """The latest invitation of a person, open or not."""
    return Invitation.objects.filter(person=person).order_by("-invited_at", "-pk").first()


def invited_at(person: User) -> datetime | None:
    """When a person was invited last; None for somebody who never was."""
    last = last_invitation(person)
    return last.invited_at if last else None


def has_authenticator(person: User) -> bool:
    """Whether an authenticator app is registered for the person at this moment."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def address_to_prove(person: User) -> str:
    """The address that takes the place of a person's once its link is opened; empty when none waits."""
    waiting = EmailAddress.objects.filter(user=person, verified=False).exclude(email=person.email)
    return waiting.order_by("pk").values_list("email", flat=True).last() or ""


def addresses_version(person: User) -> str:
    """A digest of a person's address and of the one that waits: what a page says it has seen (quality rule 2)."""
    return sha256([person.email, address_to_prove(person)])


def last_proof_mail(person: User) -> AccountMail | None:
    """The last mail that went to a person's address so that they prove it, or instead of one since it is known."""
    return AccountMail.objects.filter(to=person.email, kind__in=PROOF_MAILS).order_by("queued_at", "pk").last()


def has_proved_address() -> Exists:
    """The condition for people who have proved the address that they sign in with."""
    return Exists(EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True))


def is_claimed(email: str, *, apart_from: User) -> bool:
    """Whether an address belongs to somebody else: their login, or proved by them."""
    address = same_address(email)
    others = User.objects.filter(email=address).exclude(pk=apart_from.pk)
    proved = EmailAddress.objects.filter(email=address, verified=True).exclude(user=apart_from)
    return bool(others.exists() or proved.exists())


def sealed_letter(subject: str, text: str, html: str) -> str:
    """The content of a mail as `AccountMail.sealed` keeps it."""
    return sealing.seal(json.dumps({"subject": subject, "text": text, "html": html}))


def opened_letter(mail: AccountMail) -> Letter:
    """The letter of a mail that keeps its own content. Raises InvalidToken when it was erased."""
    content = json.loads(sealing.unseal(mail.sealed))
    return Letter(to=mail.to, subject=content["subject"], text=content["text"], html=content["html"])


def undelivered() -> QuerySet[AccountMail]:
    """Mails about accounts that were given up or are in doubt, oldest first: for the office."""
    waiting = AccountMail.objects.filter(state__in=[MailState.DEAD, MailState.IN_DOUBT])
    return waiting.select_related("person").order_by("queued_at", "pk")
