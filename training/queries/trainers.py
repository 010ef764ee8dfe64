"""Whom a Training Supervisor may allocate as trainers, and which appointments they end (E3)."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from applications.access import applying_now
from ctts.accounts.models import User
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation
from training.access import parts_in, trains_now, visible_records
from training.access.dops import OPEN
from training.models import Appointment, Dops, TrainingRecord
from training.states import AppointmentKind, AssessorKind


def trainers_to_choose(record: TrainingRecord, today: date) -> QuerySet[User]:
    """Active people of the centre who do not train or apply, and have no part in this training; by name (E4)."""
    at_centre = Affiliation.objects.filter(on_day(today), organisation=record.centre_id).values("person")
    around = parts_in(record, today).values("person")
    rows = User.objects.filter(pk__in=at_centre, is_active=True).exclude(pk__in=around)
    rows = rows.exclude(pk__in=trains_now().values("trainee")).exclude(pk__in=applying_now().values("applicant"))
    return rows.order_by("sort_name", "pk")


def trainers_visible_to(user: User, today: date) -> QuerySet[Appointment]:
    """The appointments of trainers in the records a person sees (E3)."""
    records = TrainingRecord.objects.filter(visible_records(user, today))
    rows = Appointment.every.filter(kind=AppointmentKind.TRAINER, record__in=records)
    return rows.select_related("person", "record__trainee", "rights")


def dops_of_colleagues(record: TrainingRecord, person: User | None = None) -> dict[int, list[Dops]]:
    """The DOPS of a trainee that are not signed, by the suitable person who was approved for them: whom the trainer's
    rights may keep from going on with them (E3, T5)."""
    rows = Dops.objects.filter(record=record, state__in=OPEN, approved_at__isnull=False)
    rows = rows.filter(assessor_kind=AssessorKind.COLLEAGUE).select_related("assessor").order_by("asked_at", "pk")
    found: dict[int, list[Dops]] = {}
    for dops in rows if person is None else rows.filter(assessor=person):
        if dops.assessor_id is not None:
            found.setdefault(dops.assessor_id, []).append(dops)
    return found
