"""What events ask of whom, computed from their rows: an answer of the invited; of the office, who was there (T9, N)."""

from __future__ import annotations

from datetime import datetime, time

from django.urls import reverse

from ctts.common.clock import LONDON, london_date
from ctts.common.parts import WaitingRow
from training.models import Attendance
from training.queries.events import events_to_note
from training.queries.part import DutiesOf, Part, Rows, ids
from training.states import AttendanceState


def _invitations(part: Part) -> Rows:
    """The trainee answers the invitation to what one signs up for, while that is possible."""
    if not part.own or "invitations" not in part.rare:
        return
    open_ones = {"event__sign_up_until_on__gte": part.today, "event__called_off_at__isnull": True}
    rows = Attendance.objects.filter(record__in=ids(part.own), state=AttendanceState.INVITED, **open_ones)
    for row in rows.select_related("event").order_by("event__starts_at", "pk"):
        if london_date(row.event.starts_at) < part.today:
            continue
        url, since = reverse("training:event", args=[row.pk]), london_date(row.invited_at)
        yield WaitingRow(
            "Sign up, or say that you do not come", url, row.event.title, "trainee", since, row.event.sign_up_until_on
        )


def _attendance(part: Part) -> Rows:
    """The office notes who was there once an event's day is over."""
    if not part.decides or part.within or "attendance" not in part.rare:
        return
    for event in events_to_note(part.user, datetime.combine(part.today, time(), LONDON)):
        url = reverse("training:event_attendance", args=[event.pk])
        since = london_date(event.starts_at)
        yield WaitingRow("Note attendance", url, event.title, "scheme office", since, button="Note it")


EVENT_DUTIES: tuple[DutiesOf, ...] = (_invitations, _attendance)
