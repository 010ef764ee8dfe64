"""The CPD log of a trainee (T10; G 5.2): dated activities with critical reflection."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from training.models.around import Attendance
from training.models.record import TrainingRecord
from training.models.writing import submitted_stays
from training.states import CPD_MOVES, CpdKind, CpdState


class CpdEntry(models.Model):
    """One activity: what it was, how long, and what the trainee thinks of it (T10). `attendance` is the event of the
    scheme from which it was taken over, once. `answer`: why nobody can be identified by what the scan found in it when
    it was entered (quality rule 17)."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="cpd_entries")
    kind = models.CharField(max_length=12, choices=CpdKind.choices)
    title = models.CharField(max_length=200)
    done_on = models.DateField()
    minutes = models.PositiveIntegerField()
    activity = models.TextField(blank=True)
    reflection = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    attendance = models.OneToOneField(Attendance, models.PROTECT, null=True, related_name="cpd_entry")
    state = models.CharField(max_length=8, choices=CpdState.choices, default=CpdState.DRAFT)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-done_on", "-pk"]
        verbose_name_plural = "CPD entries"
        constraints = [
            known_choice("kind", CpdKind),
            known_choice("state", CpdState),
            at_least("minutes", 1),
            models.CheckConstraint(
                name="training_cpd_entered_whole",
                condition=Q(state=CpdState.DRAFT) | (Q(entered_at__isnull=False) & ~Q(activity="") & ~Q(reflection="")),
            ),
        ]
        indexes = [models.Index(fields=["record", "state", "done_on"])]
        triggers = [
            pgtrigger.Protect(name="cpd_entry_stays", operation=pgtrigger.Delete),
            submitted_stays(
                "entered_cpd_stays", ["kind", "title", "done_on", "minutes", "activity", "reflection", "answer"]
            ),
            fsm_trigger("cpd_moves", CPD_MOVES),
        ]

    def __str__(self) -> str:
        return self.title
