"""What a person's part in training is read by: each question with its SQL written once (decision 9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from ctts.accounts.models import User
from ctts.common.prepared import prepared
from ctts.organisations.access import on_day
from training.models import (
    AdviceAnswer,
    AdviceQuestion,
    Appointment,
    Attendance,
    ChangeRequest,
    Concern,
    Dops,
    DopsSignature,
    Evidence,
    ExternalAssessor,
    PlanItem,
    SupervisorReview,
    Thread,
    TrainingRecord,
)
from training.queries.agreed import due_actions
from training.queries.alone import unsupervised
from training.queries.changed import changed_column
from training.queries.items import lacks_evidence, rests_on_held
from training.queries.outliving import assesses_still
from training.queries.records import RUNNING
from training.queries.unraised import unraised_reviews
from training.queries.writing import sent_back_pieces
from training.states import (
    CHANGE_OPEN,
    AssessorKind,
    AttendanceState,
    ConcernState,
    DopsState,
    EvidenceState,
    ItemState,
    ReviewState,
)

Ids = list[int]
REVIEW_OVER = (ReviewState.SUBMITTED, ReviewState.DISCARDED)
BARE = "bare"  # of evidence: a submitted competency that nobody can sign
BARE_HELD = "bare_held"  # the same, and the author has a row already for the evidence that it rests on
DOPS_OPEN = (DopsState.REQUESTED, DopsState.STARTED)
DOPS_SHOWN = (
    "record",
    "state",
    "procedure",
    "observed_on",
    "asked_at",
    "assessor",
    "assessor_kind",
    "assessor_name",
    "approved_at",
)
# What may wait for the supervisor of others: a colleague to approve, and whatever an external person is asked for.
OF_SUPERVISOR = Q(assessor_kind=AssessorKind.COLLEAGUE, approved_at__isnull=True)
OF_SUPERVISOR |= Q(assessor_kind=AssessorKind.EXTERNAL)
DOPS_WAITS = (*DOPS_OPEN, DopsState.AWAITING_COUNTERSIGNING, DopsState.AWAITING_ACKNOWLEDGEMENT)
NOBODY = [0]  # no record: an empty list would ask nothing
RARE = (
    "advice",
    "threads",
    "changes",
    "invitations",
    "evidence",
    "concerns",
    "attendance",
    "alone",
    "unraised",
    "sent_back",
)


@prepared
def rare_things(
    user: Any, records: Any, today: Any, mine: Any, soon: Any, supervised: Any
) -> QuerySet[User, tuple[Any, ...]]:
    """Whether there is anything of each of RARE in these records, what was agreed in `mine` until `soon`, and what
    changed since it was signed in `supervised`; one row (N)."""
    told = {"agreed": due_actions(mine, soon), "changed": changed_column(supervised)}
    return _flags(user, records, today, Q(record__any_of=records), told)


@prepared
def rare_things_of_office(
    user: Any, records: Any, today: Any, mine: Any, soon: Any, supervised: Any
) -> QuerySet[User, tuple[Any, ...]]:
    """The same for a member of the office, for whom some of it counts everywhere (N)."""
    told = {"agreed": due_actions(mine, soon), "changed": changed_column(supervised)}
    return _flags(user, records, today, Q(pk__isnull=False), told)


def _flags(
    user: Any, records: Any, today: Any, wide: Q, told: dict[str, ArraySubquery]
) -> QuerySet[User, tuple[Any, ...]]:
    """Whether there is anything of each of RARE: within the person's records, and of some for the office everywhere;
    last what is `told` of other things."""
    within = Q(record__any_of=records)
    of_events = Q(state=AttendanceState.INVITED, event__sign_up_until_on__isnull=False)
    of_evidence = Q(state__in=[EvidenceState.HELD, EvidenceState.QUARANTINED], author=user)
    found = {
        "advice": AdviceQuestion.objects.filter(within),
        "threads": Thread.objects.filter(wide),
        "changes": ChangeRequest.objects.filter(wide, state__in=CHANGE_OPEN),
        "invitations": Attendance.objects.filter(within, of_events),
        "evidence": Evidence.objects.filter(within, of_evidence),
        "concerns": Concern.objects.filter(wide, state=ConcernState.OPEN),
        "attendance": Attendance.objects.filter(wide, state__in=[AttendanceState.INVITED, AttendanceState.PLACED]),
        "alone": unsupervised(today).filter(pk__any_of=records),
        "unraised": unraised_reviews().filter(within),
        "sent_back": sent_back_pieces(records),
    }
    flags = {f"has_{name}": Exists(found[name]) for name in RARE}
    return User.objects.filter(pk=user).order_by().annotate(**flags, **told).values_list(*flags, *told)


@prepared
def appointed_to(user: Any, today: Any) -> QuerySet[Appointment, tuple[int, str, date]]:
    """(record, function, since when) of each appointment of a person on a day (E3)."""
    rows = Appointment.objects.filter(on_day(today), person=user)
    return rows.order_by("record").values_list("record", "kind", "starts_on")


def holders_on(records: Ids, today: date) -> dict[tuple[int, str], set[int]]:
    """Who holds which function around each of these records on a day, by record and function; one query."""
    found: dict[tuple[int, str], set[int]] = {}
    for record, kind, person in _held_around(records, today):
        found.setdefault((record, kind), set()).add(person)
    return found


@prepared
def _held_around(records: Any, today: Any) -> QuerySet[Appointment, tuple[int, str, int]]:
    rows = Appointment.objects.filter(on_day(today), record__any_of=records, person__is_active=True)
    return rows.order_by().values_list("record", "kind", "person")


@prepared
def running_of(user: Any, around: Any) -> QuerySet[TrainingRecord]:
    """A person's own running training, and those of these records that run, with trainee and rules (E1)."""
    rows = TrainingRecord.objects.filter(Q(trainee=user) | Q(pk__any_of=around), state__in=RUNNING)
    return rows.select_related("trainee", "rules").order_by("pk")


@prepared
def counted_in(records: Any) -> QuerySet[PlanItem, tuple[int, str, int, datetime, int]]:
    """How many competencies of these records are submitted, returned or bare of evidence, and since when (T2)."""
    states = [ItemState.SUBMITTED, ItemState.RETURNED]
    held = When(lacks_evidence() & rests_on_held(), then=Value(BARE_HELD))
    bare = When(lacks_evidence(), then=Value(BARE))
    stands = Case(held, bare, default=F("state"), output_field=CharField())
    rows = PlanItem.objects.filter(record__any_of=records, state__in=states).order_by().annotate(stands=stands)
    return rows.values_list("record", "stands").annotate(many=Count("pk"), since=Min("changed_at"), one=Min("pk"))


@prepared
def unsubmitted_of(records: Any) -> QuerySet[SupervisorReview]:
    """The reviews of these records that are neither submitted nor discarded, the oldest first (T4)."""
    rows = SupervisorReview.objects.filter(record__any_of=records).exclude(state__in=REVIEW_OVER)
    return rows.only("record", "held_on", "written_at", "written_by", "state").order_by("held_on", "pk")


@prepared
def observations_of(user: Any, own: Any, supervised: Any, today: Any) -> QuerySet[Dops]:
    """The open DOPS of these records that have to do with a person, with what decides whose turn it is (T5)."""
    of_others = Q(record__any_of=supervised) & OF_SUPERVISOR
    assessed = Q(record__state__in=RUNNING, assessor=user)
    rows = Dops.objects.filter(Q(record__any_of=own) | of_others | assessed, state__in=DOPS_WAITS)
    named = ExternalAssessor.objects.filter(dops=OuterRef("pk"), ended_at__isnull=True)
    rows = rows.annotate(
        is_proposed=Exists(named.filter(approved_at__isnull=True)), link_until=Subquery(named.values("expires_at")[:1])
    )
    signed = DopsSignature.objects.filter(dops=OuterRef("pk"), meaning="assessed").values("signed_at")
    rows = rows.annotate(signed_at=Subquery(signed[:1]), assesses_still=assesses_still(today))
    rows = rows.select_related("record__trainee").order_by("asked_at", "pk")
    return rows.only(*DOPS_SHOWN, "record__state", "record__trainee__full_name")


@prepared
def unanswered_of(user: Any, moderated: Any, around: Any) -> QuerySet[AdviceQuestion]:
    """The unanswered questions to the External Moderator of these records, the first due first (T11)."""
    wanted = Q(record__any_of=moderated) | Q(record__any_of=around, asked_by=user)
    rows = AdviceQuestion.objects.filter(wanted, ~Exists(AdviceAnswer.objects.filter(question=OuterRef("pk"))))
    return rows.only("record", "topic", "asked_at", "asked_by", "due_on").order_by("due_on", "pk")
