"""Trainees whom nobody supervises: an appointment has ended, or the access of whoever held it (E3, E5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from ctts.accounts.models import User
from ctts.common.months import in_words
from ctts.notifications.queries import steps_taken
from ctts.organisations.access import on_day
from training.access import trains_now
from training.models import Appointment, ChangeRequest, TrainingRecord
from training.states import CHANGE_OPEN, AppointmentKind, ChangeKind, RecordState

NAMES_ANOTHER = (ChangeKind.SUPERVISOR, ChangeKind.CENTRE)
TOLD = "told"


def unsupervised(today: date) -> QuerySet[TrainingRecord]:
    """Running trainings that nobody with access supervises on a day, also where somebody is appointed from a later
    one: until then nobody signs (E3)."""
    held = Appointment.objects.filter(on_day(today), record=OuterRef("pk"), kind=AppointmentKind.SUPERVISOR)
    return trains_now().filter(~Exists(held.filter(person__is_active=True)))


def names_another(records: Collection[int]) -> set[int]:
    """Those of these records about which a request is open that names another Training Supervisor (E5)."""
    rows = ChangeRequest.objects.filter(record__in=records, state__in=CHANGE_OPEN, kind__in=NAMES_ANOTHER)
    return set(rows.order_by().values_list("record", flat=True))


@dataclass(frozen=True, slots=True)
class Loss:
    """Why nobody supervises: `last` supervised before, `follows` does from a later day (E3)."""

    last: Appointment | None = None
    follows: Appointment | None = None

    def __str__(self) -> str:
        """In words, whole enough to stand behind a colon."""
        lost = self.last is not None and not self.last.person.is_active
        why = f"{self.last.person} has no access to the system any more" if self.last and lost else ""
        then = f"{self.follows.person} begins on {in_words(self.follows.starts_on)}" if self.follows else ""
        return "; ".join(filter(None, [why, then])) or "Nobody is appointed at present"


def losses_of(records: Collection[int], today: date) -> dict[int, Loss]:
    """Of each of these records the newest appointment of a Training Supervisor that has begun, ended ones too, and the
    first to come of somebody with access; one query."""
    rows = Appointment.objects.filter(record__in=records, kind=AppointmentKind.SUPERVISOR).select_related("person")
    found: dict[int, Loss] = {}
    for row in rows.order_by("starts_on", "pk"):
        loss = found.get(row.record_id, Loss())
        if row.starts_on <= today:
            loss = replace(loss, last=row)
        elif row.person.is_active:
            loss = replace(loss, follows=loss.follows or row)
        found[row.record_id] = loss
    return found


def alone_series(record_id: int, loss: Loss, person_id: int) -> str:
    """The series of one mail that tells a person that the last supervisor of a trainee is lost."""
    return f"training.supervisor_lost:{record_id}:{loss.last.pk if loss.last else 0}:{person_id}"


def told_of_loss(record: TrainingRecord, today: date) -> list[User]:
    """Who hears that nobody supervises a trainee: the trainee, and the Training Co-ordinators with access (E5, T7)."""
    held = Appointment.objects.filter(on_day(today), record=record, kind=AppointmentKind.COORDINATOR)
    return [record.trainee, *User.objects.filter(is_active=True, pk__in=held.values("person")).order_by("pk")]


def losses_to_tell(today: date) -> list[int]:
    """The records that nobody supervises, of which somebody was not told yet; nothing in an interruption (N)."""
    rows = list(unsupervised(today).filter(state=RecordState.ACTIVE).select_related("trainee").order_by("pk"))
    losses = losses_of([row.pk for row in rows], today)
    owed = {
        f"{alone_series(row.pk, losses.get(row.pk, Loss()), person.pk)}:{TOLD}": row.pk
        for row in rows
        for person in told_of_loss(row, today)
    }
    taken = steps_taken(owed)
    return sorted({record for key, record in owed.items() if key not in taken})
