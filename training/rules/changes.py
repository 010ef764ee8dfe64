"""What a change of circumstances does to dates (E5): pure functions; which rows there are, the caller says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ctts.common.months import days_after
from training.rules.calendar import moved_by_pauses
from training.states import MilestoneKind

FINAL = frozenset({MilestoneKind.PORTFOLIO, MilestoneKind.PRACTICAL, MilestoneKind.VIVA, MilestoneKind.BOARD})
"""What an extension moves: the end of training and what leads up to it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which something is due, and by what it is called: a milestone by its kind, a competency by its id.

    `stays`: the day of an event, which moves with nobody's training.
    """

    key: str
    on: date
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A due day that moves."""

    key: str
    was: date
    now: date

    @property
    def days(self) -> int:
        """By how many days; fewer than none where it comes nearer."""
        return (self.now - self.was).days


def _moves(dues: Iterable[Due], now: Sequence[date]) -> tuple[Moved, ...]:
    pairs = zip(dues, now, strict=True)
    return tuple(Moved(due.key, due.on, day) for due, day in pairs if day != due.on)


def paused(day: date, start_on: date, pause: tuple[date, date], known: Iterable[tuple[date, date]] = ()) -> date:
    """Where a due day falls once one more interruption is granted beside those `known`, which have moved it already.

    It moves by the days of the new one if it comes after that began, and then by a later one that it now comes to
    (E5). Raises as `moved_by_pauses`.
    """
    return moved_by_pauses(day, start_on, [pause, *(one for one in known if one[0] > day)])


def stretched(day: date, from_on: date, was_end: date, new_end: date) -> date:
    """Where a due day falls when the time from `from_on` to the end of training is stretched or shortened (E5).

    In proportion, rounded up to whole days: the old end comes to lie on the new one. Days before `from_on` stay.
    Raises ValueError when nothing is left to stretch.
    """
    left, wanted = (was_end - from_on).days + 1, (new_end - from_on).days + 1
    if left < 1 or wanted < 1:
        raise ValueError(f"From {from_on} on nothing is left of a training that ends on {min(was_end, new_end)}.")
    if day < from_on:
        return day
    return days_after(from_on, -(-((day - from_on).days + 1) * wanted // left) - 1)


def moved_by_interruption(
    dues: Sequence[Due], start_on: date, pause: tuple[date, date], known: Iterable[tuple[date, date]] = ()
) -> tuple[Moved, ...]:
    """What an interruption of N days moves, each by N days: all that is due after it began, events apart (E5)."""
    others = list(known)
    return _moves(dues, [due.on if due.stays else paused(due.on, start_on, pause, others) for due in dues])


def moved_by_hours(dues: Sequence[Due], from_on: date, was_end: date, new_end: date) -> tuple[Moved, ...]:
    """What less than full time moves: all that is due from then on, in proportion to the new end, events apart (E5)."""
    return _moves(dues, [due.on if due.stays else stretched(due.on, from_on, was_end, new_end) for due in dues])


def moved_by_extension(dues: Sequence[Due], was_end: date, new_end: date) -> tuple[Moved, ...]:
    """What an extension of N days moves, each by N days: portfolio, practical, viva and board (E5)."""
    days = (new_end - was_end).days
    return _moves(dues, [days_after(due.on, days) if due.key in FINAL else due.on for due in dues])


def moved_by_return(dues: Sequence[Due], was_last: date, days: int) -> tuple[Moved, ...]:
    """What an early return moves back: by the days not used, all that the interruption had moved beyond its last day,
    events apart (E5)."""
    stays = (due.stays or due.on <= was_last for due in dues)
    return _moves(dues, [due.on if here else days_after(due.on, -days) for due, here in zip(dues, stays, strict=True)])
