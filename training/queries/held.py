"""With whom a milestone lies once nothing of it is left to the trainee: markers, the office, the board (M).

Its day may be over then: the trainee is not late, and whoever has the next move is reminded instead. Apps declare it of
the milestones that they decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, DateField, Exists, OuterRef, QuerySet, Subquery, Value, When

from ctts.common.clock import london_midnight
from ctts.common.templatetags.formats import day
from ctts.common.ties import Declared
from ctts.organisations.access import on_day
from training.models import Appointment, Milestone
from training.states import AppointmentKind, MilestoneKind

Pairs = Iterable[tuple[int, int]]


def nobody(_records: Collection[int], _today: date) -> Pairs:
    """Nobody is reminded: the office has its list, and its own notices."""
    return ()


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has milestones of these kinds, as expressions over their rows: `holder` names them, null while something is
    left to the trainee, and `since` is the day.

    `movers` gives (record, person) of whoever has the next move in these records. It is for reminders alone: a trainee
    reads the same words from the first step until the release (F1).
    """

    kinds: Collection[MilestoneKind]
    holder: Any
    since: Any
    movers: Callable[[Collection[int], date], Pairs] = nobody


# Each is asked with the day on which it is looked at, and the instant at which that begins in London.
holds_milestones = Declared[Callable[[Any, Any], Holding]]()


@holds_milestones
def no_moderator_yet(today: Any, _midnight: Any) -> Holding:
    """A first meeting waits for the office while no External Moderator is appointed (E3, T11)."""
    held = Appointment.objects.filter(on_day(today), record=OuterRef("record"), kind=AppointmentKind.EXTERNAL_MODERATOR)
    holder = Case(When(~Exists(held), then=Value("the scheme office, which appoints an External Moderator")))
    return Holding([MilestoneKind.FIRST_MEETING], holder, Value(None))


@holds_milestones
def only_the_board(_today: Any, _midnight: Any) -> Holding:
    """Once the Viva is passed and released, nothing but the board is left (F7)."""
    passed = Milestone.objects.filter(record=OuterRef("record"), kind=MilestoneKind.VIVA, done_on__isnull=False)
    holder = Case(When(Exists(passed), then=Value("the ratification of the award")))
    return Holding([MilestoneKind.BOARD], holder, Subquery(passed.order_by().values("done_on")[:1]))


def with_holders(rows: QuerySet[Milestone], today: Any, midnight: Any) -> QuerySet[Any]:
    """Milestones, each with who has it (`holder`) and since when (`held_since`): None while the trainee has it.

    `midnight`: when `today` begins in London. The statement is long: pages ask it prepared (decision 9).
    """
    declared = [holds(today, midnight) for holds in holds_milestones]
    holder = [When(kind__in=one.kinds, then=one.holder) for one in declared]
    since = [When(kind__in=one.kinds, then=one.since) for one in declared]
    return rows.annotate(
        holder=Case(*holder, default=Value(None), output_field=CharField()),
        held_since=Case(*since, default=Value(None), output_field=DateField()),
    )


def movers_of(kind: str, records: Collection[int], today: date) -> dict[int, list[int]]:
    """Whoever has the next move with a held milestone of this kind, by record, in a lasting order."""
    found: dict[int, list[int]] = {}
    midnight = london_midnight(today)
    for one in (holds(today, midnight) for holds in holds_milestones):
        if kind in one.kinds:
            for record, person in sorted(set(one.movers(records, today))):
                found.setdefault(record, []).append(person)
    return found


def held_words(holder: str, since: date | None, many: int = 1) -> str:
    """What a light and a timeline say of so many: "waits since 3 July 2026 for the ratification of the award"."""
    verb = "waits" if many == 1 else "wait"
    return f"{verb} since {day(since)} for {holder}" if since else f"{verb} for {holder}"
