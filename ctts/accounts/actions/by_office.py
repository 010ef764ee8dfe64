"""What the office does to an account: a lost second factor, another address, keeping out, two that are one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from ctts.accounts import access
from ctts.accounts.actions._steps import drop_waiting_address, usable_address, with_sessions_ended
from ctts.accounts.actions.joining import invite_again
from ctts.accounts.actions.mails import queue_mail
from ctts.accounts.models import User
from ctts.accounts.notices import ADDRESS_CHANGED, SECOND_FACTOR_RESET, AccountNotice
from ctts.accounts.queries import address_to_prove, addresses_version, is_claimed, last_invitation, locked_person
from ctts.audit.actions import record
from ctts.common import letters
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require

OF_ANOTHER = "This address belongs to another account. If it is the same person, merge the two."


class AddressChange(NamedTuple):
    """The new address, and what is to be proved by a link; `proof` is None where a new invitation proves it."""

    address: str
    proof: EmailAddress | None


def _tell(notice: AccountNotice, person: User, *, by: User, now: datetime, **context: str) -> None:
    """Mail a person about their account, at the address that counts now."""
    written = letters.write(notice.key, {"person": person, "at": now, **context})
    said = {"subject": written.subject, "text": written.text, "html": written.html}
    queue_mail(kind=notice.key, to=person.email, by=by, now=now, **said)


@transaction.atomic
def reset_second_factor(*, person: User, identity_check: str, by: User, now: datetime) -> User:
    """Take a lost second factor away after `identity_check` (how the person was recognised, in words).

    All their sessions end, they are told by mail, and set up another before anything else. Raises NotAllowed for
    oneself, TooLate without a second factor, Invalid without an identity check. Who may at all is the caller's rule.
    """
    person = locked_person(person)
    require(access.can_reset_second_factor(by, person))
    if not identity_check.strip():
        raise Invalid("Say how you made sure who asked.", "identity_check")
    Authenticator.objects.filter(user=person).delete()
    person = with_sessions_ended(person, second_factor_at=None, recovery_codes_kept_at=None)
    words = {"identity_check": identity_check.strip()}
    record("accounts.second_factor.reset", by=by, at=now, about=person, within=person.pk, words=words)
    _tell(SECOND_FACTOR_RESET, person, by=by, now=now)
    return person


@transaction.atomic
def deactivate(*, person: User, reason: str, by: User, now: datetime) -> User:
    """End a person's access; nothing recorded of them changes. An address that waits to be proved is dropped.

    Raises NotAllowed for oneself, TooLate when done.
    """
    person = locked_person(person)
    require(access.can_deactivate(by, person))
    drop_waiting_address(person)
    person = with_sessions_ended(person, is_active=False)
    record("accounts.person.deactivated", by=by, at=now, about=person, within=person.pk, words={"reason": reason})
    return person


@transaction.atomic
def reactivate(*, person: User, reason: str, by: User, now: datetime) -> User:
    """Give a person access again, with the password and second factor they had. Raises like `deactivate`."""
    person = locked_person(person)
    require(access.can_reactivate(by, person))
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("accounts.person.reactivated", by=by, at=now, about=person, within=person.pk, words={"reason": reason})
    return person


@transaction.atomic
def close_duplicate(*, duplicate: User, kept: User, reason: str, by: User, now: datetime) -> User:
    """Close an account for good, because `kept` is of the same person; what was recorded under it stays there.

    Raises NotAllowed for an account of one's own, TooLate unless both are in use.
    """
    both_of = User.objects.select_for_update(no_key=True).filter(pk__in=[duplicate.pk, kept.pk]).order_by("pk")
    people = {person.pk: person for person in both_of}
    duplicate, kept = people[duplicate.pk], people[kept.pk]
    require(access.can_merge(by, duplicate, kept))
    drop_waiting_address(duplicate)
    duplicate = with_sessions_ended(duplicate, is_active=False, merged_into=kept)
    for person, facts in ((duplicate, {"into": kept.pk}), (kept, {"duplicate": duplicate.pk})):
        record(
            "accounts.person.merged",
            by=by,
            at=now,
            about=person,
            within=person.pk,
            after=facts,
            words={"reason": reason},
        )
    return duplicate


@transaction.atomic
def change_address(
    *, person: User, email: str, identity_check: str, by: User, now: datetime, seen: str = ""
) -> AddressChange:
    """Put another address in the place of a person's, after `identity_check` (how they were recognised, in words).

    It counts once the link mailed to it was opened; until then the old one does. The old address is told. The caller
    sends the link (`adapter.send_proof`). Of somebody invited who has not come in yet it counts at once: the old
    invitation opens nothing any more, nobody is told there, a new one goes to the new address. Raises NotAllowed for
    oneself, TooLate for a deactivated account and where the addresses are not those that were `seen`
    (`queries.addresses_version`; empty: not asked), Invalid for an address that is somebody's or the same, or without
    an identity check. Who may at all is the caller's rule.
    """
    person = locked_person(person)
    require(access.can_change_address(by, person))
    address = usable_address(email)
    if seen and seen != addresses_version(person):
        waits = f", and {pending} waits to be proved" if (pending := address_to_prove(person)) else ""
        raise TooLate(f"Somebody changed the address since you opened the page: it is {person.email}{waits}.")
    if not identity_check.strip():
        raise Invalid("Say how you made sure who asked.", "identity_check")
    if address == person.email:
        raise Invalid("This is their address already.", "email")
    if is_claimed(address, apart_from=person):
        raise Invalid(OF_ANOTHER, "email")
    EmailAddress.objects.filter(user=person, verified=False).delete()
    words = {"was": person.email, "is": address, "identity_check": identity_check.strip()}
    at_once = last_invitation(person) is not None and not access.has_entered(person)
    facts = {"at_once": at_once}
    record("accounts.email.changed_by_office", by=by, at=now, about=person, within=person.pk, after=facts, words=words)
    if at_once:
        _invite_there(person, address, by=by, now=now)
        return AddressChange(address, None)
    _tell(ADDRESS_CHANGED, person, by=by, now=now, address=address)
    proof = EmailAddress.objects.create(user=person, email=address, verified=False, primary=False)
    return AddressChange(address, proof)


def _invite_there(person: User, address: str, *, by: User, now: datetime) -> None:
    """Whoever has the old address may be a stranger: the link that lies there opens nothing any more."""
    person.email = address
    with taken_means(Invalid(OF_ANOTHER, "email")):
        person.save(update_fields=["email"])
    invite_again(person=person, by=by, now=now)
