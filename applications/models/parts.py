"""The parts of an application that are more than a line: qualifications, English, money, the declaration (A2)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models.application import Application
from applications.models.asking import OrderRequest
from applications.states import (
    PURCHASE_ORDER_MOVES,
    EnglishTest,
    PurchaseOrderState,
    QualificationFramework,
    QualificationKind,
)
from ctts.common.constraints import in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.documents.models import Document

# An order given after the acceptance says which one of this application it replaces, and that one counts no more.
# Before it none replaces another: the row of the form is what the supervisor signed.
REPLACING = (
    "IF NEW.replaces_id IS NULL THEN "
    "IF EXISTS (SELECT 1 FROM applications_application a JOIN applications_purchaseorder o ON o.application_id = a.id "
    "WHERE a.id = NEW.application_id AND a.state = 'accepted') THEN "
    "RAISE EXCEPTION 'an order given after the acceptance says which one it replaces'; END IF; "
    "ELSIF NOT EXISTS (SELECT 1 FROM applications_application a JOIN applications_purchaseorder o "
    "ON o.application_id = a.id WHERE a.id = NEW.application_id AND a.state = 'accepted' "
    "AND o.id = NEW.replaces_id AND o.state IN ('cancelled', 'superseded')) THEN "
    "RAISE EXCEPTION 'an order replaces one of the same accepted application that counts no more'; END IF; "
    "RETURN NEW;"
)
HIGHER_EDUCATION_FROM = 4  # the lowest level there is on the FHEQ


class Qualification(models.Model):
    """One qualification with its certificate (A2, A3 b, c, e). `fheq_level` is the level compared on the FHEQ."""

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="qualifications")
    kind = models.CharField(max_length=20, choices=QualificationKind.choices)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=160)
    institution = models.CharField(max_length=200)
    grade = models.CharField(max_length=60, blank=True)
    awarded_on = models.DateField(null=True, blank=True)
    framework = models.CharField(
        max_length=10, choices=QualificationFramework.choices, default=QualificationFramework.FHEQ
    )
    framework_level = models.PositiveSmallIntegerField(null=True, blank=True)
    fheq_level = models.PositiveSmallIntegerField(null=True, blank=True)
    a_levels = models.PositiveSmallIntegerField(default=0)
    complete = models.BooleanField()
    science = models.BooleanField(default=False)
    relevant = models.BooleanField(null=True, blank=True)
    overseas = models.BooleanField(default=False)
    certificate = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    enic_statement = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            known_choice("kind", QualificationKind),
            known_choice("framework", QualificationFramework),
            models.CheckConstraint(
                name="applications_qualification_levels",
                condition=(Q(fheq_level__isnull=True) | Q(fheq_level__range=(1, 8)))
                & (Q(framework_level__isnull=True) | Q(framework_level__range=(1, 12))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} in {self.subject}"

    @property
    def level_words(self) -> str:
        """Its level as it was given, and the FHEQ level it stands against where that says more; empty without one."""
        if self.framework_level is None:
            return ""
        if self.framework == QualificationFramework.OVERSEAS:
            return f"level {self.framework_level} by UK ENIC"
        given = f"{self.framework.upper()} level {self.framework_level}"
        if self.framework == QualificationFramework.FHEQ or (self.fheq_level or 0) < HIGHER_EDUCATION_FROM:
            return given
        return f"{given}, compared with FHEQ level {self.fheq_level}"


class EnglishEvidence(models.Model):
    """How the applicant's English is shown (A3 d). Scores are exact decimals as the certificate reports them."""

    retention = Retention.DOSSIER

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="english")
    first_language_english = models.BooleanField()
    qualification_title = models.CharField(max_length=160, blank=True)
    qualification_level = models.PositiveSmallIntegerField(null=True, blank=True)
    gcse_grade = models.CharField(max_length=3, blank=True)
    test = models.CharField(max_length=8, choices=EnglishTest.choices, blank=True)
    test_name = models.CharField(max_length=120, blank=True)
    overall = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    listening = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    reading = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    writing = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    speaking = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    taken_on = models.DateField(null=True, blank=True)
    certificate = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    equivalence = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="applications_english_known_test", condition=Q(test="") | Q(test__in=EnglishTest.values)
            ),
        ]


class PurchaseOrder(models.Model):
    """The employer's purchase order (A2, A3 f); amounts in pence. A newer one supersedes it, none is deleted.

    The applicant entered it (`entered_by`), or the finance contact gave it who was `asked` by a link. One given after
    the acceptance says which one it `replaces`: what was handed in and signed stays what it was. `settled_at`: when the
    office judged or cancelled it last, or another took its place; empty for what was settled before this was kept.
    `settled_because`: why the office did not let it stand, for the applicant.
    """

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="purchase_orders")
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=200)
    net_pence = models.PositiveBigIntegerField()
    vat_pence = models.PositiveBigIntegerField()
    gross_pence = models.PositiveBigIntegerField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=PurchaseOrderState.choices, default=PurchaseOrderState.RECEIVED)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked = models.OneToOneField(OrderRequest, models.PROTECT, null=True, related_name="order")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    settled_at = models.DateTimeField(null=True)
    settled_because = models.TextField(blank=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            known_choice("state", PurchaseOrderState),
            in_order("entered_at", "settled_at"),
            models.CheckConstraint(
                name="applications_purchase_order_received_is_not_settled",
                condition=Q(settled_at__isnull=True) | ~Q(state=PurchaseOrderState.RECEIVED),
            ),
            models.CheckConstraint(
                name="applications_purchase_order_that_stands_has_no_reason_against",
                condition=Q(settled_because="")
                | ~Q(state__in=[PurchaseOrderState.RECEIVED, PurchaseOrderState.VERIFIED]),
            ),
            models.CheckConstraint(
                name="applications_purchase_order_by_one_of_two",
                condition=Q(entered_by__isnull=False, asked__isnull=True)
                | Q(entered_by__isnull=True, asked__isnull=False),
            ),
            models.CheckConstraint(
                name="applications_purchase_order_sums", condition=Q(gross_pence=F("net_pence") + F("vat_pence"))
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=PurchaseOrderState.current()),
                name="applications_purchase_order_one_current",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="purchase_order_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="purchase_order_says_what_it_said", exclude=["state", "settled_at", "settled_because"]
            ),
            fsm_trigger("purchase_order_moves", PURCHASE_ORDER_MOVES),
            pgtrigger.Trigger(
                name="purchase_order_in_anothers_place",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=REPLACING,
            ),
        ]


class Declaration(AppendOnly):
    """The applicant declared a version of the declaration's text (A2); its digest says which words."""

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="declarations")
    version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        triggers = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="declared_by_the_applicant",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM applications_application a WHERE a.id = NEW.application_id "
                    "AND a.applicant_id = NEW.declared_by_id) THEN "
                    "RAISE EXCEPTION 'only the applicant declares'; END IF; RETURN NEW;"
                ),
            ),
        ]
