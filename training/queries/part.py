"""A person's part in training on a day: what their duties are computed from (N)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.parts import WaitingRow
from ctts.organisations.access import on_day
from training.models import Appointment, TrainingRecord
from training.queries.records import RUNNING
from training.states import AppointmentKind

Records = QuerySet[TrainingRecord]


@dataclass(frozen=True, slots=True)
class Part:
    """A person's part in training on a day: the running records that are theirs, and those they supervise.

    `running` are all running records, `every` those that have ended too; only one record where just one is looked at.
    """

    user: User
    today: date
    every: Records
    running: Records
    own: Records
    supervised: Records

    def held(self, kind: str) -> Records:
        """The running records in which the person holds a function on the day."""
        return self.running.filter(pk__in=self.appointments(kind))

    def appointments(self, kind: str) -> QuerySet[Appointment, dict[str, int]]:
        """The ids of the records, ended ones too, in which the person holds a function on the day."""
        return Appointment.objects.filter(on_day(self.today), person=self.user, kind=kind).values("record")


Rows = Iterator[WaitingRow]
DutiesOf = Callable[[Part], Rows]


def part_of(user: User, today: date, record_id: int | None = None) -> Part:
    """A person's part in training, or in one record of it."""
    every = TrainingRecord.objects.all()
    if record_id is not None:
        every = every.filter(pk=record_id)
    running = every.filter(state__in=RUNNING)
    held = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.SUPERVISOR)
    own, supervised = running.filter(trainee=user), running.filter(pk__in=held.values("record"))
    return Part(user, today, every, running, own, supervised)
