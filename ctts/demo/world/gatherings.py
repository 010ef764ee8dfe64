"""A workshop to come for which trainees sign up, a club of the office's own, and who was at an induction (T9, T10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from ctts.common.clock import london_date, london_midnight
from ctts.demo.world.people import Town
from ctts.demo.world.ways import Way
from ctts.scheme import actions as scheme
from ctts.scheme.models import SchemeEvent, Scope
from ctts.scheme.states import EventKind
from training import actions, queries
from training.models import Attendance, TrainingRecord
from training.states import AttendanceState


def gatherings(town: Town, now: datetime) -> Way:
    """The office enters and invites, two sign up for two places, a third waits; of the days that are over it has noted
    who was there, but for the last two, and one of those takes the first into the CPD log."""
    office = town.people["olive"]
    yield (at := now - timedelta(hours=8))  # after all that the trainees did
    kind = scheme.add_event_kind(by=office, now=at, name="Journal club")
    day = london_midnight(london_date(now) + timedelta(days=24))
    workshop = scheme.add_event(
        by=office,
        now=at,
        kind=EventKind.CPD,
        title="Writing about your own work",
        starts_at=day + timedelta(hours=10),
        ends_at=day + timedelta(hours=13),
        place="Online",
        joining="https://meet.example.org/writing",
        scope=_largest_scope(),
        sign_up_until_on=london_date(day - timedelta(days=7)),
        places=2,
    )
    times: dict[str, Any] = {"starts_at": day + timedelta(hours=15), "ends_at": day + timedelta(hours=16)}
    club: dict[str, Any] = {"kind": EventKind.OTHER, "own_kind": kind, "title": "A paper on image quality", "year": 2}
    scheme.add_event(by=office, now=at, joining="The scheme office, Room 2", **club, **times)
    actions.invite_to_event(by=office, now=at, event_id=workshop.pk)
    yield (at := at + timedelta(hours=2))
    for attendance in list(queries.people_of(workshop)[:3]):
        actions.sign_up(by=attendance.record.trainee, now=at, attendance_id=attendance.pk)
    yield (at := at + timedelta(hours=2))
    _note_what_is_over(town, at)


def _largest_scope() -> Scope:
    """The scope with the most trainees: enough of them for a waiting list."""
    rows = TrainingRecord.objects.filter(ended_on__isnull=True).order_by().values("scope")
    [largest] = rows.annotate(many=Count("pk")).order_by("-many", "scope")[:1]
    return Scope.objects.get(pk=largest["scope"])


def _note_what_is_over(town: Town, at: datetime) -> None:
    """All were there, but for one at the first; the last days that are over still wait to be noted."""
    rows = SchemeEvent.objects.filter(ends_at__lte=at, attendances__isnull=False)
    over = list(rows.order_by("starts_at", "pk").distinct())
    for place, event in enumerate(over[:-2]):
        people = list(queries.people_of(event))
        there = people[: max(1, len(people) - 1)] if place == 0 else people
        seen, present = queries.attendance_digest(event), {one.pk for one in there}
        actions.note_attendance(by=town.people["oscar"], now=at, event_id=event.pk, present=present, seen=seen)
    for event in over[:1]:
        _logged(event, at)


def _logged(event: SchemeEvent, at: datetime) -> None:
    """One who was there and still trains takes the day into the CPD log."""
    running = Attendance.objects.filter(event=event, state=AttendanceState.ATTENDED, record__ended_on__isnull=True)
    for attendance in running.select_related("record__trainee").order_by("pk")[:1]:
        trainee = attendance.record.trainee
        entry = actions.take_over_event(by=trainee, now=at, attendance_id=attendance.pk)
        values = {name: getattr(entry, name) for name in ("kind", "title", "done_on", "minutes")}
        words = {"activity": "Met the others and the office.", "reflection": "I ask earlier now, and plan my evidence."}
        given: dict[str, Any] = {
            "entry_id": entry.pk,
            "values": {**values, **words},
            "seen": queries.cpd_version(entry),
        }
        entry = actions.change_cpd(by=trainee, now=at, **given)
        done: dict[str, Any] = {"entry_id": entry.pk, "seen": queries.cpd_version(entry), "declared": True}
        actions.enter_cpd(by=trainee, now=at, **done)
