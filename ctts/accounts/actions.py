"""Every decision about an account: who joins, what proves them, who is kept out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from ctts.accounts import access, tasks
from ctts.accounts.models import AccountMail, Invitation, User
from ctts.accounts.notices import INVITATION_AGAIN, SECOND_FACTOR_RESET
from ctts.accounts.queries import last_invitation, locked_person, person_by_email, sealed_letter
from ctts.accounts.rules import ADDRESS_LENGTH, name_problem, same_address, sort_key, tidy_name
from ctts.audit.actions import record
from ctts.common import letters, mail
from ctts.common.queue import enqueue
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, TooLate, require

KEPT_AFTER_SENDING = timedelta(days=1)
KEPT_UNSENT = timedelta(days=4)  # longer than any link of django-allauth lives


class Invited(NamedTuple):
    """Who was invited. `invitation` is None for somebody who has an account already and only needs to sign in."""

    person: User
    invitation: Invitation | None


def _usable(full_name: str) -> str:
    """The name as it is stored. Raises Invalid (field `full_name`) for one that cannot be."""
    problem = name_problem(full_name)
    if problem:
        raise Invalid(problem, "full_name")
    return tidy_name(full_name)


def _usable_address(email: str) -> str:
    """The address as it is stored. Raises Invalid (field `email`) for what is no e-mail address."""
    address = same_address(email)
    try:
        EmailValidator()(address)
    except ValidationError as problem:
        raise Invalid("Enter a valid e-mail address.", "email") from problem
    if len(address) > ADDRESS_LENGTH:
        raise Invalid(f"An e-mail address has at most {ADDRESS_LENGTH} letters.", "email")
    return address


# --- joining --------------------------------------------------------------------------------------------------------


@transaction.atomic
def sign_up(*, email: str, full_name: str, password: str, by: None, now: datetime) -> User:
    """Anyone may make an account (A1); it opens once the e-mail is confirmed. Raises TooLate when it was just taken."""
    name = _usable(full_name)
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
    TooLate for a deactivated account, Invalid for a name or address that cannot be, or one's own.
    """
    person = _entered_or_new(_usable_address(email), _usable(full_name), now)
    require(access.can_be_invited(person))
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


def _new_invitation(person: User, by: User | None, purpose: str, now: datetime) -> Invitation:
    open_ones = Invitation.objects.filter(person=person, accepted_at=None, replaced_at=None)
    open_ones.update(replaced_at=now)
    words = letters.one_line(purpose)
    invitation = Invitation.objects.create(person=person, invited_by=by, purpose=words, **Invitation.terms(now))
    record("accounts.person.invited", by=by, at=now, about=invitation, within=person.pk)
    return invitation


@transaction.atomic
def invite_again(*, person: User, by: User | None, now: datetime) -> Invitation:
    """Replace the invitation of somebody who has not come in yet by a new one of 28 days, and mail it.

    Raises TooLate when the person was never invited, is in already, or is deactivated.
    """
    person = locked_person(person)
    require(access.can_be_invited(person))
    last = last_invitation(person)
    if last is None or access.has_entered(person):
        raise TooLate(f"{person.full_name} has no invitation to renew.")
    invitation = _new_invitation(person, by or last.invited_by, last.purpose, now)
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


# --- what a person changes -------------------------------------------------------------------------------------------


@transaction.atomic
def change_name(*, person: User, full_name: str, preferred_name: str, by: User, now: datetime) -> User:
    """Change a person's name and how they like to be addressed; the old and new names stay beside the audit entry.

    Raises Invalid for a name without a letter, or longer than 160.
    """
    person = locked_person(person)
    was = {"full_name": person.full_name, "preferred_name": person.preferred_name}
    person.full_name, person.sort_name = _usable(full_name), sort_key(full_name)
    person.preferred_name = tidy_name(preferred_name)[:80]
    person.save(update_fields=["full_name", "sort_name", "preferred_name"])
    words = {"was": was, "is": {"full_name": person.full_name, "preferred_name": person.preferred_name}}
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
    person = _with_sessions_ended(person)
    record("accounts.sessions.ended", by=by, at=now, about=person, within=person.pk)
    return person


def _with_sessions_ended(person: User, **columns: object) -> User:
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1, **columns)
    return User.objects.get(pk=person.pk)


# --- the second factor (quality rule 15) -----------------------------------------------------------------------------


@transaction.atomic
def require_second_factor(*, person: User, by: User | None, now: datetime) -> None:
    """A role of this person needs a second factor, from their next request on. Doing it twice does no harm."""
    if User.objects.filter(pk=person.pk, second_factor_required=False).update(second_factor_required=True):
        record("accounts.second_factor.required", by=by, at=now, about=person, within=person.pk)
    person.second_factor_required = True


@transaction.atomic
def note_second_factor(*, person: User, by: User, now: datetime) -> User:
    """An authenticator app was registered: sessions opened without it end, its recovery codes are not put away yet."""
    person = _with_sessions_ended(person, second_factor_at=now, recovery_codes_kept_at=None)
    record("accounts.second_factor.set_up", by=by, at=now, about=person, within=person.pk)
    return person


@transaction.atomic
def note_second_factor_dropped(*, person: User, by: User, now: datetime) -> None:
    """A person switched their second factor off. Raises NotAllowed while a role of theirs needs it."""
    require(access.can_drop_second_factor(locked_person(person)))
    User.objects.filter(pk=person.pk).update(second_factor_at=None, recovery_codes_kept_at=None)
    record("accounts.second_factor.dropped", by=by, at=now, about=person, within=person.pk)


@transaction.atomic
def note_new_recovery_codes(*, person: User, by: User, now: datetime) -> None:
    """New recovery codes were made and must be put away anew; the old ones no longer work."""
    User.objects.filter(pk=person.pk).update(recovery_codes_kept_at=None)
    record("accounts.recovery_codes.made", by=by, at=now, about=person, within=person.pk)


@transaction.atomic
def keep_recovery_codes(*, person: User, by: User, now: datetime) -> None:
    """The person says that the recovery codes shown are put away. Raises TooLate without a second factor."""
    kept = User.objects.filter(pk=person.pk, second_factor_at__isnull=False).update(recovery_codes_kept_at=now)
    if not kept:
        raise TooLate("Your second factor was taken away meanwhile. Set it up again.")
    record("accounts.recovery_codes.kept", by=by, at=now, about=person, within=person.pk)


@transaction.atomic
def give_second_factor(*, person: User, secret: str, by: User | None, now: datetime) -> User:
    """Register an authenticator app by its base32 secret, recovery codes put away: for the set-up of a system."""
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    person = _with_sessions_ended(person, second_factor_at=now, recovery_codes_kept_at=now)
    record("accounts.second_factor.set_up", by=by, at=now, about=person, within=person.pk)
    return person


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
    person = _with_sessions_ended(person, second_factor_at=None, recovery_codes_kept_at=None)
    words = {"identity_check": identity_check.strip()}
    record("accounts.second_factor.reset", by=by, at=now, about=person, within=person.pk, words=words)
    written = letters.write(SECOND_FACTOR_RESET.key, {"person": person, "at": now})
    queue_mail(
        kind=SECOND_FACTOR_RESET.key,
        to=person.email,
        subject=written.subject,
        text=written.text,
        html=written.html,
        by=by,
        now=now,
    )
    return person


# --- keeping out -----------------------------------------------------------------------------------------------------


@transaction.atomic
def deactivate(*, person: User, reason: str, by: User, now: datetime) -> User:
    """End a person's access; nothing recorded of them changes. Raises NotAllowed for oneself, TooLate when done."""
    person = locked_person(person)
    require(access.can_deactivate(by, person))
    person = _with_sessions_ended(person, is_active=False)
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
    duplicate = _with_sessions_ended(duplicate, is_active=False, merged_into=kept)
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


# --- mails about accounts --------------------------------------------------------------------------------------------


@transaction.atomic
def queue_mail(
    *, kind: str, to: str, subject: str, text: str, html: str, by: User | None, now: datetime
) -> AccountMail:
    """Write a mail down, encrypted, and ring for its delivery after commit (quality rule 3)."""
    queued = AccountMail.objects.create(
        kind=kind,
        person=person_by_email(to),
        to=to,
        sealed=sealed_letter(subject, text, html),
        **mail.times(now),
    )
    enqueue(tasks.deliver_mail, mail_id=queued.pk)
    return queued


@transaction.atomic
def send_mail_again(*, mail_id: int, by: User, now: datetime) -> None:
    """Send a dead or doubtful mail once more. Raises TooLate when it is neither, or when its links are too old."""
    again = AccountMail.objects.get(pk=mail_id)
    if again.erased_at is not None:
        raise TooLate("The links in this mail are too old. The person can ask for another mail.")
    mail.send_again(AccountMail, mail_id, now=now)
    record("accounts.mail.sent_again", by=by, at=now, about=again, within=again.person_id)
    enqueue(tasks.deliver_mail, mail_id=mail_id)


@transaction.atomic
def erase_old_mails(*, by: None, now: datetime) -> int:
    """Forget the words of mails a day after they went, and of those that never did after four days; how many."""
    over = Q(state=mail.MailState.SENT, sent_at__lt=now - KEPT_AFTER_SENDING) | Q(
        state__in=[mail.MailState.DEAD, mail.MailState.IN_DOUBT], queued_at__lt=now - KEPT_UNSENT
    )
    return AccountMail.objects.filter(over).exclude(sealed="").update(sealed="", erased_at=now)
