"""Those who act on an adjustment hear that it is agreed, or agreed anew (A5, E6)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications.models import AdjustmentRequest
from training import notices
from training.actions._steps import tell
from training.models import Appointment


@transaction.atomic
def tell_of_adjustment(*, by: None, now: datetime, appointment_id: int, request_id: int) -> None:
    """Tell one person around a trainee, once for each agreement, where what is agreed stands; never why (A5).

    For the calendar: an agreement and an appointment may come in any order. Raises DoesNotExist without them.
    """
    appointment = Appointment.objects.select_related("person", "record__trainee").get(pk=appointment_id)
    asked = AdjustmentRequest.objects.get(pk=request_id)
    key = f"{asked.pk}:{asked.agreed_at}"
    tell(notices.ADJUSTED, appointment.record, appointment.person, about=asked, now=now, key=key)
