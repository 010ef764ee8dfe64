"""Which training records a person sees, and lists of them with how far each trainee is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, F, IntegerField, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from applications.models import Application
from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.common.clock import london_midnight
from ctts.common.memo import remembered
from ctts.common.months import in_words
from ctts.common.name_words import BeginsWords
from ctts.common.parts import Light
from ctts.common.prepared import prepared
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from ctts.scheme.models import RuleSet
from ctts.scheme.queries import numbers_of
from ctts.scheme.rules import SchemeNumbers
from training.access import FUNCTIONS, INDEPENDENT, visible_records
from training.models import (
    Appointment,
    Milestone,
    PlanItem,
    ProgressReport,
    SupervisorReview,
    Thread,
    TrainerRightsChange,
    TrainingRecord,
)
from training.queries.held import held_words, with_holders
from training.queries.pauses import pauses_of
from training.rules import Period, month_gaps, progress_reports_due, reports_owed, standing
from training.states import (
    ATTENDED,
    REPORT_UNSENT,
    REVIEW_UNSIGNED,
    AppointmentKind,
    ItemState,
    MilestoneKind,
    RecordState,
)

RUNNING = (RecordState.ACTIVE, RecordState.INTERRUPTED)
# What every page of a record shows of it.
SHOWN = ("trainee", "scope", "centre", "intake", "rules", "handbook")
TRAINEE, SUPPORTS, APPLIES = "trainee", "supports", "applies"


def records_visible_to(user: User, today: date) -> QuerySet[TrainingRecord]:
    """Own record, those a person stands around on `today`, all for the office; others do not exist for them."""
    rows = TrainingRecord.objects.filter(visible_records(user, today))
    return rows.select_related(*SHOWN)


def own_record(user: User) -> TrainingRecord | None:
    """A person's own training record: the one that runs, else the last; None for anybody else."""
    rows = TrainingRecord.objects.filter(trainee=user).select_related(*SHOWN)
    return rows.order_by(F("ended_on").desc(nulls_first=True), "-start_on", "-pk").first()


def stands_as(user: User, today: date) -> frozenset[str]:
    """As what a person stands in or around training on `today`: functions, `trainee`, `supports` for whoever an
    application names as Training Supervisor, with the role or without it yet, and `applies` for whoever has or had an
    application (A1, A2); one query."""
    return frozenset(_stands(user.pk, today))


def stands_in_request(user: User, today: date) -> frozenset[str]:
    """The same, asked once for a user object: what a page and its navigation both need."""
    return remembered(user, "stands", today, lambda: stands_as(user, today))


@prepared
def _stands(user: Any, today: Any) -> QuerySet[Any, str]:
    held = Appointment.objects.filter(on_day(today), person=user).order_by().values_list("kind", flat=True)
    own = TrainingRecord.objects.filter(trainee=user).order_by().values_list(Value(TRAINEE), flat=True)
    named = Application.objects.filter(supervisor=user).order_by().values_list(Value(SUPPORTS), flat=True)
    applied = Application.objects.filter(applicant=user).order_by().values_list(Value(APPLIES), flat=True)
    return held.union(own, named, applied)


def in_an_interruption(people: Collection[int]) -> set[int]:
    """Which of these people are trainees whose training is interrupted: they are left in peace (N)."""
    rows = TrainingRecord.objects.filter(trainee__in=people, state=RecordState.INTERRUPTED)
    return set(rows.order_by().values_list("trainee", flat=True))


ONE_DAY = timedelta(days=1)
LATELY = timedelta(days=30)  # how long somebody may have had a form open
TO_RECORD = {
    "trainingrecord": "pk",
    "signoff": "item__record",
    "reviewaction": "review__record",
    "evidenceversion": "evidence__record",
}


def stood_until(user: User, kind: type[Model], pk: int, today: date, among: Collection[str] = ()) -> str:
    """Since when somebody does not stand around the record of a thing any more, in words; empty where that is not
    lately, or they never did (E3).

    For whoever still had a form open: they knew the record, and learn nothing of it. `among`: only these functions
    had the form, where not all had.
    """
    of_thing = kind._default_manager.filter(pk=pk).values(TO_RECORD.get(kind._meta.model_name or "", "record"))
    gone = Appointment.objects.filter(
        person=user, record__in=of_thing, ends_on__range=(today - LATELY, today - ONE_DAY)
    )
    if kind is Thread:  # whom it was never addressed to learns nothing of it
        gone = gone.filter(kind__in=_addressed_kinds(pk))
    if among:
        gone = gone.filter(kind__in=among)
    last = gone.exclude(kind__in=INDEPENDENT).order_by("-ends_on", "pk").first()
    if last is None or last.ends_on is None:
        return ""
    since = in_words(last.ends_on + ONE_DAY)
    return f"You are not the {last.get_kind_display()} of this trainee since {since}, so this cannot be sent any more."


def _addressed_kinds(thread_id: int) -> list[AppointmentKind]:
    """The functions that a thread of messages is addressed to (T11)."""
    thread = Thread.objects.filter(pk=thread_id).first()
    return [kind for name, kind in FUNCTIONS.items() if getattr(thread, name, False)]


def people_around(record: TrainingRecord) -> QuerySet[Appointment]:
    """Everybody who is or was appointed to a trainee, those of now first (E3).

    Adjudicators are left out: that two markers differed is known to nobody around the trainee (F5, quality rule 9).
    """
    return _around(Appointment.objects.filter(record=record))


def people_ever(record: TrainingRecord) -> QuerySet[Appointment]:
    """The same with those whose appointment was called off before it began, and what trainers might do before (E3)."""
    rows = _around(Appointment.every.filter(record=record))
    return rows.prefetch_related(Prefetch("rights_changes", TrainerRightsChange.objects.select_related("changed_by")))


def _around(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    rows = rows.exclude(kind=AppointmentKind.ADJUDICATOR).select_related("person", "rights")
    return rows.order_by(F("ends_on").desc(nulls_first=True), "kind", "-starts_on", "pk")


# --- lists ---


# What a list shows of a record, and what its light is judged by.
LISTED = (
    "trainee__full_name",
    "scope__name",
    "centre__name",
    "rules",
    "state",
    "start_on",
    "expected_end_on",
    "ended_on",
)


def _count(state: ItemState) -> Coalesce:
    rows = PlanItem.objects.filter(record=OuterRef("pk"), state=state).order_by().values("record")
    return Coalesce(Subquery(rows.annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0)


def listed(rows: QuerySet[TrainingRecord]) -> QuerySet[TrainingRecord]:
    """Records with no more than a list shows; `signed` and `waiting` are counted only where they are sorted by."""
    rows = rows.select_related(None).select_related("trainee", "scope", "centre").only(*LISTED)
    return rows.alias(signed=_count(ItemState.SIGNED), waiting=_count(ItemState.SUBMITTED))


def trainees_of(user: User, today: date) -> QuerySet[TrainingRecord]:
    """The trainees a person stands around on `today`, or of the centre they co-ordinate; not their own record.

    Running ones first, by name; as a list shows them.
    """
    around = Appointment.objects.filter(on_day(today), person=user).values("record")
    visible = Q(pk__in=around)
    if not holds(user, Role.OFFICE, today):
        visible |= visible_records(user, today)
    rows = records_visible_to(user, today).filter(visible).exclude(trainee=user)
    return listed(rows).order_by(F("ended_on").desc(nulls_first=True), "trainee__sort_name", "pk")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of trainees is narrowed to; empty fields narrow nothing."""

    words: str = ""
    state: str = ""
    scope_id: int | None = None
    centre_id: int | None = None
    intake_id: int | None = None
    framework_id: int | None = None


def office_trainees(user: User, today: date, wanted: Wanted) -> QuerySet[TrainingRecord]:
    """All trainees for the office, narrowed, by name, as a list shows them; empty for anyone outside it."""
    if not holds(user, Role.OFFICE, today):
        return TrainingRecord.objects.none()
    given = {
        "state": wanted.state,
        "scope": wanted.scope_id,
        "centre": wanted.centre_id,
        "intake": wanted.intake_id,
        "framework": wanted.framework_id,
    }
    rows = records_visible_to(user, today).filter(**{name: value for name, value in given.items() if value})
    words = sort_key(wanted.words)
    rows = rows.filter(BeginsWords("trainee__sort_name", words)) if words else rows
    return listed(rows).order_by("trainee__sort_name", "pk")


def trainees_named(user: User, today: date, text: str) -> QuerySet[TrainingRecord]:
    """Other people's records that a person sees, by the beginnings of the trainee's names; none for no word.

    Running ones first, by name, with what a line about one says.
    """
    words = sort_key(text)
    if not words:
        return TrainingRecord.objects.none()
    rows = records_visible_to(user, today).exclude(trainee=user).filter(BeginsWords("trainee__sort_name", words))
    rows = rows.select_related(None).select_related("trainee", "scope", "centre").only(*LISTED)
    return rows.order_by(F("ended_on").desc(nulls_first=True), "trainee__sort_name", "pk")


def reviews_that_count() -> QuerySet[SupervisorReview]:
    """Supervisor Reviews that document their month (T4): signed by the supervisor at least."""
    return SupervisorReview.objects.exclude(state__in=REVIEW_UNSIGNED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many competencies a record has: signed, waiting for the supervisor, past their planned day and not signed."""

    total: int
    signed: int
    overdue: int
    waiting: int = 0


NOTHING = Progress(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a trainee of a list is: the competencies, and the light with its reason."""

    progress: Progress
    light: Light | None


def progress_of(records: Sequence[TrainingRecord], today: date) -> dict[int, Progress]:
    """The competencies of several records in numbers, by record; one query. A record without any is left out."""
    signed, waiting = Q(state=ItemState.SIGNED), Q(state=ItemState.SUBMITTED)
    rows = PlanItem.objects.filter(record__in=[row.pk for row in records]).order_by().values("record")
    counted = rows.annotate(
        total=Count("pk"),
        signed=Count("pk", filter=signed),
        overdue=Count("pk", filter=Q(by_on__lt=today) & ~signed),
        waiting=Count("pk", filter=waiting),
    )
    columns = ("record", "total", "signed", "overdue", "waiting")
    return {record: Progress(*numbers) for record, *numbers in counted.values_list(*columns)}


@prepared
def _past(records: Any, today: Any, midnight: Any) -> QuerySet[Milestone, Any]:
    """The milestones of these records whose day is over and that are not reached, with who has them (M)."""
    milestones = Milestone.objects.filter(record__any_of=records, done_on__isnull=True, due_on__lt=today)
    rows = with_holders(milestones.exclude(kind__in=ATTENDED), today, midnight).order_by("due_on", "pk")
    return rows.values_list("record", "kind", "holder", "held_since")


def standings_of(records: Sequence[TrainingRecord], today: date) -> dict[int, Standing]:
    """How far each record of a list is, by its id; five queries, whatever their number."""
    ids = [row.pk for row in records]
    behind: dict[int, Behind] = {pk: Behind() for pk in ids}
    for record, kind, holder, since in _past(ids, today, london_midnight(today)):
        behind[record].note(MilestoneKind(kind).label, holder, since)
    written = written_in(ids)
    pauses, progress = pauses_of(records), progress_of(records, today)
    numbers = {row.pk: numbers_of(row) for row in RuleSet.objects.filter(pk__in={row.rules_id for row in records})}
    found = {}
    for row in records:
        about = behind[row.pk], written[row.pk], pauses[row.pk]
        counts = progress.get(row.pk, NOTHING)
        found[row.pk] = Standing(counts, light_of(row, counts, *about, today, numbers[row.rules_id]))
    return found


@dataclass(frozen=True, slots=True)
class Behind:
    """Milestones past their day: `late` names the trainee's, `waits` the others by who has them since when (M)."""

    late: list[str] = field(default_factory=list)
    waits: dict[tuple[str, date | None], list[str]] = field(default_factory=dict)

    def note(self, label: str, holder: str | None, since: date | None) -> None:
        """Count one in."""
        if holder:
            self.waits.setdefault((holder, since), []).append(label)
        else:
            self.late.append(label)

    @property
    def held(self) -> list[str]:
        """For whom the others wait, in words, those that wait for the same together."""
        return [f"{_named(labels)} {held_words(*who, len(labels))}" for who, labels in self.waits.items()]


def _named(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]} and {len(labels) - 1} more"


@dataclass(slots=True)
class Written:
    """The days of the Supervisor Reviews of a record that count, and what the reports sent are about (T4, T7)."""

    held: list[date] = field(default_factory=list)
    reports: list[Period] = field(default_factory=list)


def written_in(records: Collection[int]) -> dict[int, Written]:
    """What the supervisors of these records have written, by record; one query."""
    found = {pk: Written() for pk in records}
    no_day = Value(None, output_field=DateField())
    reviews = reviews_that_count().filter(record__in=records).order_by().values_list("record", "held_on", no_day)
    sent = ProgressReport.objects.filter(record__in=records).exclude(state__in=REPORT_UNSENT).order_by()
    periods = sent.values_list("record", "period_starts_on", "period_ends_on")
    rows: Iterable[tuple[int, date, date | None]] = reviews.union(periods, all=True)
    for record, day, last in rows:
        if last is None:
            found[record].held.append(day)
        else:
            found[record].reports.append((day, last))
    return found


def light_of(
    record: TrainingRecord,
    progress: Progress,
    behind: Behind,
    written: Written,
    pauses: Sequence[tuple[date, date]],
    today: date,
    numbers: SchemeNumbers,
) -> Light | None:
    """The light of one record: its milestones past their day, and what its supervisor wrote (screens 6)."""
    begun = today >= record.start_on
    gaps = month_gaps(record.start_on, written.held, today, pauses, record.ended_on, numbers) if begun else ()
    due = progress_reports_due(record.start_on, record.expected_end_on, pauses, numbers)
    found = standing(
        record.state,
        signed=progress.signed,
        total=progress.total,
        late=behind.late,
        overdue=progress.overdue,
        months_without_review=len(gaps),
        reports=sum(due_on < today for _, due_on in reports_owed(due, written.reports)),
        held=behind.held,
    )
    return Light(found.key, found.because) if found else None
