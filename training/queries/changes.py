"""Changes of circumstances: who reads which, what each does to dates and people, what is asked of whom (E5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.common.digest import sha256
from ctts.organisations.access import holds, on_day
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.queries import coordinators_of, people_with
from ctts.organisations.states import Role
from ctts.scheme.queries import accredited_centres, numbers_of
from training.access import trains_now, visible_changes
from training.models import (
    Appointment,
    ChangeAnswer,
    ChangeDecision,
    ChangeRequest,
    Interruption,
    InterruptionEnd,
    Milestone,
    TrainingRecord,
)
from training.queries.cohort import inducted_with
from training.rules import (
    Due,
    Moved,
    latest_end,
    less_than_full_time_end,
    moved_by_extension,
    moved_by_hours,
    moved_by_interruption,
    moved_by_return,
)
from training.states import AppointmentKind, ChangeKind, ChangeState, ItemState, MilestoneKind, RecordState

CHANGE_FIELDS = (
    "from_on",
    "until_on",
    "percent",
    "new_name",
    "telephone",
    "address",
    "postcode",
    "new_supervisor",
    "new_centre",
    "reason",
)
MOVES_DATES = frozenset(
    {ChangeKind.LESS_THAN_FULL_TIME, ChangeKind.INTERRUPTION, ChangeKind.EXTENSION, ChangeKind.RETURN}
)
HANDS_OVER = frozenset({ChangeKind.SUPERVISOR, ChangeKind.CENTRE})
FULL_TIME = 100


# --- who reads which ---


def changes_visible_to(user: User, today: date) -> QuerySet[ChangeRequest]:
    """Requests a person reads: the trainee their own, the supervisor what was sent to them, the office what was sent.

    A request of another is not there for anybody else (E5).
    """
    related = ("record__trainee", "record__scope", "record__centre", "record__rules", "record__intake")
    answers = ("new_supervisor", "new_centre", "document", "answer__answered_by", "decision__decided_by")
    return ChangeRequest.objects.filter(visible_changes(user, today)).select_related(*related, *answers)


def changes_of(record: TrainingRecord, user: User, today: date) -> QuerySet[ChangeRequest]:
    """The requests of one record that a person reads, newest first."""
    return changes_visible_to(user, today).filter(record=record).order_by("-written_at", "-pk")


@dataclass(frozen=True, slots=True)
class ChangesWanted:
    """What the office's list of requests is narrowed to; empty fields narrow nothing."""

    words: str = ""
    state: str = ""
    kind: str = ""
    centre_id: int | None = None


def office_changes(user: User, today: date, wanted: ChangesWanted) -> QuerySet[ChangeRequest]:
    """All requests that were sent, for the office, narrowed; those that wait longest first. Empty for anyone else."""
    if not holds(user, Role.OFFICE, today):
        return ChangeRequest.objects.none()
    given = {"state": wanted.state, "kind": wanted.kind, "record__centre": wanted.centre_id}
    rows = changes_visible_to(user, today).filter(sent_at__isnull=False)
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    for word in sort_key(wanted.words).split():
        rows = rows.filter(record__trainee__sort_name__contains=word)
    return rows.order_by("-sent_at", "-pk")


def change_key(record_id: int, kind: str) -> str:
    """Under which key the text typed into a new request is kept."""
    return f"change:new:{record_id}:{kind}"


def change_edit_key(change_id: int) -> str:
    """Under which key the text typed into a request that is not sent is kept."""
    return f"change:{change_id}"


# --- what can be chosen ---


def supervisors_to_choose(record: TrainingRecord, kind: str, today: date) -> QuerySet[User]:
    """Training Supervisors a trainee can ask for: those of the centre, or of every other centre of the scope (C2).

    The present one is asked for only once their last day is known: a hand-over that is planned can fall through.
    """
    if kind == ChangeKind.SUPERVISOR:
        rows = people_with(Role.SUPERVISOR, today, record.centre_id)
    else:
        centres = accredited_centres(record.scope, today).exclude(pk=record.centre_id)
        held = Affiliation.objects.filter(on_day(today), role=Role.SUPERVISOR, organisation__in=centres)
        where = held.filter(person=OuterRef("pk")).order_by("organisation__name").values("organisation__name")
        rows = people_with(Role.SUPERVISOR, today).filter(pk__in=held.values("person"))
        rows = rows.annotate(where=Subquery(where[:1]))
    taken = trains_now().values("trainee")
    rows = rows.exclude(pk__in=taken).exclude(pk=record.trainee_id)
    stays = Appointment.objects.filter(on_day(today), record=record, kind=AppointmentKind.SUPERVISOR, ends_on=None)
    return rows.exclude(pk__in=stays.values("person")) if kind == ChangeKind.SUPERVISOR else rows


def centres_to_choose(record: TrainingRecord, today: date) -> QuerySet[Organisation]:
    """Other centres that are accredited today for the scope of a record (C1); the day itself the action asks about."""
    return accredited_centres(record.scope, today).exclude(pk=record.centre_id)


# --- what a request does ---


@dataclass(frozen=True, slots=True)
class Effect:
    """What granting a request does (E5), as it is shown before anybody sends it.

    `from_on` is the day on which it takes effect; `end_on` the expected end of training then, `was_end_on` before, and
    `latest_on` the last day of the longest time on the scheme. `milestones` and `planned` are the days that move, of
    milestones by their kind and of competencies by their id. `called_off`: an interruption does not begin at all.
    `until_on`: a Training Supervisor stands in until this day, since somebody is appointed from the day after.
    """

    kind: str
    from_on: date | None
    was_end_on: date
    end_on: date
    latest_on: date
    milestones: tuple[Moved, ...] = ()
    planned: tuple[Moved, ...] = ()
    full_end_on: date | None = None
    called_off: bool = False
    until_on: date | None = None

    @property
    def days(self) -> int:
        """By how many days the expected end moves."""
        return (self.end_on - self.was_end_on).days

    @property
    def too_late(self) -> bool:
        """Whether training would last longer than the scheme allows."""
        return self.end_on > self.latest_on


def effect_of(change: ChangeRequest, today: date, *, from_on: date | None = None, end_on: date | None = None) -> Effect:
    """What a request does when it is granted today; `from_on` and `end_on` are the office's, else as asked (E5).

    Less than full time moves the end pro rata unless the office sets another, and never beyond the longest time. A
    hand-over is never in the past, and ends before whoever is appointed from a later day. Three queries at most.
    """
    record = change.record
    numbers = numbers_of(record.rules)
    was, latest = record.expected_end_on, latest_end(record.start_on, numbers)
    first = from_on or change.from_on
    if first is not None and change.kind in HANDS_OVER:
        first = max(first, today)
    if change.kind == ChangeKind.INTERRUPTION and change.from_on and change.until_on:
        return _interrupted(record, (change.from_on, change.until_on), latest)
    if change.kind == ChangeKind.RETURN and first is not None:
        return _returned(record, first, latest, today)
    if change.kind == ChangeKind.LESS_THAN_FULL_TIME and first is not None and first <= was:
        full = less_than_full_time_end(was, first, change.percent or FULL_TIME, percent_now(record))
        new = end_on or min(full, latest)
        moved = moved_by_hours(_milestones(record), first, was, new) if new >= first else ()
        return Effect(change.kind, first, was, new, latest, moved, full_end_on=full)
    if change.kind == ChangeKind.EXTENSION and (end_on or change.until_on):
        new = end_on or change.until_on or was
        moved = moved_by_extension(_milestones(record), was, new)
        return Effect(change.kind, first, was, new, latest, moved)
    until = None
    if change.kind == ChangeKind.SUPERVISOR and first is not None:
        until = _until(change, follower_of(record, AppointmentKind.SUPERVISOR, first, with_access=True))
    return Effect(change.kind, first, was, was, latest, until_on=until)


def _interrupted(record: TrainingRecord, pause: tuple[date, date], latest: date) -> Effect:
    known = pauses_of(record)
    end = Due("end", record.expected_end_on)
    moved = moved_by_interruption([end], record.start_on, pause, known)
    return Effect(
        ChangeKind.INTERRUPTION,
        pause[0],
        end.on,
        moved[0].now if moved else end.on,
        latest,
        moved_by_interruption(_milestones(record), record.start_on, pause, known),
        moved_by_interruption(_planned(record), record.start_on, pause, known),
    )


def _returned(record: TrainingRecord, first: date, latest: date, today: date) -> Effect:
    """Training goes on from `first` on: what the interruption had moved comes back by the days not used."""
    end, pause = Due("end", record.expected_end_on), interruption_to_shorten(record, first, today)
    if pause is None:
        return Effect(ChangeKind.RETURN, first, end.on, end.on, latest)
    was_last = pause.ends_on
    days = (was_last - first).days + 1
    moved = moved_by_return([end], was_last, days)
    return Effect(
        ChangeKind.RETURN,
        first,
        end.on,
        moved[0].now if moved else end.on,
        latest,
        moved_by_return(_milestones(record), was_last, days),
        moved_by_return(_planned(record), was_last, days),
        called_off=pause.starts_on == first,
    )


def interruption_to_shorten(record: TrainingRecord, first: date, today: date) -> Interruption | None:
    """The interruption that ends the day before, when training goes on from `first`; None where it does not (E5).

    It has lasted a day at least, unless it has not begun by `today`: then its first day calls it off.
    """
    rows = Interruption.objects.filter(record=record, starts_on__lte=first, ends_on__gte=first)
    return rows.exclude(starts_on=first, starts_on__lte=today).first()


def pause_to_shorten(record: TrainingRecord, today: date) -> Interruption | None:
    """The interruption that is not over, the first one first: what an early return is asked for or noted about (E5)."""
    return Interruption.objects.filter(record=record, ends_on__gte=today).order_by("starts_on").first()


def early_ends_of(record: TrainingRecord) -> QuerySet[InterruptionEnd]:
    """How interruptions of a record were shortened, newest first (E5)."""
    rows = InterruptionEnd.objects.filter(interruption__record=record)
    return rows.select_related("interruption", "decided_by").order_by("-decided_at", "-pk")


def _milestones(record: TrainingRecord) -> list[Due]:
    """Milestones that are not reached. The Induction Day is an event: it stays (M)."""
    rows = Milestone.objects.filter(record=record, done_on__isnull=True).order_by("due_on", "pk")
    event = inducted_with(record.intake, record.start_on).induction_on
    return [
        Due(row.kind, row.due_on, stays=row.kind == MilestoneKind.INDUCTION and row.due_on == event) for row in rows
    ]


def _planned(record: TrainingRecord) -> list[Due]:
    """The planned days of competencies that are not signed (T1)."""
    rows = record.items.exclude(state=ItemState.SIGNED).filter(by_on__isnull=False).order_by("position")
    return [Due(str(pk), by_on) for pk, by_on in rows.values_list("pk", "by_on") if by_on]


def pauses_of(record: TrainingRecord) -> list[tuple[date, date]]:
    """The interruptions of a record, the first one first."""
    return list(Interruption.objects.filter(record=record).values_list("starts_on", "ends_on").order_by("starts_on"))


def percent_now(record: TrainingRecord) -> int:
    """The share of full time that was granted last; 100 where none was (E5)."""
    rows = ChangeDecision.objects.filter(
        granted=True, change__record=record, change__kind=ChangeKind.LESS_THAN_FULL_TIME
    )
    return rows.order_by("-decided_at", "-pk").values_list("change__percent", flat=True).first() or FULL_TIME


def max_months(record: TrainingRecord) -> int:
    """How many months the scheme allows at most, by the rules of a record (E5)."""
    return numbers_of(record.rules).max_months


def latest_end_of(record: TrainingRecord) -> date:
    """The last day of the longest time on the scheme, by the rules of a record (E5)."""
    return latest_end(record.start_on, numbers_of(record.rules))


def contact_of(record: TrainingRecord, today: date) -> dict[str, str]:
    """How a trainee is reached: the application's telephone and address, with what was granted since, by its day."""
    application = record.application
    found = {name: str(getattr(application, name)) for name in CONTACT}
    rows = ChangeRequest.objects.filter(
        record=record, kind=ChangeKind.CONTACT, state=ChangeState.APPROVED, from_on__lte=today
    )
    for row in rows.order_by("from_on", "pk"):
        found.update({name: getattr(row, name) for name in CONTACT if getattr(row, name)})
    return found


CONTACT = ("telephone", "address", "postcode")


def coordinator_at(centre: Organisation, today: date) -> User | None:
    """Who co-ordinates the training of a centre: the first by name who is no trainee; None where nobody does (C2)."""
    trainees = set(trains_now().values_list("trainee", flat=True))
    return next((person for person in coordinators_of(centre, today) if person.pk not in trainees), None)


def holder_on(record: TrainingRecord, kind: AppointmentKind, day: date) -> Appointment | None:
    """Whoever holds a function on a day, or will as the next one."""
    rows = Appointment.objects.filter(record=record, kind=kind).exclude(ends_on__lt=day)
    return rows.select_related("person").order_by("starts_on", "pk").first()


def follower_of(
    record: TrainingRecord, kind: AppointmentKind, day: date, *, with_access: bool = False
) -> Appointment | None:
    """Whoever is appointed to a function from a day after `day`, the next one; `with_access`: the next who could act
    (E3)."""
    rows = Appointment.objects.filter(record=record, kind=kind, starts_on__gt=day)
    rows = rows.filter(person__is_active=True) if with_access else rows
    return rows.select_related("person").order_by("starts_on", "pk").first()


def _until(change: ChangeRequest, follows: Appointment | None) -> date | None:
    """The last day of whoever stands in before somebody else; whoever is to begin later anyway goes on from then."""
    if follows is None:
        return None
    return follows.ends_on if follows.person_id == change.new_supervisor_id else follows.starts_on - timedelta(days=1)


def in_place_of(record: TrainingRecord, kind: AppointmentKind, on: date, until: date | None) -> list[Appointment]:
    """The appointments to a function that begin on `on` or later, and in whose place another comes that lasts through
    `until`, or without an end (E3)."""
    rows = Appointment.objects.filter(record=record, kind=kind, starts_on__gte=on).select_related("person")
    rows = rows if until is None else rows.filter(starts_on__lte=until)
    return list(rows.order_by("starts_on", "pk"))


def hears_of_withdrawal(change: ChangeRequest, today: date) -> list[User]:
    """Who is told when a request is withdrawn that lies with the office: the supervisor who spoke to it and the office,
    each once; not whom it is about (E5)."""
    if change.state != ChangeState.AWAITING_DECISION:
        return []
    spoke = ChangeAnswer.objects.filter(change=change, supports__isnull=False).values("answered_by")
    supervised = Appointment.objects.filter(on_day(today), record=change.record, kind=AppointmentKind.SUPERVISOR)
    still = supervised.filter(person__in=spoke, person__is_active=True).values("person")
    office = people_with(Role.OFFICE, today).exclude(pk=change.record.trainee_id)
    return [*User.objects.filter(pk__in=still), *office.exclude(pk__in=still)]


# --- what was seen ---


def change_digest(change: ChangeRequest, effect: Effect) -> str:
    """The digest of what a request asks for and what it would do: what a form that sends or decides it has seen."""
    content = {name: getattr(change, f"{name}_id", getattr(change, name, None)) for name in CHANGE_FIELDS}
    moved = [[row.key, row.was, row.now] for row in (*effect.milestones, *effect.planned)]
    ends = [effect.from_on, effect.was_end_on, effect.end_on, effect.until_on]
    return sha256({"change": change.pk, "document": change.document_id, **content, "ends": ends, "moved": moved})


def written_digest(change: ChangeRequest) -> str:
    """The digest of what a request says, apart from what it would do: what a form that changes it has seen."""
    end = change.record.expected_end_on
    return change_digest(change, Effect(change.kind, None, end, end, end))


# --- what is due ---


def interruptions_to_turn(today: date) -> Sequence[int]:
    """Records that are interrupted today and do not say so, or say so and are not (E5)."""
    on = Interruption.objects.filter(on_day(today)).values("record")
    behind = Q(state=RecordState.ACTIVE, pk__in=on) | (Q(state=RecordState.INTERRUPTED) & ~Q(pk__in=on))
    return list(TrainingRecord.objects.filter(behind).order_by("pk").values_list("pk", flat=True))


def changes_to_carry_out(today: date) -> QuerySet[ChangeRequest]:
    """Granted requests whose day has come and that are not carried out, of trainings that go on (E5)."""
    rows = ChangeRequest.objects.filter(state=ChangeState.APPROVED, carried_out_at__isnull=True)
    return rows.filter(decision__from_on__lte=today, record__ended_on__isnull=True).order_by("pk")
