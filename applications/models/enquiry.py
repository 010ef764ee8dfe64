"""A question to the scheme from somebody without an account; the answer opens the way to an application (A1)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.states import EnquiryStanding
from ctts.accounts.models import BehindDoor
from ctts.common.constraints import both_or_neither
from ctts.common.rows import Retention
from ctts.organisations.models import Organisation
from ctts.scheme.models import Scope

GIVEN = ["name", "email", "scope", "centre", "text", "key", "nonce", "made_at", "about", "asked_by"]


class Enquiry(BehindDoor):
    """What somebody asked, once answered or set aside; `application` is what was begun from it, `about` the one that
    its applicant or Training Supervisor (`asked_by`) asked about while it went on.

    The token of the link in the answer is not stored (`ctts.accounts.sealing`).
    """

    retention = Retention.OFFICE

    name = models.CharField(max_length=160)
    email = models.EmailField()
    scope = models.ForeignKey(Scope, models.PROTECT, null=True, related_name="+")
    centre = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    key = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey(Application, models.PROTECT, null=True, related_name="questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    application = models.OneToOneField(Application, models.PROTECT, null=True, related_name="enquiry")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            both_or_neither("answered_at", "answered_by"),
            both_or_neither("set_aside_at", "set_aside_by"),
            models.CheckConstraint(
                name="applications_enquiry_has_words", condition=~Q(name="") & ~Q(email="") & ~Q(text="")
            ),
            models.CheckConstraint(
                name="applications_enquiry_answered_with_words",
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="applications_enquiry_answered_or_set_aside",
                condition=Q(answered_at__isnull=True) | Q(set_aside_at__isnull=True),
            ),
            models.CheckConstraint(
                name="applications_enquiry_about_is_asked_by_somebody",
                condition=Q(about__isnull=True) | Q(asked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="applications_enquiry_begun_from_its_answer",
                condition=Q(application__isnull=True) | Q(answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="applications_enquiries_open",
                fields=["made_at"],
                condition=Q(answered_at__isnull=True, set_aside_at__isnull=True),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="enquiry_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="enquiry_reads_as_made", fields=GIVEN),
            pgtrigger.Protect(
                name="enquiry_answer_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__set_aside_at__isnull=False, new__set_aside_at__isnull=False)
                | pgtrigger.Q(old__answered_at__isnull=False, old__answered_at__df=pgtrigger.F("new__answered_at"))
                | pgtrigger.Q(old__answered_at__isnull=False, old__answer__df=pgtrigger.F("new__answer")),
            ),
        ]

    def __str__(self) -> str:
        return f"Enquiry of {self.name}"

    @property
    def standing(self) -> EnquiryStanding:
        """Whether it waits for the office."""
        if self.answered_at is not None:
            return EnquiryStanding.ANSWERED
        return EnquiryStanding.SET_ASIDE if self.set_aside_at is not None else EnquiryStanding.OPEN
