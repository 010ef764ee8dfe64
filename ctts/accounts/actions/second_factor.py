"""The second factor: asked for, set up, dropped, its recovery codes (quality rule 15)."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from ctts.accounts import access
from ctts.accounts.actions._steps import with_sessions_ended
from ctts.accounts.models import User
from ctts.accounts.queries import locked_person
from ctts.audit.actions import record
from ctts.common.verdict import TooLate, require


@transaction.atomic
def require_second_factor(*, person: User, by: User | None, now: datetime) -> None:
    """A role of this person needs a second factor, from their next request on. Doing it twice does no harm."""
    if User.objects.filter(pk=person.pk, second_factor_required=False).update(second_factor_required=True):
        record("accounts.second_factor.required", by=by, at=now, about=person, within=person.pk)
    person.second_factor_required = True


@transaction.atomic
def note_second_factor(*, person: User, by: User, now: datetime) -> User:
    """An authenticator app was registered: sessions opened without it end, its recovery codes are not put away yet."""
    person = with_sessions_ended(person, second_factor_at=now, recovery_codes_kept_at=None)
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
    person = with_sessions_ended(person, second_factor_at=now, recovery_codes_kept_at=now)
    record("accounts.second_factor.set_up", by=by, at=now, about=person, within=person.pk)
    return person
