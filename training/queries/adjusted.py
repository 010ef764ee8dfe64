"""Who around a trainee has not heard yet of an adjustment as it is agreed now (A5, E6)."""

from __future__ import annotations

from datetime import date

from django.db.models import F, OuterRef

from applications.models import AdjustmentRequest
from ctts.notifications.queries import told
from ctts.organisations.access import on_day
from training.models import Appointment
from training.states import AppointmentKind

# Who acts on an adjustment and sees the record, where what is agreed stands.
ACT_ON_IT = (AppointmentKind.SUPERVISOR, AppointmentKind.EXTERNAL_MODERATOR)
ASKED = "record__trainee__adjustment_requests"


def untold_adjustments(kind: str, today: date) -> list[tuple[int, int]]:
    """(appointment, request) of everybody who acts on what is agreed for a trainee and was not told of it, by a
    message of `kind`, as it is now.

    Whoever agreed it knows it. Training that has ended is left alone.
    """
    act = Appointment.objects.filter(on_day(today), kind__in=ACT_ON_IT, record__ended_on__isnull=True)
    agreed = act.filter(**{f"{ASKED}__agreed_at__isnull": False}).annotate(
        asked=F(ASKED), agreed_at=F(f"{ASKED}__agreed_at"), agreed_by=F(f"{ASKED}__agreed_by")
    )
    heard = told(
        kind,
        AdjustmentRequest,
        about_id=OuterRef("asked"),
        to=OuterRef("person"),
        queued_at__gte=OuterRef("agreed_at"),
    )
    rows = agreed.exclude(person=F("agreed_by")).exclude(heard)
    return list(rows.order_by("pk", "asked").values_list("pk", "asked"))
