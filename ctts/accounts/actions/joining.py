"""Who joins, what proves them, and what a person changes of their own."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q

from ctts.accounts import access, tasks
from ctts.accounts.actions._steps import usable_address, usable_name, with_sessions_ended
from ctts.accounts.actions.second_factor import require_second_factor
from ctts.accounts.models import AccountMail, Invitation, User
from ctts.accounts.names import name_kept
from ctts.accounts.notices import INVITATION_AGAIN
from ctts.accounts.queries import last_invitation, locked_person, person_by_email
from ctts.accounts.rules import sort_key, tidy_name
from ctts.audit.actions import record
from ctts.common import letters, mail
from ctts.common.queue import enqueue
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, NotAllowed, TooLate, require


class Invited(NamedTuple):
    """Who was invited. `invitation` is None for somebody who has an account already and only needs to sign in."""

    person: User
    invitation: Invitation | None


@transaction.atomic
def sign_up(*, email: str, full_name: str, password: str, by: None, now: datetime) -> User:
    """Anyone may make an account (A1); it opens once the e-mail is confirmed. Raises TooLate when it was just taken."""
    name = usable_name(full_name)
    with taken_means(TooLate("This address was taken a moment ago.")):
        person = User.objects.enter(email=email, full_name=name, password=password, now=now)
    record("accounts.person.signed_up", by=person, at=now, about=person, within=person.pk)
    return person


@transaction.atomic
def invite(
    *, email: str, full_name: str, purpose: str, by: User | None, now: datetime, second_factor_required: bool = False
) -> Invited:
    """Make sure that there is a person with this address, and give them an invitation unless they are in already.

    `purpose` completes "… invites you …" (at most 200 characters). The caller sends the mail, with the path that
    `queries.invitation_path` makes. A password and name that somebody else left at an address never proved are
    dropped. Whoever is in already sets a second factor up when they act, not because somebody named them. Raises
    Invalid for a name or address that cannot be, one's own, or that of a deactivated or merged account.
    """
    person = _entered_or_new(usable_address(email), usable_name(full_name), now)
    if not (may := access.can_be_invited(person)):
        raise Invalid(may.reason, "email")
    if by is not None and by.pk == person.pk:
        raise Invalid("This is your own address.", "email")
    if access.has_entered(person):
        return Invited(person, None)
    if second_factor_required:
        require_second_factor(person=person, by=by, now=now)
    _forget_unproved(person, full_name)
    return Invited(person, _new_invitation(person, by, purpose, now))


def _entered_or_new(address: str, full_name: str, now: datetime) -> User:
    try:
        with transaction.atomic():
            return User.objects.enter(email=address, full_name=full_name, now=now)
    except IntegrityError:
        return User.objects.select_for_update(no_key=True).get(email=address)


def _forget_unproved(person: User, full_name: str) -> None:
    """Whoever signed up with this address did not prove it; the one who is invited now will."""
    person.set_unusable_password()
    person.full_name, person.sort_name = tidy_name(full_name), sort_key(full_name)
    person.save(update_fields=["password", "full_name", "sort_name"])


def _new_invitation(
    person: User, by: User | None, purpose: str, now: datetime, renews: Invitation | None = None
) -> Invitation:
    """`renews`: the invitation of which this is a new link, whoever sends it; whoever invited them still does."""
    open_ones = Invitation.objects.filter(person=person, accepted_at=None, replaced_at=None)
    open_ones.update(replaced_at=now)
    words = letters.one_line(purpose)
    invitation = Invitation.objects.create(
        person=person, invited_by=renews.invited_by if renews else by, purpose=words, **Invitation.terms(now)
    )
    what = "accounts.invitation.renewed" if renews else "accounts.person.invited"
    record(what, by=by, at=now, about=invitation, within=person.pk)
    return invitation


@transaction.atomic
def invite_again(*, person: User, by: User | None, now: datetime) -> Invitation:
    """Replace the invitation of somebody who has not come in yet by a new one of 28 days, and mail it. Whoever invited
    them still does, whoever sends the link anew; `by` None is whoever asked for it without signing in.

    Raises TooLate when the person was never invited, is in already, or is deactivated.
    """
    person = locked_person(person)
    require(access.can_be_invited(person))
    last = last_invitation(person)
    if last is None or access.has_entered(person):
        raise TooLate(f"{person.full_name} has no invitation to renew.")
    invitation = _new_invitation(person, by, last.purpose, now, renews=last)
    sent = AccountMail.objects.create(
        kind=INVITATION_AGAIN.key, person=person, to=person.email, invitation=invitation, **mail.times(now)
    )
    enqueue(tasks.deliver_mail, mail_id=sent.pk)
    return invitation


@transaction.atomic
def ask_for_invitation(*, email: str, by: None, now: datetime) -> None:
    """Somebody whose link no longer works asks for another: it is mailed if the address is waiting for one.

    Says nothing either way: the answer must not tell who is known.
    """
    person = person_by_email(email)
    if person is not None and person.is_active and last_invitation(person) and not access.has_entered(person):
        invite_again(person=person, by=None, now=now)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str, by: User, now: datetime) -> User:
    """The invited person (`by`) came with the link: their password is set and their e-mail proved; the link is spent.

    Raises TooLate when the link was spent, replaced or outlived in the meantime.
    """
    person = locked_person(by)
    invitation = (
        Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=invitation.pk)
    )
    require(access.can_accept(invitation, now))
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    person.set_password(password)
    person.save(update_fields=["password"])
    _prove(person)
    record("accounts.invitation.accepted", by=person, at=now, about=invitation, within=person.pk)
    return person


def _prove(person: User) -> None:
    """The address of the login becomes the one proved address; what others only claimed falls away."""
    claims = EmailAddress.objects.filter(Q(user=person) | Q(email=person.email))
    claims.exclude(user=person, email=person.email).delete()
    proved = EmailAddress(user=person, email=person.email, verified=True, primary=True)
    known = {"unique_fields": ["user", "email"], "update_fields": ["verified", "primary"]}
    EmailAddress.objects.bulk_create([proved], update_conflicts=True, **known)


@transaction.atomic
def make_person(*, email: str, full_name: str, password: str, by: User | None, now: datetime) -> User:
    """A person with a proved address and a password, for the set-up of a system (its first member of the office)."""
    person = User.objects.enter(email=email, full_name=full_name, password=password, now=now)
    _prove(person)
    record("accounts.person.made", by=by, at=now, about=person, within=person.pk)
    return person


@transaction.atomic
def change_name(*, person: User, full_name: str, preferred_name: str, by: User, now: datetime) -> User:
    """Change a person's name and how they like to be addressed; the old and new names stay beside the audit entry.

    The same names again change nothing. Raises Invalid for a name without a letter, or longer than 160, NotAllowed for
    another name of one's own where it is kept (`ctts.accounts.names`).
    """
    person = locked_person(person)
    kept = name_kept(person) if by.pk == person.pk and usable_name(full_name) != person.full_name else None
    if kept is not None:
        raise NotAllowed(kept.words)
    was = {"full_name": person.full_name, "preferred_name": person.preferred_name}
    person.full_name, person.sort_name = usable_name(full_name), sort_key(full_name)
    person.preferred_name = tidy_name(preferred_name)[:80]
    names = {"full_name": person.full_name, "preferred_name": person.preferred_name}
    if names == was:
        return person
    person.save(update_fields=["full_name", "sort_name", "preferred_name"])
    words = {"was": was, "is": names}
    record("accounts.name.changed", by=by, at=now, about=person, within=person.pk, words=words)
    return person


@transaction.atomic
def set_password(*, person: User, password: str, by: User, now: datetime) -> None:
    """Store a new password; every session of the person but the one that did it ends with its next request."""
    person.set_password(password)
    person.save(update_fields=["password"])
    record("accounts.password.set", by=by, at=now, about=person, within=person.pk)


@transaction.atomic
def note_email_proved(*, person: User, was: str, by: User, now: datetime) -> None:
    """A person has proved an address: their first, or another that is now their login."""
    words = {"was": was, "is": person.email} if was != person.email else None
    record("accounts.email.proved", by=by, at=now, about=person, within=person.pk, words=words)


@transaction.atomic
def end_other_sessions(*, person: User, by: User, now: datetime) -> User:
    """Sign the person out everywhere; the caller keeps the session that asked (`update_session_auth_hash`)."""
    person = with_sessions_ended(person)
    record("accounts.sessions.ended", by=by, at=now, about=person, within=person.pk)
    return person
