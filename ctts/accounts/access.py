"""Who may enter, sign, and be changed; and the proof that somebody is at the keyboard who knows the secret."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction

from ctts.accounts.models import Invitation, User
from ctts.accounts.rules import within_window
from ctts.accounts.sealing import unseal
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.common.cache import count_try, forget_tries
from ctts.common.verdict import YES, Invalid, Verdict, both, late, no

SESSION_KEY = "accounts_authentication"
TRIES = 5
TRIES_SECONDS = 300

Session = MutableMapping[str, Any]


# --- accounts -------------------------------------------------------------------------------------------------------


def has_entered(person: User) -> bool:
    """Whether the person has a password and has proved the address: from then on invitations open nothing."""
    proved = EmailAddress.objects.filter(user=person, email=person.email, verified=True)
    return person.has_usable_password() and proved.exists()


def can_accept(invitation: Invitation, now: datetime) -> Verdict:
    """Whether an invitation still opens: not accepted, replaced or old, and its person active and not yet in."""
    if invitation.accepted_at or invitation.replaced_at or invitation.expires_at <= now:
        return late("This link has been used, replaced by a newer one, or is more than 28 days old.")
    if not invitation.person.is_active or has_entered(invitation.person):
        return late("This account cannot be opened by an invitation any more.")
    return YES


def can_be_invited(person: User) -> Verdict:
    """Whether somebody known may be invited again: not once deactivated or merged."""
    if person.merged_into is not None:
        return late(f"This account was merged into that of {person.merged_into.email}: invite that address.")
    return YES if person.is_active else late("This account is deactivated. Reactivate it before inviting them.")


def can_change_account(user: User, person: User) -> Verdict:
    """Whether `user` may deactivate, reactivate, or reset the second factor of `person`: never their own.

    That `user` works in the scheme office is the caller's question.
    """
    return no("Somebody else has to do this for your account.") if user.pk == person.pk else YES


MERGED = "This account was merged with another of the same person, for good."


def in_use(person: User, words: str) -> Verdict:
    """Whether an account is in use; one that was merged is so for good, of another `words` say what to do first."""
    if person.is_active:
        return YES
    return late(MERGED if person.merged_into_id is not None else words)


def can_deactivate(user: User, person: User) -> Verdict:
    """Whether `user` may end the access of `person` now."""
    active = YES if person.is_active else late("This account is deactivated already.")
    return both(can_change_account(user, person), active)


def can_reactivate(user: User, person: User) -> Verdict:
    """Whether `user` may give `person` access again now."""
    inactive = late("This account is active already.") if person.is_active else YES
    if person.merged_into_id is not None:
        inactive = late(MERGED)
    return both(can_change_account(user, person), inactive)


def can_change_address(user: User, person: User) -> Verdict:
    """Whether `user` may have another address put in the place of a person's: of an account in use, never their own."""
    active = in_use(person, "This account is deactivated. Give access again first.")
    return both(can_change_account(user, person), active)


def can_merge_into(user: User, kept: User) -> Verdict:
    """Whether `user` may look for a duplicate of an account: one in use, and not their own."""
    if user.pk == kept.pk:
        return no("Somebody else has to do this for your account.")
    return in_use(kept, "Only an account in use takes in another. Give access again first.")


def can_merge(user: User, duplicate: User, kept: User) -> Verdict:
    """Whether `user` may merge a duplicate account into the one that stays: two accounts in use, neither their own."""
    if user.pk in {duplicate.pk, kept.pk}:
        return no("Somebody else has to do this for your account.")
    if duplicate.pk == kept.pk:
        return late("An account cannot be merged with itself.")
    words = "Both accounts have to be active. Give access again first, if it was ended by mistake."
    return both(in_use(duplicate, words), in_use(kept, words))


def can_reset_second_factor(user: User, person: User) -> Verdict:
    """Whether `user` may take the lost second factor of `person` away, so that they can set up another."""
    set_up = YES if person.second_factor_at else late("No second factor is set up for this account.")
    return both(can_change_account(user, person), set_up)


def can_drop_second_factor(person: User) -> Verdict:
    """Whether a person may switch their second factor off: not while a role of theirs needs it (quality rule 15)."""
    if person.second_factor_required:
        return no("Your role needs a second factor. Ask the scheme office if you lost your device.")
    return YES


def lacks_authenticator(person: User) -> bool:
    """Whether the person must set up an authenticator app before doing anything else (quality rule 15)."""
    return person.second_factor_required and person.second_factor_at is None


def lacks_recovery_codes(person: User) -> bool:
    """Whether the person must still put their recovery codes away before doing anything else."""
    return person.second_factor_required and person.recovery_codes_kept_at is None


# --- who is at the keyboard (quality rule 8) ------------------------------------------------------------------------


def note_authentication(session: Session, method: AuthenticationMethod, now: datetime) -> AuthenticationEvent:
    """Remember in the session that the person has just proved who they are."""
    session[SESSION_KEY] = {"at": now.isoformat(), "method": str(method)}
    return AuthenticationEvent(at=now, method=method)


def recently_authenticated(session: Session, now: datetime) -> AuthenticationEvent | None:
    """The proof given in this session within the last ten minutes, or None."""
    noted = session.get(SESSION_KEY)
    if not noted:
        return None
    event = AuthenticationEvent(at=datetime.fromisoformat(noted["at"]), method=AuthenticationMethod(noted["method"]))
    return event if within_window(event.at, now) else None


def check_credentials(user: User, secret: str, now: datetime) -> AuthenticationEvent:
    """The proof that `secret` is the person's password or the present code of their authenticator app.

    Recovery codes are for signing in only. Five tries in five minutes. Raises Invalid (field `password_or_code`).
    """
    if not _one_more_try(user):
        raise Invalid("Too many wrong tries. Wait five minutes and send it again.", "password_or_code")
    method = _method_proved(user, secret)
    if method is None:
        raise Invalid("That is neither your password nor the present code.", "password_or_code")
    forget_tries(_tries_key(user))
    return AuthenticationEvent(at=now, method=method)


def _method_proved(user: User, secret: str) -> AuthenticationMethod | None:
    """Which of the two `secret` is. The password is tried always, so that the time does not tell which."""
    if user.check_password(secret):
        return AuthenticationMethod.PASSWORD
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is not None and app.wrap().validate_code(secret) and spend_code(app, secret):
        return AuthenticationMethod.CODE
    return None


@transaction.atomic
def spend_code(app: Authenticator, code: str) -> bool:
    """Whether a right code of an authenticator app is newer than the last one used; from now on it is the last.

    A code is shown for 30 seconds and taken for 90. django-allauth remembers a used one for 30, and only in Redis.
    """
    app = Authenticator.objects.select_for_update(no_key=True).get(pk=app.pk)
    key = unseal(app.data["secret"])
    shown = {period: format_hotp_value(hotp_value(key, period)) for period in yield_hotp_counters_from_time()}
    fits = [period for period, right in shown.items() if compare_user_code(actual=code, expected=right)]
    if not fits or max(fits) <= app.data.get("last_period", 0):
        return False
    app.data["last_period"] = max(fits)
    app.save(update_fields=["data"])
    return True


def _tries_key(user: User) -> str:
    return f"accounts.tries.{user.pk}"


def _one_more_try(user: User) -> bool:
    return count_try(_tries_key(user), TRIES_SECONDS) <= TRIES
