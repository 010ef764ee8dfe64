"""Earlier logs from a spreadsheet (T4, T5, T6): what was uploaded, the rows that were imported, and their use since.

An imported row is no DOPS, no review and no reflective piece: no gate and no mark ever looks at these tables. It
becomes one by the normal way only, where somebody signs anew (`EarlierUse`); docs/decisions/0017.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import at_least, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from training.models.dops import Dops
from training.models.record import TrainingRecord
from training.models.reviews import SupervisorReview
from training.models.writing import Reflection
from training.states import IMPORT_MOVES, EarlierKind, ImportState


class EarlierImport(models.Model):
    """One spreadsheet of earlier entries. `table` is what was read of it while it is tried out: sheet, headings, rows;
    `mapping` says which column (1 for A) holds which field; `scan_answer` why no patient can be identified where the
    scan found something (quality rule 17). Once it is imported, undone or dropped the table is empty.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="earlier_imports")
    kind = models.CharField(max_length=10, choices=EarlierKind.choices)
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.TRIED)
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    table = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    scan_answer = models.TextField(blank=True, default="")
    tried_at = models.DateTimeField()
    tried_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-tried_at", "-pk"]
        constraints = [
            known_choice("kind", EarlierKind),
            known_choice("state", ImportState),
            models.CheckConstraint(
                name="training_earlier_sha256", condition=Q(file_sha256__regex="^[0-9a-f]{64}$") & ~Q(file_name="")
            ),
            models.CheckConstraint(
                name="training_earlier_state_and_times",
                condition=Q(state=ImportState.TRIED, imported_at__isnull=True, ended_at__isnull=True)
                | Q(state=ImportState.IMPORTED, imported_at__isnull=False, ended_at__isnull=True)
                | Q(state=ImportState.UNDONE, imported_at__isnull=False, ended_at__isnull=False)
                | Q(state=ImportState.DROPPED, imported_at__isnull=True, ended_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="earlier_import_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="earlier_import_is_of_its_record",
                fields=["record", "kind", "file_name", "file_sha256", "tried_at", "tried_by", "key"],
            ),
            fsm_trigger("earlier_import_moves", IMPORT_MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.file_name}"


class EarlierEntry(models.Model):
    """One row that was imported, unsigned: its values by field, as they were written. It never changes; undoing the
    import takes it back (`taken_back_at`). The same row twice in a record is one (`digest`)."""

    retention = Retention.DOSSIER

    batch = models.ForeignKey(EarlierImport, models.PROTECT, related_name="entries")
    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="earlier_entries")
    kind = models.CharField(max_length=10, choices=EarlierKind.choices)
    row = models.PositiveIntegerField()
    happened_on = models.DateField(null=True)
    title = models.CharField(max_length=200)
    values = models.JSONField()
    digest = models.CharField(max_length=64)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-happened_on", "-pk"]
        constraints = [
            known_choice("kind", EarlierKind),
            at_least("row", 2),
            models.CheckConstraint(name="training_entry_sha256", condition=Q(digest__regex="^[0-9a-f]{64}$")),
            models.UniqueConstraint(
                fields=["record", "kind", "digest"],
                condition=Q(taken_back_at__isnull=True),
                name="training_entry_once_a_record",
            ),
        ]
        indexes = [
            models.Index(fields=["record", "kind"], condition=Q(taken_back_at__isnull=True), name="training_entries")
        ]
        triggers = [
            pgtrigger.Protect(name="earlier_entry_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="earlier_entry_reads_as_imported", exclude=["taken_back_at"]),
            pgtrigger.Trigger(
                name="entry_in_use_is_not_taken_back",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF NEW.taken_back_at IS NOT NULL AND EXISTS "
                    "(SELECT 1 FROM training_earlieruse u WHERE u.entry_id = NEW.id) THEN "
                    "RAISE EXCEPTION 'something rests on this entry' USING ERRCODE = '23514'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EarlierUse(AppendOnly):
    """What an entry became: a DOPS, a review or a reflective piece, begun from its words and signed the normal way."""

    retention = Retention.DOSSIER

    entry = models.ForeignKey(EarlierEntry, models.PROTECT, related_name="uses")
    dops = models.OneToOneField(Dops, models.PROTECT, null=True, related_name="from_entry")
    review = models.OneToOneField(SupervisorReview, models.PROTECT, null=True, related_name="from_entry")
    reflection = models.OneToOneField(Reflection, models.PROTECT, null=True, related_name="from_entry")
    used_at = models.DateTimeField()
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["used_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="training_use_is_one_thing",
                condition=Q(dops__isnull=False, review__isnull=True, reflection__isnull=True)
                | Q(dops__isnull=True, review__isnull=False, reflection__isnull=True)
                | Q(dops__isnull=True, review__isnull=True, reflection__isnull=False),
            ),
        ]
