"""Codes for a late entry: a named person may still apply for an intake whose cut-off is over."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.states import LateCodeStanding
from ctts.common.clock import london_date
from ctts.common.constraints import both_or_neither
from ctts.common.rows import Retention
from ctts.scheme.models import Intake

GIVEN = ["intake", "name", "email", "person", "digest", "reason", "until_on", "given_at", "given_by"]


class LateCode(models.Model):
    """A code that the office gave to one person, for one intake, until a day; used once or withdrawn.

    Only the digest of the code is kept (`rules.late`). `email` is the address of the account that may use it; where
    there was one as it was given, that is `person`, whatever their address is by now.
    """

    retention = Retention.DOSSIER

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    email = models.EmailField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    reason = models.TextField()
    until_on = models.DateField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="late_codes")
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            both_or_neither("application", "used_at"),
            both_or_neither("withdrawn_at", "withdrawn_by"),
            models.CheckConstraint(name="applications_late_code_has_a_reason", condition=~Q(reason="") & ~Q(name="")),
            models.CheckConstraint(
                name="applications_late_code_used_or_withdrawn",
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["intake", "email"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="applications_one_late_code_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["intake", "person"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="applications_one_late_code_a_person_at_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="late_code_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="late_code_reads_as_given", fields=GIVEN),
            pgtrigger.Protect(
                name="late_code_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__used_at__isnull=False) | pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Late entry of {self.name} to {self.intake}"

    @property
    def address(self) -> str:
        """Where the account that may use it is reached: its address of today, else the one it was given for."""
        return self.person.email if self.person is not None else self.email

    def standing(self, today: date) -> LateCodeStanding:
        """Whether it can be used on this London day, and if not, why; one that was put away since it had expired is no
        withdrawn one."""
        if self.used_at is not None:
            return LateCodeStanding.USED
        if self.withdrawn_at is not None and self.until_on >= london_date(self.withdrawn_at):
            return LateCodeStanding.WITHDRAWN
        return LateCodeStanding.EXPIRED if self.until_on < today else LateCodeStanding.OPEN
