"""Progress reports of the supervisor to the co-ordinator (T7): written, sent with a signature, acknowledged."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from ctts.common.signatures import SignatureBase
from training.models.record import TrainingRecord
from training.states import REPORT_MOVES, REPORT_UNSENT, ReportState

# What the supervisor signs when they send it: it never changes after that (quality rule 8).
SENT_COLUMNS = ["period_starts_on", "period_ends_on", "progress", "attention", "next_steps", "written_by_id"]
ANY_SENT_COLUMN = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in SENT_COLUMNS)


class ProgressReport(models.Model):
    """One progress report (T7; G 3.5), numbered within the record; all of them are part of the portfolio (F3)."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    period_starts_on = models.DateField()
    period_ends_on = models.DateField()
    progress = models.TextField()
    attention = models.TextField(blank=True)
    next_steps = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    state = models.CharField(max_length=14, choices=ReportState.choices, default=ReportState.DRAFT)
    sent_at = models.DateTimeField(null=True)
    discarded_because = models.TextField(blank=True, default="")
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            known_choice("state", ReportState),
            in_order("period_starts_on", "period_ends_on"),
            models.UniqueConstraint(fields=["record", "number"], name="training_report_once_per_number"),
            models.UniqueConstraint(
                fields=["record"], condition=Q(state=ReportState.DRAFT), name="training_report_one_being_written"
            ),
            models.CheckConstraint(
                name="training_report_sent_when",
                condition=Q(state__in=REPORT_UNSENT, sent_at__isnull=True)
                | (~Q(state__in=REPORT_UNSENT) & Q(sent_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_report_discarded_because",
                condition=(Q(state=ReportState.DISCARDED) & ~Q(discarded_because=""))
                | (~Q(state=ReportState.DISCARDED) & Q(discarded_because="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="report_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="report_is_of_its_record", fields=["record", "number", "key"]),
            pgtrigger.Trigger(
                name="sent_report_keeps_its_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    f"IF OLD.state <> 'draft' AND ({ANY_SENT_COLUMN}) THEN "
                    "RAISE EXCEPTION 'a report that was sent keeps its words' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            fsm_trigger("report_moves", REPORT_MOVES),
        ]

    def __str__(self) -> str:
        return f"Progress report {self.number}"


class ReportSignature(SignatureBase):
    """A signature under a progress report: the supervisor's, or the co-ordinator's acknowledgement (T7)."""

    retention = Retention.DOSSIER

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="signatures")
    comment = models.TextField(blank=True)

    class Meta(SignatureBase.Meta):
        ordering = ["signed_at", "pk"]
        constraints = [
            *SignatureBase.Meta.constraints,
            models.UniqueConstraint(fields=["report", "meaning"], name="training_report_signed_once"),
        ]
