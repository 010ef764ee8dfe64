"""The employer's finance contact is asked for the purchase order, by a link that opens that and nothing else (A2)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.states import OrderRequestStanding
from ctts.accounts.models import BehindDoor
from ctts.common.constraints import in_order
from ctts.common.rows import Retention
from ctts.documents.models import Document

OPEN_FOR = timedelta(days=28)
GIVEN = ["application", "name", "email", "words", "nonce", "asked_at", "asked_by", "expires_at"]


class OrderRequest(BehindDoor):
    """One person, without an account, was asked for the purchase order of one application; it ends once.

    The token in the link is not stored (`ctts.accounts.sealing`). `document` is a file that has arrived already while
    another field of their form was still wrong.
    """

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="order_requests")
    name = models.CharField(max_length=160)
    email = models.EmailField()
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_because = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            in_order("asked_at", "expires_at"),
            models.CheckConstraint(name="applications_order_request_has_a_name", condition=~Q(name="") & ~Q(email="")),
            models.CheckConstraint(
                name="applications_order_request_ends_once",
                condition=Q(given_at__isnull=True, declined_at__isnull=True)
                | Q(given_at__isnull=True, withdrawn_at__isnull=True)
                | Q(declined_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="applications_order_request_declined_with_words",
                condition=Q(declined_at__isnull=True, declined_because="")
                | (Q(declined_at__isnull=False) & ~Q(declined_because="")),
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(given_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True),
                name="applications_one_order_request_at_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="order_request_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="order_request_reads_as_asked", fields=GIVEN),
            pgtrigger.Protect(
                name="order_request_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__given_at__isnull=False)
                | pgtrigger.Q(old__declined_at__isnull=False)
                | pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Purchase order asked of {self.name}"

    def standing(self, now: datetime) -> OrderRequestStanding:
        """Whether the link opens now, and if not, why."""
        ended = {
            OrderRequestStanding.GIVEN: self.given_at,
            OrderRequestStanding.DECLINED: self.declined_at,
            OrderRequestStanding.WITHDRAWN: self.withdrawn_at,
        }
        found = next((standing for standing, at in ended.items() if at is not None), None)
        return found or (OrderRequestStanding.EXPIRED if self.expires_at <= now else OrderRequestStanding.OPEN)
