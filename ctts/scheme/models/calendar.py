"""Intakes (I), the handbook (E1), and the scheme's dated events (I3, T9)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from ctts.common.constraints import at_least, both_or_neither, in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.documents.models import Document
from ctts.scheme.models.frameworks import Scope
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


class OwnEventKind(models.Model):
    """A kind of event that the office added to those of the scheme (T9); a retired one is not offered any more."""

    retention = Retention.REFERENCE

    name = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("name"), name="scheme_own_event_kind_once")]

    def __str__(self) -> str:
        return self.name


class SchemeEvent(models.Model):
    """A dated event with joining details (T9). `places` empty means no limit.

    It is for everybody in training, or for those of an intake, a year of training, a scope: all that is filled must
    fit. With `sign_up_until_on` (a London day, included) people sign up for it and give their place back until then;
    without it everybody invited is expected. `place` is told to all invited, `joining` to those who have a place.
    """

    retention = Retention.OFFICE

    kind = models.CharField(max_length=12, choices=EventKind.choices)
    own_kind = models.ForeignKey(OwnEventKind, models.PROTECT, null=True, blank=True, related_name="events")
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True, default="")
    joining = models.TextField(blank=True)
    intake = models.ForeignKey(Intake, models.PROTECT, null=True, blank=True, related_name="events")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    scope = models.ForeignKey(Scope, models.PROTECT, null=True, blank=True, related_name="+")
    sign_up_until_on = models.DateField(null=True, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    called_off_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            known_choice("kind", EventKind),
            in_order("starts_at", "ends_at"),
            at_least("places", 1),
            both_or_neither("called_off_at", "called_off_by"),
            models.UniqueConstraint(
                fields=["kind", "title", "starts_at"],
                condition=Q(called_off_at__isnull=True),
                name="scheme_event_entered_once",
            ),
            models.UniqueConstraint(
                fields=["intake", "kind"],
                condition=Q(kind__in=[EventKind.INDUCTION, EventKind.SOFT_SKILLS], called_off_at__isnull=True),
                name="scheme_event_once_per_intake",
            ),
            models.CheckConstraint(
                name="scheme_event_own_kind_of_other", condition=Q(own_kind__isnull=True) | Q(kind=EventKind.OTHER)
            ),
            models.CheckConstraint(
                name="scheme_event_year_of_two", condition=Q(year__isnull=True) | Q(year__in=[1, 2])
            ),
            models.CheckConstraint(
                name="scheme_event_called_off_with_words",
                condition=Q(called_off_at__isnull=True, called_off_because="")
                | (Q(called_off_at__isnull=False) & ~Q(called_off_because="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_name(self) -> str:
        """The kind as it is read: one of the scheme's, or the office's own."""
        return self.get_kind_display() if self.own_kind is None else self.own_kind.name
