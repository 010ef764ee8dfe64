"""Trainees whom nobody supervises: an appointment has ended, or the access of whoever held it (E3, E5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ctts.accounts.models import User
from ctts.notifications.queries import steps_taken
from ctts.organisations.access import on_day
from training.access import trains_now
from training.models import Appointment, ChangeRequest, TrainingRecord
from training.states import CHANGE_OPEN, AppointmentKind, ChangeKind, RecordState

NAMES_ANOTHER = (ChangeKind.SUPERVISOR, ChangeKind.CENTRE)
TOLD = "told"


def unsupervised(today: date) -> QuerySet[TrainingRecord]:
    """Running trainings that nobody with access supervises on a day, or is appointed to from a later one (E3)."""
    held = Appointment.objects.filter(record=OuterRef("pk"), kind=AppointmentKind.SUPERVISOR, person__is_active=True)
    return trains_now().filter(~Exists(held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))))


def names_another(records: Collection[int]) -> set[int]:
    """Those of these records about which a request is open that names another Training Supervisor (E5)."""
    rows = ChangeRequest.objects.filter(record__in=records, state__in=CHANGE_OPEN, kind__in=NAMES_ANOTHER)
    return set(rows.order_by().values_list("record", flat=True))


def last_supervisors(records: Collection[int]) -> dict[int, Appointment]:
    """The newest appointment of a Training Supervisor to each of these records, ended ones too, with its person."""
    rows = Appointment.objects.filter(record__in=records, kind=AppointmentKind.SUPERVISOR)
    return {row.record_id: row for row in rows.select_related("person").order_by("starts_on", "pk")}


def why_alone(last: Appointment | None) -> str:
    """Why nobody supervises, in words, from the newest appointment there was."""
    if last is not None and not last.person.is_active:
        return f"{last.person} has no access to the system any more"
    return "Nobody is appointed at present"


def alone_series(record_id: int, appointment: Appointment | None, person_id: int) -> str:
    """The series of one mail that tells a person that this supervisor of a trainee is lost."""
    return f"training.supervisor_lost:{record_id}:{appointment.pk if appointment else 0}:{person_id}"


def told_of_loss(record: TrainingRecord, today: date) -> list[User]:
    """Who hears that nobody supervises a trainee: the trainee, and the Training Co-ordinators with access (E5, T7)."""
    held = Appointment.objects.filter(on_day(today), record=record, kind=AppointmentKind.COORDINATOR)
    return [record.trainee, *User.objects.filter(is_active=True, pk__in=held.values("person")).order_by("pk")]


def losses_to_tell(today: date) -> list[int]:
    """The records that nobody supervises, of which somebody was not told yet; nothing in an interruption (N)."""
    rows = list(unsupervised(today).filter(state=RecordState.ACTIVE).select_related("trainee").order_by("pk"))
    last = last_supervisors([row.pk for row in rows])
    owed = {
        f"{alone_series(row.pk, last.get(row.pk), person.pk)}:{TOLD}": row.pk
        for row in rows
        for person in told_of_loss(row, today)
    }
    taken = steps_taken(owed)
    return sorted({record for key, record in owed.items() if key not in taken})
