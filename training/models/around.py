"""What stands around a record: milestones (M), interruptions (E5), events (T9), meetings (T11), concerns (T8)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from ctts.common.constraints import days, in_order, known_choice, point
from ctts.common.drafts import DraftBase
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.scheme.models import SchemeEvent
from training.models.record import TrainingRecord
from training.states import (
    ATTENDANCE_MOVES,
    CONCERN_MOVES,
    AttendanceState,
    ConcernLevel,
    ConcernState,
    MeetingMode,
    MilestoneKind,
)


class Milestone(models.Model):
    """A dated step of the two years (M). Staff may move the day; `done_on` is when it was reached."""

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="milestones")
    kind = models.CharField(max_length=22, choices=MilestoneKind.choices)
    due_on = models.DateField()
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["record", "due_on", "pk"]
        constraints = [
            known_choice("kind", MilestoneKind),
            models.UniqueConstraint(fields=["record", "kind"], name="training_milestone_once"),
        ]


class MilestoneMove(AppendOnly):
    """The office moved one milestone, with a reason; both days stay on record (M)."""

    retention = Retention.DOSSIER

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="moves")
    was_on = models.DateField()
    due_on = models.DateField()
    reason = models.TextField()
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-moved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_milestone_moves_with_reason", condition=~Q(reason="") & ~Q(was_on=F("due_on"))
            ),
        ]


class StandingInterruptions(models.Manager["Interruption"]):
    """The interruptions that are not called off: training pauses on their days and on no others (E5)."""

    def get_queryset(self) -> models.QuerySet[Interruption]:
        """Without those that were called off before their first day."""
        return super().get_queryset().filter(called_off_at__isnull=True)


class Interruption(models.Model):
    """Training pauses from a day to a day, both included (E5); later due days move by its length.

    Nothing of it changes but its last day, which comes nearer when training goes on early, and that it is called off
    before its first day (`InterruptionEnd` says so of either). `objects` are those that stand, `every` all of them.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="interruptions")
    starts_on = models.DateField()
    ends_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    called_off_at = models.DateTimeField(null=True)

    objects = StandingInterruptions()
    every: ClassVar[models.Manager[Interruption]] = models.Manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            in_order("starts_on", "ends_on"),
            ExclusionConstraint(
                name="training_interruption_no_overlap",
                condition=Q(called_off_at__isnull=True),
                expressions=[
                    (point("record_id"), RangeOperators.OVERLAPS),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="interruption_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="interruption_only_ends", exclude=["ends_on", "called_off_at"]),
            pgtrigger.Trigger(
                name="interruption_ends_earlier",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF NEW.ends_on > OLD.ends_on OR OLD.called_off_at IS NOT NULL THEN "
                    "RAISE EXCEPTION 'an interruption becomes shorter, never longer' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        ]


class InterruptionEnd(AppendOnly):
    """Training goes on earlier than was granted: the last day the interruption had, and the one it has now (E5).

    Of one that was called off before it began, the day before its first.
    """

    retention = Retention.DOSSIER

    interruption = models.ForeignKey(Interruption, models.PROTECT, related_name="early_ends")
    was_on = models.DateField()
    ends_on = models.DateField()
    words = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(name="training_interruption_ends_before", condition=Q(ends_on__lt=F("was_on"))),
        ]


class AssociateMembership(models.Model):
    """Associate Membership for the duration of the record (G 1.1, D3)."""

    retention = Retention.DOSSIER

    record = models.OneToOneField(TrainingRecord, models.PROTECT, primary_key=True, related_name="membership")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [in_order("starts_on", "ends_on")]


class Attendance(models.Model):
    """A trainee at an event of the scheme: invited, with a place or waiting for one, then there or not (T9).

    `asked_at` is when they signed up last; the waiting list goes by it. `turns` counts the steps taken: with the
    event's own `sequence` it orders the calendar files that one trainee gets of it (RFC 5545).
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="attendances")
    event = models.ForeignKey(SchemeEvent, models.PROTECT, related_name="attendances")
    invited_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    turns = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=AttendanceState.choices, default=AttendanceState.INVITED)

    class Meta:
        constraints = [
            known_choice("state", AttendanceState),
            models.UniqueConstraint(fields=["record", "event"], name="training_attendance_once"),
            models.CheckConstraint(
                name="training_attendance_asked_when",
                condition=Q(asked_at__isnull=False) | ~Q(state__in=[AttendanceState.PLACED, AttendanceState.QUEUED]),
            ),
        ]
        triggers = [fsm_trigger("attendance_moves", ATTENDANCE_MOVES)]


class Meeting(AppendOnly):
    """A meeting of External Moderator and trainee: the first, with the plan reviewed, or a further one (T11).

    Where the plan was reviewed, `plan_version` and its digest say which one lay beside the notes (T1).
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="meetings")
    first = models.BooleanField()
    held_on = models.DateField()
    mode = models.CharField(max_length=10, choices=MeetingMode.choices)
    plan_reviewed = models.BooleanField()
    plan_version = models.PositiveIntegerField(null=True)
    plan_sha256 = models.CharField(max_length=64, blank=True)
    notes = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["-held_on", "-pk"]
        constraints = [
            known_choice("mode", MeetingMode),
            models.UniqueConstraint(fields=["record"], condition=Q(first=True), name="training_first_meeting_once"),
            models.CheckConstraint(
                name="training_first_meeting_reviews_plan", condition=Q(first=False) | Q(plan_reviewed=True)
            ),
            models.CheckConstraint(
                name="training_meeting_reviewed_which_plan",
                condition=Q(plan_version__isnull=True, plan_sha256="")
                | Q(plan_version__isnull=False, plan_reviewed=True, plan_sha256__regex="^[0-9a-f]{64}$"),
            ),
        ]


class Concern(models.Model):
    """A concern raised by anyone around the trainee, on its level of the ladder, closed with an outcome (T8).

    For patient safety only the reference in the employer's incident system is kept, never the details. `held_since_at`
    is when it came to the level it lies with; None while that is the first.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="concerns")
    patient_safety = models.BooleanField(default=False)
    reference = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    level = models.CharField(max_length=20, choices=ConcernLevel.choices, default=ConcernLevel.COORDINATOR)
    state = models.CharField(max_length=8, choices=ConcernState.choices, default=ConcernState.OPEN)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    held_since_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            known_choice("level", ConcernLevel),
            known_choice("state", ConcernState),
            models.CheckConstraint(
                name="training_patient_safety_reference",
                condition=(Q(patient_safety=True, text="") & ~Q(reference=""))
                | (Q(patient_safety=False) & ~Q(text="")),
            ),
            models.CheckConstraint(
                name="training_concern_closed_with_outcome",
                condition=Q(state=ConcernState.OPEN, outcome="", closed_at__isnull=True, closed_by__isnull=True)
                | (Q(state=ConcernState.CLOSED, closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="concern_stays", operation=pgtrigger.Delete),
            fsm_trigger("concern_moves", CONCERN_MOVES),
        ]

    @property
    def came_at(self) -> datetime:
        """When it came to whom it lies with now."""
        return self.held_since_at or self.raised_at

    @property
    def lies_with(self) -> str:
        """The level it lies with, in words; about the safety of patients the office has it at once beside it (T8)."""
        level = ConcernLevel(self.level)
        at_once = self.patient_safety and level != ConcernLevel.OFFICE
        return f"{level.label} and the scheme office" if at_once else str(level.label)


class ConcernNote(AppendOnly):
    """What whoever holds a concern wrote on it that left it open: an answer, or why it is passed on to `passed_to`;
    `level` is the one it lay with then (T8)."""

    retention = Retention.DOSSIER

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="notes")
    text = models.TextField()
    level = models.CharField(max_length=20, choices=ConcernLevel.choices)
    passed_to = models.CharField(max_length=20, choices=ConcernLevel.choices, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["written_at", "pk"]
        constraints = [
            known_choice("level", ConcernLevel),
            models.CheckConstraint(
                name="training_concern_note_passed_to", condition=Q(passed_to="") | Q(passed_to__in=ConcernLevel.values)
            ),
            models.CheckConstraint(
                name="training_concern_note_goes_up", condition=Q(passed_to="") | ~Q(passed_to=F("level"))
            ),
            models.CheckConstraint(name="training_concern_note_has_words", condition=~Q(text="")),
        ]


class TrainingDraft(DraftBase):
    """Text typed into a form of training and saved by itself (screens 13)."""

    retention = Retention.DOSSIER

    class Meta(DraftBase.Meta):
        abstract = False
