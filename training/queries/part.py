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
    `kinds` are the functions the person holds at all: what they have no part in is not asked for.
    """

    user: User
    today: date
    every: Records
    running: Records
    own: Records
    supervised: Records
    kinds: frozenset[str]

    def held(self, kind: str) -> Records:
        """The running records in which the person holds a function on the day."""
        return self.running.filter(pk__in=self.appointments(kind))

    def appointments(self, kind: str) -> QuerySet[Appointment, dict[str, int]]:
        """The ids of the records, ended ones too, in which the person holds a function on the day."""
        rows = Appointment.objects.filter(on_day(self.today), person=self.user, kind=kind).values("record")
        return rows if kind in self.kinds else rows.none()


Rows = Iterator[WaitingRow]
DutiesOf = Callable[[Part], Rows]


def part_of(user: User, today: date, record: TrainingRecord | None = None) -> Part:
    """A person's part in training, or in one record of it; two queries at most."""
    every, around = TrainingRecord.objects.all(), Appointment.objects.filter(on_day(today), person=user)
    if record is not None:
        every, around = every.filter(pk=record.pk), around.filter(record=record)
    running = every.filter(state__in=RUNNING)
    own = running.filter(trainee=user)
    trains = record.trainee_id == user.pk if record is not None else own.exists()
    kinds = frozenset(around.order_by().values_list("kind", flat=True).distinct())
    supervised = around.filter(kind=AppointmentKind.SUPERVISOR).values("record")
    return Part(
        user,
        today,
        every,
        running,
        own if trains else own.none(),
        running.filter(pk__in=supervised) if AppointmentKind.SUPERVISOR in kinds else running.none(),
        kinds,
    )
