"""Who moderates for a trainee, with what was found when they were appointed and what stands against it now (E3, E4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet

from ctts.accounts.models import User
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_on
from moderation.models import AppointmentCheck
from moderation.queries.independence import involvements
from moderation.rules import Reason, external_moderator_check
from training.access import MODERATORS
from training.models import Appointment, TrainingRecord
from training.queries import records_visible_to
from training.states import AppointmentKind

# Facts that may come after an appointment; having signed and assessed is what a moderator then does.
LASTING = {"is_trainee", "supervised", "same_centre", "declared_on", "same_employer_group", "declared_conflict"}


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment of a moderator, what was checked when it was made, and what stands against it today."""

    appointment: Appointment
    check: AppointmentCheck | None
    against: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of moderators around a trainee: who holds it, and who held it."""

    kind: AppointmentKind
    now: list[Held]
    past: list[Held]


def moderated_records(user: User, today: date) -> QuerySet[TrainingRecord]:
    """The records whose moderators a person appoints: all for the office, none for anybody else."""
    rows = records_visible_to(user, today)
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def appointments_for_office(user: User, today: date) -> QuerySet[Appointment]:
    """Every appointment of a moderator for the office; for anybody else none exists."""
    rows = Appointment.objects.filter(kind__in=MODERATORS).select_related("person", "record__trainee", "record__scope")
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def functions_of(record: TrainingRecord, today: date) -> list[Function]:
    """External Moderator, Supporting Moderator, adjudicators: who holds and held them; nine queries at most."""
    every = Appointment.objects.filter(record=record, kind__in=MODERATORS).select_related("person")
    rows = list(every.order_by(F("ends_on").desc(nulls_first=True), "-starts_on", "-pk"))
    checks = {row.appointment_id: row for row in AppointmentCheck.objects.filter(appointment__in=rows)}
    present = [row for row in rows if row.ends_on is None or row.ends_on >= today]
    against = _against(present, record, today)
    found = [Held(row, checks.get(row.pk), against.get(row.pk, ())) for row in rows]
    return [
        Function(
            kind,
            [one for one in found if one.appointment.kind == kind and one.appointment in present],
            [one for one in found if one.appointment.kind == kind and one.appointment not in present],
        )
        for kind in MODERATORS
    ]


def _against(rows: Iterable[Appointment], record: TrainingRecord, today: date) -> dict[int, tuple[Reason, ...]]:
    people = {row.person_id for row in rows}
    if not people:
        return {}
    facts, numbers = involvements(people, record, today), numbers_on(today)
    found = {}
    for row in rows:
        reasons = external_moderator_check(facts[row.person_id], today, numbers).reasons
        lasting = LASTING | ({"covers_scope"} if row.kind == AppointmentKind.EXTERNAL_MODERATOR else set())
        found[row.pk] = tuple(reason for reason in reasons if reason.key in lasting)
    return found


def first_day(record: TrainingRecord, kind: AppointmentKind, today: date) -> date:
    """From which day somebody can be appointed: today, or the day after the last day of whoever holds it until then.

    Adjudicators may be several at a time.
    """
    held = Appointment.objects.filter(record=record, kind=kind, ends_on__gte=today).order_by("-ends_on").first()
    if held is None or held.ends_on is None or kind == AppointmentKind.ADJUDICATOR:
        return today
    return held.ends_on + timedelta(days=1)
