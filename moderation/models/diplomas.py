"""Diplomas (D1) with gapless numbers, the runs that issue them, and the pack for the register (D2)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import at_least, both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.common.runs import RunBase, RunItemBase
from ctts.documents.models import Document
from moderation.models.boards import Award
from moderation.states import DIPLOMA_MOVES, PACK_MOVES, DiplomaState, PackPart, PackState
from training.models import TrainingRecord


class DiplomaYear(models.Model):
    """The last number given in a year. Its row is locked while the next one is taken, so that none is left out (D1)."""

    retention = Retention.OUTCOME

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [at_least("last", 0)]
        triggers = [
            pgtrigger.Protect(name="year_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="numbers_go_up_by_one",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF NEW.year <> OLD.year OR NEW.last <> OLD.last + 1 THEN "
                    "RAISE EXCEPTION 'diploma numbers go up by one' USING ERRCODE = '23514'; END IF; RETURN NEW;"
                ),
            ),
        ]


class Diploma(models.Model):
    """One diploma: `CTD-YYYY-NNNNN`, for an award, to the name as it was then (D1).

    `code` is the 128-bit secret of the QR code. `audit_number` and `audit_head` are the last entry of the trainee's
    audit chain when it was issued; both are printed. Re-issued ones point at the one they supersede.
    """

    retention = Retention.OUTCOME

    award = models.ForeignKey(Award, models.PROTECT, related_name="diplomas")
    year = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()
    number = models.CharField(max_length=14, unique=True)
    code = models.CharField(max_length=26, unique=True)
    name = models.CharField(max_length=160)
    scope_name = models.CharField(max_length=120)
    awarded_on = models.DateField()
    audit_number = models.PositiveBigIntegerField()
    audit_head = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=DiplomaState.choices, default=DiplomaState.ISSUED)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["year", "n"]
        constraints = [
            known_choice("state", DiplomaState),
            both_or_neither("revoked_at", "revoked_by"),
            models.UniqueConstraint(fields=["year", "n"], name="moderation_diploma_number_once"),
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(state__in=[DiplomaState.ISSUED, DiplomaState.REVOKED]),
                name="moderation_one_diploma_an_award",
            ),
            models.CheckConstraint(
                name="moderation_diploma_number_form", condition=Q(number__regex="^CTD-[0-9]{4}-[0-9]{5}$")
            ),
            models.CheckConstraint(
                name="moderation_diploma_revoked_with_reason",
                condition=~Q(state=DiplomaState.REVOKED) | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="diploma_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="diploma_is_what_was_issued",
                exclude=["state", "revoked_at", "revoked_by", "revoked_reason"],
            ),
            fsm_trigger("diploma_moves", DIPLOMA_MOVES),
        ]

    def __str__(self) -> str:
        return self.number


class DiplomaFile(AppendOnly):
    """The sealed PDF of a diploma: PDF/A, digitally signed, stored with its hash (D1)."""

    retention = Retention.OUTCOME

    diploma = models.OneToOneField(Diploma, models.PROTECT, primary_key=True, related_name="file")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    pdf_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints = [
            models.CheckConstraint(
                name="moderation_diploma_file_sha256", condition=Q(pdf_sha256__regex="^[0-9a-f]{64}$")
            )
        ]


class IssueRun(RunBase):
    """Diplomas are issued for a list of awards, one by one (D1)."""

    retention = Retention.OFFICE

    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(RunBase.Meta):
        abstract = False
        ordering = ["-started_at", "-pk"]


class IssueItem(RunItemBase):
    """One award of a run, for which a diploma is issued."""

    retention = Retention.OFFICE

    run = models.ForeignKey(IssueRun, models.PROTECT, related_name="items")
    award = models.ForeignKey(Award, models.PROTECT, related_name="+")

    class Meta(RunItemBase.Meta):
        abstract = False
        constraints = [
            *RunItemBase.Meta.constraints,
            models.UniqueConstraint(fields=["run", "award"], name="moderation_issue_item_once"),
        ]


class PackFile(models.Model):
    """What the trainee adds to the pack for the register: CV and organisation chart, as PDF (D2)."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="pack_files")
    part = models.CharField(max_length=16, choices=PackPart.choices)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            known_choice("part", PackPart),
            models.UniqueConstraint(fields=["record", "part"], name="moderation_pack_part_once"),
        ]


class Pack(models.Model):
    """The pack as it was put together: one ZIP and one print-ready PDF, with what is missing by name (D2)."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="packs")
    state = models.CharField(max_length=10, choices=PackState.choices, default=PackState.REQUESTED)
    asked_at = models.DateTimeField()
    archive = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    printable = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    missing = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            known_choice("state", PackState),
            both_or_neither("archive", "printable"),
            models.CheckConstraint(
                name="moderation_pack_ready_has_files",
                condition=~Q(state=PackState.READY) | Q(archive__isnull=False, made_at__isnull=False),
            ),
        ]
        triggers = [fsm_trigger("pack_moves", PACK_MOVES)]
