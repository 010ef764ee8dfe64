"""Who appoints moderators, and when (E3, E4, F5)."""

from __future__ import annotations

from datetime import date

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import is_office
from moderation.access.pool import LOAD
from training.access import MODERATORS, is_running
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind


def can_pick(user: User, record: TrainingRecord, kind: AppointmentKind, today: date) -> Verdict:
    """The office appoints External and Supporting Moderators while training goes on and nobody holds the function; an
    adjudicator is appointed to a disagreement of markers (E3, F5)."""
    may = both(is_office(user, today), is_running(record))
    if not may:
        return may
    if kind not in LOAD:
        return no(f"{kind.label}s are not appointed here.")
    held = Appointment.objects.filter(record=record, kind=kind, ends_on__isnull=True).exists()
    return late(f"Somebody is {kind.label} already. End that appointment first.") if held else YES


def can_end(user: User, appointment: Appointment, today: date) -> Verdict:
    """The office ends the appointment of a moderator while it has no last day (E3)."""
    office = is_office(user, today)
    if office and appointment.kind not in MODERATORS:
        return no(f"{appointment.get_kind_display()}s are not appointed here.")
    if office and user.pk == appointment.person_id:
        return no("A colleague ends your own appointment.")
    if office and appointment.ends_on is not None:
        return late("This appointment has its last day already.")
    return both(office, is_running(appointment.record))
