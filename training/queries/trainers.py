"""Whom a Training Supervisor may allocate as trainers, and which appointments they end (E3)."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from applications.access import applying_now
from ctts.accounts.models import User
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation
from training.access import trains_now, visible_records
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind


def trainers_to_choose(record: TrainingRecord, today: date) -> QuerySet[User]:
    """Active people of the centre who do not train or apply, and have no part in this training; by name (E4)."""
    at_centre = Affiliation.objects.filter(on_day(today), organisation=record.centre_id).values("person")
    around = Appointment.objects.filter(record=record).exclude(ends_on__lt=today).values("person")
    rows = User.objects.filter(pk__in=at_centre, is_active=True).exclude(pk__in=around)
    rows = rows.exclude(pk__in=trains_now().values("trainee")).exclude(pk__in=applying_now().values("applicant"))
    return rows.order_by("sort_name", "pk")


def trainers_visible_to(user: User, today: date) -> QuerySet[Appointment]:
    """The appointments of trainers in the records a person sees (E3)."""
    records = TrainingRecord.objects.filter(visible_records(user, today))
    rows = Appointment.objects.filter(kind=AppointmentKind.TRAINER, record__in=records)
    return rows.select_related("person", "record__trainee", "rights")
