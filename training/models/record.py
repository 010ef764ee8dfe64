"""The training record (E1), the people appointed around it with dates (E3), and the fact that year two is open (Y)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When

from applications.models import Application
from ctts.common.constraints import days, in_order, known_choice, point
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.organisations.models import Organisation
from ctts.scheme.models import CompetencyList, Framework, Handbook, Intake, RuleSet, Scope
from training.states import RECORD_MOVES, AppointmentKind, RecordState

# Held by one person at a time; trainers and adjudicators may be several.
ONE_AT_A_TIME = [
    str(AppointmentKind.SUPERVISOR),
    str(AppointmentKind.COORDINATOR),
    str(AppointmentKind.EXTERNAL_MODERATOR),
    str(AppointmentKind.SUPPORTING_MODERATOR),
]
# Each of them as a number: the database excludes overlapping ranges, and words have none.
PLACE_OF_KIND = Case(*[When(kind=kind, then=Value(place)) for place, kind in enumerate(ONE_AT_A_TIME, 1)])
RUNNING = [str(RecordState.ACTIVE), str(RecordState.INTERRUPTED)]


class TrainingRecord(models.Model):
    """One trainee's two years (E1): scope, framework and rules version as they were at enrolment, centre, dates.

    `start_on` is the anchor from which every date is counted (E2); `expected_end_on` is its last day.
    """

    retention = Retention.DOSSIER

    trainee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_records")
    application = models.OneToOneField(Application, models.PROTECT, related_name="record")
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="records")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="+")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    rules = models.ForeignKey(RuleSet, models.PROTECT, related_name="+")
    competency_list = models.OneToOneField(CompetencyList, models.PROTECT, related_name="+")
    handbook = models.ForeignKey(Handbook, models.PROTECT, null=True, related_name="+")
    centre = models.ForeignKey(Organisation, models.PROTECT, related_name="records")
    certificate_name = models.CharField(max_length=160)
    start_on = models.DateField()
    expected_end_on = models.DateField()
    enrolled_at = models.DateTimeField()
    state = models.CharField(max_length=14, choices=RecordState.choices, default=RecordState.ACTIVE)
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["-start_on", "pk"]
        constraints = [
            known_choice("state", RecordState),
            in_order("start_on", "expected_end_on"),
            in_order("start_on", "ended_on"),
            models.UniqueConstraint(
                fields=["trainee"], condition=Q(state__in=RUNNING), name="training_one_running_record_a_person"
            ),
            models.CheckConstraint(
                name="training_ended_on_with_state",
                condition=Q(state__in=RUNNING, ended_on__isnull=True)
                | (~Q(state__in=RUNNING) & Q(ended_on__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["centre", "state"])]
        triggers = [
            pgtrigger.Protect(name="record_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="enrolment_stays",
                fields=["trainee", "application", "scope", "framework", "rules", "competency_list", "start_on"],
            ),
            fsm_trigger("record_moves", RECORD_MOVES),
        ]

    def __str__(self) -> str:
        return f"{self.trainee}, {self.scope}"


class StandingAppointments(models.Manager["Appointment"]):
    """The appointments that are not called off: somebody stands there on their days and on no others (E3)."""

    def get_queryset(self) -> models.QuerySet[Appointment]:
        """Without those that were called off before their first day."""
        return super().get_queryset().filter(called_off_at__isnull=True)


class Appointment(models.Model):
    """Somebody stands around a trainee in a function, from a day to a day, both included; history is kept (E3).

    One that has not begun is called off. `objects` are those that stand, `every` all of them.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=20, choices=AppointmentKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    called_off_at = models.DateTimeField(null=True)

    objects = StandingAppointments()
    every: ClassVar[models.Manager[Appointment]] = models.Manager()

    class Meta:
        ordering = ["record", "kind", "-starts_on", "-pk"]
        constraints = [
            known_choice("kind", AppointmentKind),
            in_order("starts_on", "ends_on"),
            ExclusionConstraint(
                name="training_appointment_no_overlap",
                expressions=[
                    (point("record_id"), RangeOperators.OVERLAPS),
                    (point(PLACE_OF_KIND), RangeOperators.OVERLAPS),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind__in=ONE_AT_A_TIME, called_off_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["record", "kind", "person"],
                condition=Q(ends_on__isnull=True, called_off_at__isnull=True),
                name="training_appointment_open_once",
            ),
            models.CheckConstraint(
                name="training_not_made_by_oneself", condition=Q(made_by__isnull=True) | ~Q(made_by=F("person"))
            ),
        ]
        indexes = [models.Index(fields=["person", "kind"])]
        triggers = [
            pgtrigger.Protect(name="appointment_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="appointment_only_ends", exclude=["ends_on", "called_off_at"]),
            pgtrigger.Trigger(
                name="appointment_called_off_before_it_begins",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.called_off_at IS NOT NULL THEN "
                    "RAISE EXCEPTION 'an appointment that was called off stays so' USING ERRCODE = '23514'; END IF; "
                    "IF (NEW.called_off_at AT TIME ZONE 'Europe/London')::date >= NEW.starts_on THEN "
                    "RAISE EXCEPTION 'an appointment that has begun ends' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="trainee_not_appointed_to_self",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF EXISTS (SELECT 1 FROM training_trainingrecord r WHERE r.id = NEW.record_id "
                    "AND r.trainee_id = NEW.person_id) THEN "
                    "RAISE EXCEPTION 'nobody is appointed to their own training' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
        ]


class TrainerRights(models.Model):
    """What a trainer may do whom the Training Supervisor allocated: comment, be asked for DOPS, read evidence (E3, T5).

    Never to sign a competency. A trainer without such a row was appointed by the office, and may do all three. The
    supervisor may change it; what stood before is a `TrainerRightsChange`.
    """

    retention = Retention.DOSSIER

    appointment = models.OneToOneField(Appointment, models.PROTECT, primary_key=True, related_name="rights")
    comments = models.BooleanField()
    assesses = models.BooleanField()
    sees_evidence = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="training_trainer_may_do_something",
                condition=Q(comments=True) | Q(assesses=True) | Q(sees_evidence=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="rights_stay", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="rights_are_of_their_appointment", fields=["appointment"]),
        ]


class TrainerRightsChange(AppendOnly):
    """What a trainer might do until the Training Supervisor changed it; `TrainerRights` says what stands now (E3)."""

    retention = Retention.DOSSIER

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="rights_changes")
    comments = models.BooleanField()
    assesses = models.BooleanField()
    sees_evidence = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["changed_at", "pk"]


class YearTwo(AppendOnly):
    """The second year is open: the End of First Year Assessment was passed and released (Y)."""

    retention = Retention.OUTCOME

    record = models.OneToOneField(TrainingRecord, models.PROTECT, primary_key=True, related_name="year_two")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        pass
