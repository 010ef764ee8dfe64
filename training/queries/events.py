"""Events of the scheme as they concern trainees: whom they are for, who comes, what is to be noted (T9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.ics import CalendarEntry
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.models import Intake, SchemeEvent
from ctts.scheme.queries import events_for_office
from training.access import has_place, visible_records
from training.models import Attendance, TrainingRecord
from training.states import ASKED_TO_COME, AttendanceState, RecordState

TOLD_OF = ("title", "starts_at", "ends_at", "place", "joining")
EXPECTED = Q(state=AttendanceState.PLACED) | Q(state=AttendanceState.INVITED, event__sign_up_until_on__isnull=True)


# --- whom it is for, and who comes ---


def audience_of(event: SchemeEvent) -> QuerySet[TrainingRecord]:
    """The records in training that an event is for: of its intake, its year, its scope, where it says so (T9).

    In the second year is whoever has passed the End of First Year Assessment (Y). Who is interrupted is left in peace.
    Whoever started after the Induction Day of their own intake joins the one whose day follows (I5).
    """
    rows = TrainingRecord.objects.filter(state=RecordState.ACTIVE)
    if event.intake_id is not None:
        rows = rows.filter(Q(intake=event.intake_id) | _late_for_their_own(event))
    if event.scope_id is not None:
        rows = rows.filter(scope=event.scope_id)
    if event.year is not None:
        rows = rows.filter(year_two__isnull=event.year == 1)
    return rows


def _late_for_their_own(event: SchemeEvent) -> Q:
    """Trainings that started after the Induction Day of their intake, and for which that of this event's intake is the
    first; nobody, for an event of the second year."""
    if event.intake is None or event.year == 2:
        return Q(pk__in=[])
    day = event.intake.induction_on
    before = Intake.objects.filter(induction_on__lt=day).order_by("-induction_on").values("induction_on")[:1]
    return Q(start_on__gt=F("intake__induction_on"), start_on__lte=day) & Q(start_on__gt=Subquery(before))


def not_invited(event: SchemeEvent) -> QuerySet[TrainingRecord]:
    """Those whom an event is for and who are not invited yet, in the order of their dossiers."""
    invited = Attendance.objects.filter(event=event, record=OuterRef("pk"))
    return audience_of(event).filter(~Exists(invited)).select_related("trainee").order_by("trainee", "pk")


def people_of(event: SchemeEvent) -> QuerySet[Attendance]:
    """Everybody who was invited to an event, by name; for the office's pages."""
    rows = Attendance.objects.filter(event=event)
    rows = rows.select_related("event", "record__trainee", "record__centre", "record__scope")
    return rows.order_by("record__trainee__sort_name", "pk")


def still_to_come(event: SchemeEvent) -> QuerySet[Attendance]:
    """Those of an event who come or want to, and whose training goes on, in the order of their dossiers."""
    rows = people_of(event).filter(state__in=ASKED_TO_COME, record__ended_on__isnull=True)
    return rows.order_by("record__trainee", "pk")


def places_taken(event: SchemeEvent) -> int:
    """How many have a place; whose training has ended takes none."""
    rows = Attendance.objects.filter(event=event, state=AttendanceState.PLACED)
    return rows.filter(record__ended_on__isnull=True).count()


def queue_of(event: SchemeEvent) -> list[Attendance]:
    """The waiting list, whoever signed up first first."""
    rows = people_of(event).filter(state=AttendanceState.QUEUED, record__ended_on__isnull=True)
    return list(rows.order_by("asked_at", "pk"))


def attendance_digest(event: SchemeEvent) -> str:
    """A digest of who came and who did not, as a page showed it."""
    rows = Attendance.objects.filter(event=event).order_by("pk").values_list("pk", "state")
    return sha256([list(row) for row in rows])


# --- lists ---


def office_events() -> QuerySet[SchemeEvent]:
    """All events for the office, the latest first: how many are invited, come, wait (`asked`, `coming`, `queued`)."""
    state = AttendanceState
    coming = Q(attendances__state__in=[state.PLACED, state.ATTENDED])
    coming |= Q(attendances__state=state.INVITED, sign_up_until_on__isnull=True)
    return events_for_office().annotate(
        asked=Count("attendances"),
        coming=Count("attendances", filter=coming),
        queued=Count("attendances", filter=Q(attendances__state=state.QUEUED)),
    )


@dataclass(frozen=True, slots=True)
class TraineeEvents:
    """The events of one trainee: those to come, the soonest first, and those that are over, the latest first."""

    coming: list[Attendance]
    past: list[Attendance]


def events_of(record: TrainingRecord, now: datetime) -> TraineeEvents:
    """Every event to which a trainee was invited; one that is called off belongs to those of the past (T9)."""
    rows = Attendance.objects.filter(record=record).select_related("event__own_kind", "record")
    ordered = list(rows.order_by("event__starts_at", "pk"))
    coming = [row for row in ordered if row.event.ends_at >= now and row.event.called_off_at is None]
    return TraineeEvents(coming, [row for row in reversed(ordered) if row not in coming])


def attendances_visible_to(user: User, today: date) -> QuerySet[Attendance]:
    """The attendances in the records that a person sees (T9); how to join is another question (`access.can_join`)."""
    records = TrainingRecord.objects.filter(visible_records(user, today))
    rows = Attendance.objects.filter(record__in=records)
    return rows.select_related("event__own_kind", "record__trainee", "record__centre", "record__scope")


# --- duties ---


def events_to_note(user: User, now: datetime) -> list[SchemeEvent]:
    """Events that are over and of which it is not noted who was there, the oldest first; for the office."""
    if not holds(user, Role.OFFICE, london_date(now)):
        return []
    owed = Attendance.objects.filter(EXPECTED, event=OuterRef("pk"))
    rows = SchemeEvent.objects.filter(Exists(owed), ends_at__lte=now, called_off_at__isnull=True)
    return list(rows.order_by("starts_at", "pk"))


# --- calendars ---


def calendar_entry(
    event: SchemeEvent, *, joins: bool, turns: int = 0, cancelled: bool = False, certain: bool = True
) -> CalendarEntry:
    """An event of the scheme as an entry of a calendar; how to join stands in it for whoever has a place (T9).

    `turns` is how often the trainee signed up or gave back; `certain` is false while they have no place.
    """
    joining = event.joining if joins else ""
    return CalendarEntry(
        name=f"event-{event.pk}",
        sequence=event.sequence + turns,
        title=f"{event.title}, Clinical Technologist Training Scheme",
        starts_at=event.starts_at,
        minutes=int((event.ends_at - event.starts_at).total_seconds() // 60),
        joining=event.place or joining,
        words=joining if event.place else "",
        cancelled=cancelled,
        certain=certain,
    )


def event_copy(event: SchemeEvent, values: dict[str, object]) -> SchemeEvent:
    """An event as it would be with these values, not stored: for the page that shows the mail before (screens 18)."""
    new = SchemeEvent(**{field.attname: getattr(event, field.attname) for field in SchemeEvent._meta.concrete_fields})
    for name, value in values.items():
        if name != "seen":
            setattr(new, name, value)
    return new


def told_of_change(event: SchemeEvent, values: dict[str, object]) -> list[Attendance]:
    """Who is told of an event when it gets these values: whoever comes or wants to, of how to join those with a place;
    nobody where nothing that they have to know changes (T9)."""
    differs = {name for name in TOLD_OF if getattr(event, name) != values[name]}
    people = list(still_to_come(event)) if differs else []
    return [one for one in people if has_place(one)] if differs == {"joining"} else people


def coming_to(event: SchemeEvent) -> int:
    """How many come to an event, or came: whoever has a place, or is expected without one."""
    rows = Attendance.objects.filter(EXPECTED | Q(state=AttendanceState.ATTENDED), event=event)
    return rows.filter(record__ended_on__isnull=True).count()


def is_full(event: SchemeEvent) -> bool:
    """Whether whoever signs up now goes on the waiting list (T9)."""
    return event.places is not None and places_taken(event) >= event.places


def first_ticked(people: Iterable[Attendance]) -> list[int]:
    """Who is ticked on the page that asks who was there: who is noted as there, and before anybody is, the expected."""
    rows = list(people)
    if any(row.state in (AttendanceState.ATTENDED, AttendanceState.ABSENT) for row in rows):
        return [row.pk for row in rows if row.state == AttendanceState.ATTENDED]
    return [row.pk for row in rows if has_place(row)]
