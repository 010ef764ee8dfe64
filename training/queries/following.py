"""Which appointments around trainees a role carries, and who has no Training Co-ordinator (C2, E3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from ctts.accounts.models import User
from ctts.accounts.queries import has_proved_address
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from training.access import MODERATORS, trains_now
from training.models import Appointment, TrainingRecord
from training.models.record import ONE_AT_A_TIME
from training.queries.changes import follower_of
from training.states import AppointmentKind

ONE_DAY = timedelta(days=1)
KINDS_OF_ROLE = {
    Role.SUPERVISOR: {AppointmentKind.SUPERVISOR},
    Role.COORDINATOR: {AppointmentKind.COORDINATOR},
    Role.MODERATOR: set(MODERATORS),
}


def carried_by(held: Affiliation, was: date | None) -> Sequence[Appointment]:
    """The appointments that a role with a last day, or one called off, carries, which do not end before it by
    themselves (E3).

    `was`: the last day that the role had before; what ended on that day by the role is among them, unless another
    follows on the next day. A trainer is anybody who works at the centre: they stay one while any role there is left.
    What a moderator is rests on their role at any centre (E4).
    """
    last_day = held.last_day
    if last_day is None:
        return []
    after = Affiliation.objects.filter(on_day(last_day + ONE_DAY), person=held.person).exclude(pk=held.pk)
    after = after.filter(organisation=held.organisation)
    kinds = set() if after.filter(role=held.role).exists() else KINDS_OF_ROLE.get(Role(held.role), set())
    if held.organisation_id is not None and not after.exists():
        kinds = kinds | {AppointmentKind.TRAINER}
    rows = Appointment.objects.filter(_at(held), record__in=trains_now(), person=held.person, kind__in=kinds)
    longer = Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)
    if was is not None:
        longer |= Q(ends_on=was, pk__in=_last_of_their_kind(was))
    return list(rows.filter(longer).select_related("record__trainee", "record__centre").order_by("pk"))


def last_day_within(made: Appointment, last_day: date) -> date:
    """The last day of an appointment whose role is held through `last_day`: that day, or the one before somebody else
    is appointed to the function, where one person at a time is (E3)."""
    follows = follower_of(made.record, AppointmentKind(made.kind), made.starts_on)
    if follows is None or made.kind not in ONE_AT_A_TIME:
        return last_day
    return min(last_day, follows.starts_on - ONE_DAY)


def _last_of_their_kind(was: date) -> QuerySet[Appointment, int]:
    """Appointments after which nobody is appointed to the same function on the next day, where one person at a time is:
    the role ended them, and no hand-over."""
    after = {"starts_on": was + ONE_DAY}
    next_one = Appointment.objects.filter(record=OuterRef("record"), kind=OuterRef("kind"), **after)
    rows = Appointment.objects.exclude(Exists(next_one.filter(kind__in=ONE_AT_A_TIME)))
    return rows.values_list("pk", flat=True)


def _at(held: Affiliation) -> Q:
    """At the centre of a role, or at a member of the consortium that it is held at (C2); anywhere for one of the
    scheme."""
    if held.organisation_id is None:
        return Q()
    return Q(record__centre=held.organisation_id) | Q(record__centre__consortium=held.organisation_id)


def to_co_ordinate(held: Affiliation) -> QuerySet[TrainingRecord]:
    """The running records to which a new Training Co-ordinator may be appointed: none is for any other role."""
    if held.role != Role.COORDINATOR:
        return TrainingRecord.objects.none()
    there = Q(centre=held.organisation_id) | Q(centre__consortium=held.organisation_id)
    return trains_now().filter(there).order_by("pk")


def co_ordinated_by(person: User, today: date) -> QuerySet[Appointment]:
    """Where somebody is Training Co-ordinator on a day and without an end."""
    rows = Appointment.objects.filter(on_day(today), person=person, kind=AppointmentKind.COORDINATOR)
    return rows.filter(ends_on__isnull=True, record__in=trains_now()).select_related("record__centre").order_by("pk")


def without_co_ordinator_from(record: TrainingRecord, today: date) -> date | None:
    """The first day, today or later, from which on nobody with access is Training Co-ordinator of a trainee, or None.

    Who has no access acts for nobody: an appointment of theirs does not hold the place (C2, T8).
    """
    rows = Appointment.objects.filter(record=record, kind=AppointmentKind.COORDINATOR, person__is_active=True)
    last = rows.order_by("starts_on").last()
    if last is None:
        return max(today, record.start_on)
    return max(today, record.start_on, last.ends_on + ONE_DAY) if last.ends_on is not None else None


def in_the_place_without_access(record: TrainingRecord, first_day: date) -> QuerySet[Appointment]:
    """The appointments as Training Co-ordinator from a day on whose people have no access: another may follow them."""
    rows = Appointment.objects.filter(record=record, kind=AppointmentKind.COORDINATOR, person__is_active=False)
    return rows.exclude(ends_on__lt=first_day).order_by("starts_on")


def co_ordinators_to_find(today: date) -> list[int]:
    """The running records with nobody who has access as Training Co-ordinator on a day nor later, at centres that have
    one (C2)."""
    held = Appointment.objects.filter(record=OuterRef("pk"), kind=AppointmentKind.COORDINATOR, person__is_active=True)
    come = User.objects.filter(has_proved_address(), is_active=True)
    there = Affiliation.objects.filter(on_day(today), role=Role.COORDINATOR, person__in=come.values("pk"))
    at_centre = there.filter(Q(organisation=OuterRef("centre")) | Q(organisation=OuterRef("centre__consortium")))
    rows = trains_now().filter(Exists(at_centre)).exclude(Exists(held.exclude(ends_on__lt=today)))
    return list(rows.order_by("pk").values_list("pk", flat=True))
