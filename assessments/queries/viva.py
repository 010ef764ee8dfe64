"""The Viva (F4): of which attempt, whose, and as an entry of a calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery

from applications.models import AdjustmentRequest
from assessments.access.stages import MARKERS, READERS
from assessments.models import Viva
from assessments.queries.outcomes import next_attempt
from assessments.queries.stages import appointed_among
from assessments.states import Stage, VivaState
from ctts.accounts.models import User
from ctts.common.ics import CalendarEntry
from ctts.notifications.queries import told
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from training.models import Appointment, TrainingRecord


def viva_of(record: TrainingRecord) -> Viva | None:
    """The Viva of the attempt that is open or comes next; None before one was begun (F6)."""
    return viva_of_attempt(record, next_attempt(record, Stage.VIVA))


def viva_of_attempt(record: TrainingRecord, number: int) -> Viva | None:
    """The Viva of an attempt of a record."""
    rows = Viva.objects.filter(attempt__record=record, attempt__stage=Stage.VIVA, attempt__attempt=number)
    found = rows.select_related("attempt", "booked_by").first()
    if found is not None:
        found.attempt.record = record
    return found


def vivas_joined_by(user: User, today: date) -> QuerySet[Viva]:
    """Vivas whose joining details a person has: the trainee's own, those they mark, all for the office (F4)."""
    rows = Viva.objects.select_related("attempt__record__trainee", "attempt__record__scope")
    if holds(user, Role.OFFICE, today):
        return rows
    marked = Q(attempt__record__in=appointed_among(user, today, READERS))
    return rows.filter(marked | Q(attempt__record__trainee=user))


def viva_in_the_way(
    record: TrainingRecord, people: Collection[User], starts_at: datetime, minutes: int, today: date
) -> tuple[Viva, User] | None:
    """Another booked Viva that overlaps these minutes and has one of these people as moderator, and whom (F4)."""
    ends = ExpressionWrapper(F("starts_at") + F("minutes") * timedelta(minutes=1), DateTimeField())
    judged = Appointment.objects.filter(on_day(today), kind__in=MARKERS, person__in=people)
    rows = Viva.objects.annotate(ends_at=ends).filter(
        state=VivaState.BOOKED,
        starts_at__lt=starts_at + timedelta(minutes=minutes),
        ends_at__gt=starts_at,
        attempt__record__in=judged.values("record"),
    )
    rows = rows.exclude(attempt__record=record).select_related("attempt__record__trainee")
    found = rows.order_by("starts_at", "pk").first()
    if found is None:
        return None
    both = judged.filter(record=found.attempt.record).select_related("person").order_by("pk")
    return found, both[0].person


def vivas_adjusted(kind: str, now: datetime) -> list[tuple[int, datetime]]:
    """(viva, when it was agreed) of vivas still to come for whose trainee an adjustment was agreed since the booking,
    and nobody was told of it by a message of `kind` (A5)."""
    requests = AdjustmentRequest.objects.filter(person=OuterRef("attempt__record__trainee"), agreed_at__isnull=False)
    latest = requests.order_by("-agreed_at").values("agreed_at")[:1]
    booked = Viva.objects.filter(state=VivaState.BOOKED, starts_at__gt=now).annotate(agreed_at=Subquery(latest))
    heard = told(kind, Viva, about_id=OuterRef("pk"), queued_at__gte=OuterRef("agreed_at"))
    rows = booked.filter(agreed_at__gt=F("booked_at")).exclude(heard)
    return list(rows.order_by("pk").values_list("pk", "agreed_at"))


def calendar_entry(viva: Viva, *, cancelled: bool = False) -> CalendarEntry:
    """A Viva as an entry of a calendar; without the trainee's name, since calendars are often shared.

    Raises ValueError for one that has no time.
    """
    if viva.starts_at is None:
        raise ValueError("This viva has no time.")
    return CalendarEntry(
        name=f"viva-{viva.pk}",
        sequence=viva.sequence,
        title="Viva, Clinical Technologist Training Scheme",
        starts_at=viva.starts_at,
        minutes=viva.minutes,
        joining=viva.joining,
        words=f"Scope of practice: {viva.attempt.record.scope}",
        cancelled=cancelled,
    )
