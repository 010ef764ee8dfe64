"""Who books a Viva, moves it and calls it off (F4): the office, for others' training than their own."""

from __future__ import annotations

from datetime import date, datetime

from assessments.access.stages import MARKERS, can_be_marked
from assessments.models import MarkSheet, Viva
from assessments.states import Stage, VivaState
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import is_office, on_day
from training.access import is_running
from training.models import Appointment, TrainingRecord

BEGUN = "It has begun and is with its markers."


def can_book_viva(user: User, record: TrainingRecord, viva: Viva | None, today: date) -> Verdict:
    """The office books a Viva once the Portfolio is passed and released and both moderators are appointed (F1, F4).

    `viva` is that of the attempt that is open, None before it was begun.
    """
    who = both(both(_office(user, record, today), is_running(record)), can_be_marked(record, Stage.VIVA))
    if not who:
        return who
    if viva is not None and viva.state in (VivaState.BOOKED, VivaState.HELD):
        return late("It is booked already." if viva.state == VivaState.BOOKED else "It was held.")
    return _both_appointed(record, today)


def _office(user: User, record: TrainingRecord, today: date) -> Verdict:
    office = is_office(user, today)
    if office and user.pk == record.trainee_id:
        return no("Somebody else of the office books your own viva.")
    return office


def _both_appointed(record: TrainingRecord, today: date) -> Verdict:
    rows = Appointment.objects.filter(on_day(today), record=record, kind__in=list(MARKERS))
    held = set(rows.values_list("kind", flat=True))
    missing = [kind.label for kind in MARKERS if kind not in held]
    return late(f"Nobody is appointed as {' and '.join(missing)} yet.") if missing else YES


def can_change_viva(user: User, viva: Viva, now: datetime, today: date) -> Verdict:
    """The office moves a booked Viva or calls it off, until it has begun and somebody marks it (F4)."""
    record = viva.attempt.record
    who = both(_office(user, record, today), is_running(record))
    if who and viva.state != VivaState.BOOKED:
        return late(f"Only a booked viva is moved; it is now “{viva.get_state_display()}”.")
    begun = viva.starts_at is not None and viva.starts_at <= now
    if who and begun and MarkSheet.objects.filter(attempt=viva.attempt_id).exists():
        return late(BEGUN)
    return who
