"""Intakes (I), the handbook (E1), and the scheme's dated events (I3, T9)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ctts.common.constraints import at_least, in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.documents.models import Document
from ctts.scheme.states import INTAKE_MOVES, EventKind, IntakeState

MONTHS = {4: "April", 10: "October"}


class Intake(models.Model):
    """One intake (I2): applications received from `opens_on` through `cutoff_on` (London days, both included).

    Fees are integer pence, the VAT rate in basis points (2000 = 20 %).
    """

    retention = Retention.REFERENCE

    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    cutoff_on = models.DateField()
    enrolment_on = models.DateField()
    induction_on = models.DateField()
    fee_net_pence = models.PositiveBigIntegerField(null=True, blank=True)
    vat_basis_points = models.PositiveBigIntegerField(null=True, blank=True)
    fee_gross_pence = models.PositiveBigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=IntakeState.choices, default=IntakeState.PLANNED)

    class Meta:
        ordering = ["year", "month"]
        constraints = [
            known_choice("state", IntakeState),
            in_order("opens_on", "cutoff_on"),
            in_order("cutoff_on", "enrolment_on"),
            in_order("enrolment_on", "induction_on"),
            in_order("fee_net_pence", "fee_gross_pence"),
            models.UniqueConstraint(fields=["year", "month"], name="scheme_intake_once"),
            models.CheckConstraint(name="scheme_intake_april_or_october", condition=Q(month__in=list(MONTHS))),
            models.CheckConstraint(
                name="scheme_no_fee_no_opening",
                condition=Q(state=IntakeState.PLANNED)
                | Q(
                    fee_net_pence__isnull=False,
                    vat_basis_points__isnull=False,
                    fee_gross_pence=F("fee_net_pence") + (F("fee_net_pence") * F("vat_basis_points") + 5000) / 10000,
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="intake_stays", operation=pgtrigger.Delete),
            fsm_trigger("intake_moves", INTAKE_MOVES),
        ]

    def __str__(self) -> str:
        return f"{MONTHS[self.month]} {self.year}"


class Handbook(AppendOnly):
    """A version of the scheme handbook; the newest published one is the current (E1)."""

    retention = Retention.REFERENCE

    version = models.CharField(max_length=40, unique=True)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return f"Handbook, version {self.version}"


class HandbookAcknowledgement(AppendOnly):
    """A person has read a version of the handbook (E1)."""

    retention = Retention.DOSSIER

    handbook = models.ForeignKey(Handbook, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["handbook", "person"], name="scheme_handbook_read_once")]


class SchemeEvent(models.Model):
    """A dated event with joining details (T9). `places` empty means no limit."""

    retention = Retention.OFFICE

    kind = models.CharField(max_length=12, choices=EventKind.choices)
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    joining = models.TextField(blank=True)
    intake = models.ForeignKey(Intake, models.PROTECT, null=True, blank=True, related_name="events")
    places = models.PositiveIntegerField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            known_choice("kind", EventKind),
            in_order("starts_at", "ends_at"),
            at_least("places", 1),
            models.UniqueConstraint(fields=["kind", "title", "starts_at"], name="scheme_event_entered_once"),
            models.UniqueConstraint(
                fields=["intake", "kind"],
                condition=Q(kind__in=[EventKind.INDUCTION, EventKind.SOFT_SKILLS]),
                name="scheme_event_once_per_intake",
            ),
        ]

    def __str__(self) -> str:
        return self.title
