"""A trainee of the demo world: their record, the people around them, and what day it is a given time into training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.common.clock import london_midnight
from ctts.common.months import add_months
from ctts.demo.world.applying import Newcomer
from ctts.demo.world.people import COLLEAGUE_OF, Town, supervisor_of
from ctts.demo.world.ways import Way
from ctts.scheme.queries import numbers_of
from ctts.scheme.rules import SchemeNumbers
from training.models import TrainingRecord

LONGEST = timedelta(hours=5)  # from the first act of an event to its last
Event = tuple[datetime, Callable[[datetime], object]]


class Stage(IntEnum):
    """How far a trainee has come; each stage has all before it behind it."""

    ENROLLED = 0
    BEGUN = 1
    TRAINING = 2
    GATE_OPEN = 3
    PUT_FORWARD = 4
    DECIDED = 5
    CONFIRMED = 6
    SECOND_YEAR = 7
    SEALED = 8
    MARKING = 9
    DIFFERING = 10
    VIVA_BOOKED = 11
    SCORED = 12
    PASSED = 13  # all four stages; waits for a board
    DIPLOMA = 14


@dataclass(frozen=True)
class Trainee:
    """One record with the people who act in it, and how far it has come."""

    town: Town
    who: Newcomer
    record: TrainingRecord
    stage: Stage

    @property
    def person(self) -> User:
        """The trainee."""
        return self.town.people[self.who.first]

    @property
    def asked(self) -> SchemeNumbers:
        """The numbers of the scheme rules that hold for this record."""
        return numbers_of(self.record.rules)

    @property
    def supervisor(self) -> User:
        """The Training Supervisor."""
        return self.town.people[supervisor_of(self.who.first, self.who.centre)]

    @property
    def colleague(self) -> User | None:
        """Somebody else at the centre who assesses now and then."""
        first = COLLEAGUE_OF.get(self.who.centre)
        return self.town.people[first] if first else None

    def on(self, month: float, hour: float = 10) -> datetime:
        """An instant so many months into training; fractions are days of thirty."""
        whole = int(month)
        day = add_months(self.record.start_on, whole) + timedelta(days=int((month - whole) * 30))
        return london_midnight(day) + timedelta(hours=hour)


def proof(now: datetime) -> AuthenticationEvent:
    """The signer has just given a code."""
    return AuthenticationEvent(at=now, method=AuthenticationMethod.CODE)


def in_order(events: Iterable[Event]) -> Way:
    """A way on which these events happen, the earliest first; none begins before the one before it is over."""
    free: datetime | None = None
    for planned, act in sorted(events, key=lambda event: event[0]):
        at = max(planned, free or planned)
        yield at
        act(at)
        free = at + LONGEST


Events = Iterator[Event]
