"""A person, an invitation, and a mail about an account."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from ctts.accounts.rules import (
    ADDRESS_LENGTH,
    INVITATION_LASTS,
    NAME_LENGTH,
    SORT_LENGTH,
    same_address,
    sort_key,
    tidy_name,
)
from ctts.common.constraints import in_order
from ctts.common.mail import OutgoingMail
from ctts.common.name_words import WordsOf
from ctts.common.prepared import only, prepared
from ctts.common.rows import Retention


class UserManager(BaseUserManager["User"]):
    """Makes people with their folded name; what a person may do is nobody's business here."""

    def enter(self, *, email: str, full_name: str, now: datetime, password: str | None = None, **more: Any) -> User:
        """Store a new person; without a password nobody can sign in as them.

        Raises IntegrityError when the address is taken.
        """
        person = self.model(
            email=same_address(email),
            full_name=tidy_name(full_name),
            sort_name=sort_key(full_name),
            created_at=now,
            **more,
        )
        person.set_password(password)
        person.save(force_insert=True)
        return person

    def hash_anew(self, person: User, password: str) -> None:
        """Keep a right password as strongly as it is hashed by now; another hash ends the person's open sessions."""
        preferred, known = get_hasher(), identify_hasher(person.password)
        if known.algorithm != preferred.algorithm or preferred.must_update(person.password):
            person.set_password(password)
            person.save(update_fields=["password"])

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this address, however it is written."""
        return self.get(email=same_address(username or ""))

    def get(self, *conditions: Any, **named: Any) -> User:
        """As everywhere; by the id alone, which each request asks, with SQL that is written once (decision 9)."""
        if conditions or set(named) != {"pk"}:
            return super().get(*conditions, **named)
        return only(User, _by_id(User._meta.pk.to_python(named["pk"])))


class User(AbstractBaseUser):
    """A person: applicant, trainee, supervisor, moderator, member of the office. The e-mail address is the login.

    Deactivated, never deleted: everything recorded keeps pointing at them. `second_factor_at` and
    `recovery_codes_kept_at` follow the authenticator rows of django-allauth, written in the same transaction.
    `merged_into` is the account with which this one, a duplicate of the same person, was merged for good.
    """

    retention = Retention.ACCOUNT

    email = models.EmailField(max_length=ADDRESS_LENGTH)
    full_name = models.CharField(max_length=NAME_LENGTH)
    sort_name = models.CharField(max_length=SORT_LENGTH, editable=False, db_index=True)
    preferred_name = models.CharField(max_length=80, blank=True, default="")
    is_active = models.BooleanField(default=True)
    second_factor_required = models.BooleanField(default=False)
    second_factor_at = models.DateTimeField(null=True)
    recovery_codes_kept_at = models.DateTimeField(null=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the person's password. An outdated hash stays: it is renewed at sign-in only, since whoever
        types the password to sign a competency must not lose every session by it (quality rule 8)."""
        return bool(check_password(raw_password, self.password))

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["sort_name", "pk"]
        indexes = [GinIndex(WordsOf("sort_name"), name="accounts_user_words_of_name")]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="accounts_user_email_once"),
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once_in_any_case"),
            models.CheckConstraint(name="accounts_user_has_name", condition=~Q(full_name="")),
            models.CheckConstraint(
                name="accounts_user_codes_kept_with_second_factor",
                condition=Q(recovery_codes_kept_at__isnull=True) | Q(second_factor_at__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_user_merged_is_closed", condition=Q(merged_into__isnull=True) | Q(is_active=False)
            ),
            models.CheckConstraint(
                name="accounts_user_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="person_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="person_merged_once_into_one_that_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__merged_into__df=pgtrigger.F("new__merged_into")),
                func=(
                    "IF OLD.merged_into_id IS NOT NULL THEN RAISE EXCEPTION 'accounts are merged for good'; END IF; "
                    "IF EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.merged_into_id "
                    "AND (u.merged_into_id IS NOT NULL OR NOT u.is_active)) THEN "
                    "RAISE EXCEPTION 'an account is merged into one that stays'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def greeting_name(self) -> str:
        """How letters and pages address the person: as they prefer, else by their name."""
        return self.preferred_name or self.full_name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What every session of the person must match: a new password or a raised `sessions_ended` ends them all."""
        value = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("ctts.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


@prepared
def _by_id(pk: Any) -> models.QuerySet[User]:
    return User.objects.filter(pk=pk)


def new_nonce() -> str:
    """256 random bits as 64 hex digits."""
    return secrets.token_hex(32)


class BehindDoor(models.Model):
    """A row to which a link from a mail leads: its token is made from the nonce, and stored nowhere (`sealing`)."""

    nonce = models.CharField(max_length=64, default=new_nonce, editable=False)

    class Meta:
        abstract = True


class Invitation(BehindDoor):
    """A person was asked to join; the link in the mail opens until it is accepted, replaced or 28 days old.

    The token in the link is not stored (`ctts.accounts.sealing`). `purpose` completes "… invites you …".
    """

    retention = Retention.ACCOUNT

    person = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=200)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            in_order("invited_at", "expires_at"),
            in_order("invited_at", "accepted_at"),
            models.CheckConstraint(
                name="accounts_invitation_accepted_or_replaced",
                condition=Q(accepted_at__isnull=True) | Q(replaced_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(accepted_at__isnull=True, replaced_at__isnull=True),
                name="accounts_invitation_one_open",
            ),
            models.CheckConstraint(
                name="accounts_invitation_not_by_oneself",
                condition=Q(invited_by__isnull=True) | ~Q(invited_by=F("person")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="invitation_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="invitation_only_ends",
                fields=["person", "invited_by", "purpose", "nonce", "invited_at", "expires_at"],
            ),
        ]

    @classmethod
    def terms(cls, now: datetime) -> dict[str, datetime]:
        """The two instants of an invitation made now, as keyword arguments for `create`."""
        return {"invited_at": now, "expires_at": now + INVITATION_LASTS}


class AccountMail(OutgoingMail):
    """A mail about an account: confirm an address, reset a password, a security notice, a renewed invitation.

    `sealed` holds subject, text and HTML encrypted, for links in it open doors; it is erased a day after sending. A
    mail with an `invitation` holds nothing: its link is made when it is sent.
    """

    retention = Retention.MESSAGE

    kind = models.CharField(max_length=80)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="account_mails")
    to = models.EmailField(max_length=ADDRESS_LENGTH)
    sealed = models.TextField(blank=True, default="")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="mails")
    erased_at = models.DateTimeField(null=True)

    class Meta(OutgoingMail.Meta):
        constraints = [
            *OutgoingMail.Meta.constraints,
            models.CheckConstraint(
                name="accounts_mail_has_content_or_was_erased",
                condition=Q(invitation__isnull=False, sealed="", erased_at__isnull=True)
                | (Q(invitation__isnull=True) & ~Q(sealed="") & Q(erased_at__isnull=True))
                | Q(invitation__isnull=True, sealed="", erased_at__isnull=False),
            ),
        ]
