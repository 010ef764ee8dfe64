"""Supervisor Reviews: who sees which, what is signed, what a new one begins with, months without one (T4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Prefetch, Q, QuerySet, When

from ctts.accounts.models import User
from ctts.common.clock import london_midnight
from ctts.common.digest import sha256
from ctts.common.months import Month
from ctts.common.prepared import prepared
from ctts.common.templatetags.formats import day
from ctts.organisations.access import on_day
from ctts.scheme.queries import numbers_of
from training.access import visible_records
from training.models import (
    Appointment,
    CaseStudy,
    Dops,
    PlanItem,
    Reflection,
    ReviewAction,
    ReviewSignature,
    SignOff,
    SupervisorReview,
    TrainingRecord,
)
from training.queries.changed import changed_items
from training.queries.items import lacks_evidence
from training.queries.next_gate import NextGate, gate_in_brief
from training.queries.pauses import Pauses, pauses_of
from training.queries.records import reviews_that_count
from training.rules import Readiness, month_gaps, readiness
from training.states import DOPS_WRITTEN, REVIEW_UNSIGNED, AppointmentKind, ItemState, ReviewState

TEXTS = ("attendees", "progress", "dops_done", "writing_progress", "plan_changes", "support_needs", "escalate")
DAYS = ("held_on", "period_starts_on", "period_ends_on", "next_meeting_on")
REVIEW_FIELDS = (*TEXTS, *DAYS, "mode", "patient_safety_concern", "patient_safety_reference")


def supervised_by(user: User, today: date) -> QuerySet[Appointment, Any]:
    """The ids of the records whose Training Supervisor a person is on `today`, for a condition."""
    rows = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.SUPERVISOR)
    return rows.values("record")


def supervised_since(record: TrainingRecord, today: date) -> date | None:
    """Since when the present Training Supervisor is it; None where nobody is."""
    return _held_since(record, AppointmentKind.SUPERVISOR, today)


def moderated_since(record: TrainingRecord, today: date) -> date | None:
    """Since when the present External Moderator is it; None where nobody is."""
    return _held_since(record, AppointmentKind.EXTERNAL_MODERATOR, today)


def _held_since(record: TrainingRecord, kind: AppointmentKind, today: date) -> date | None:
    held = Appointment.objects.filter(on_day(today), record=record, kind=kind)
    return held.order_by("starts_on").values_list("starts_on", flat=True).first()


def reviews_visible_to(user: User, today: date) -> QuerySet[SupervisorReview]:
    """Reviews of the records a person sees. A draft is the supervisor's own, and the trainee's once sent back (T4)."""
    records = TrainingRecord.objects.filter(visible_records(user, today))
    sent_back = SupervisorReview.objects.filter(record__trainee=user, signatures__isnull=False).values("pk")
    shown = ~Q(state__in=REVIEW_UNSIGNED) | Q(record__in=supervised_by(user, today)) | Q(pk__in=sent_back)
    rows = SupervisorReview.objects.filter(shown, record__in=records)
    return rows.select_related("record__trainee", "record__centre", "record__scope", "written_by")


def reviews_of(record: TrainingRecord, user: User, today: date) -> QuerySet[SupervisorReview]:
    """The reviews of a record that a person sees, newest meeting first, with their signatures."""
    signatures = Prefetch("signatures", ReviewSignature.objects.select_related("withdrawn_by"))
    return reviews_visible_to(user, today).filter(record=record).prefetch_related(signatures)


def review_content(review: SupervisorReview) -> dict[str, Any]:
    """Exactly what is signed: every field, the competencies discussed and the actions agreed (quality rule 8)."""
    return {
        "review": review.pk,
        "record": review.record_id,
        "number": review.number,
        **{name: getattr(review, name) for name in REVIEW_FIELDS},
        "mode": str(review.mode),
        "items": _discussed(review.pk),
        "actions": [list(row) for row in _agreed(review.pk)],
    }


@prepared
def _discussed(review: Any) -> QuerySet[Any, int]:
    rows = SupervisorReview.items.through.objects.filter(supervisorreview=review)
    return rows.order_by("planitem__position").values_list("planitem", flat=True)


@prepared
def _agreed(review: Any) -> QuerySet[ReviewAction, tuple[str, str, date | None]]:
    return ReviewAction.objects.filter(review=review).order_by("pk").values_list("text", "owner", "due_on")


def review_digest(review: SupervisorReview) -> str:
    """The digest of what a review says now; forms that decide about it carry it."""
    return sha256(review_content(review))


def standing_signature(review: SupervisorReview, meaning: str) -> ReviewSignature | None:
    """The signature of this meaning that nobody has withdrawn."""
    rows = review.signatures.filter(meaning=meaning, withdraws__isnull=True, withdrawn_by__isnull=True)
    return rows.order_by("-signed_at", "-pk").first()


def signatures_under(review: SupervisorReview) -> list[ReviewSignature]:
    """The signatures under a review, oldest first, those withdrawn with the row that withdrew them."""
    rows = review.signatures.filter(withdraws__isnull=True).select_related("withdrawn_by")
    return list(rows.order_by("signed_at", "pk"))


def actions_visible_to(user: User, today: date) -> QuerySet[ReviewAction]:
    """Agreed actions of the reviews a person sees."""
    rows = ReviewAction.objects.filter(review__in=reviews_visible_to(user, today).values("pk"))
    return rows.select_related("review__record__trainee")


def review_facts(review: SupervisorReview) -> list[tuple[str, str]]:
    """The fields of a review as term and value, in the order of the form; pages and paper print them (T4)."""
    reference = f"Yes, recorded as {review.patient_safety_reference}" if review.patient_safety_concern else "No"
    return [
        ("Day of the meeting", day(review.held_on)),
        ("About the time", f"{day(review.period_starts_on)} to {day(review.period_ends_on)}"),
        ("How you met", str(review.get_mode_display())),
        ("Who was there", review.attendees),
        ("Progress since the last meeting", review.progress),
        ("DOPS done", review.dops_done),
        ("Reflective pieces and case studies", review.writing_progress),
        ("Changes to the training plan", review.plan_changes),
        ("Support needed", review.support_needs),
        ("Patient-safety concern", reference),
        ("Matters to escalate", review.escalate),
        ("Next meeting", day(review.next_meeting_on)),
    ]


def discussed_in(review: SupervisorReview) -> QuerySet[PlanItem]:
    """The competencies discussed in a review, in the order of the list."""
    return review.items.select_related("item").order_by("position")


def agreed_in(review: SupervisorReview) -> QuerySet[ReviewAction]:
    """The actions agreed in a review, the most urgent first."""
    return ReviewAction.objects.filter(review=review).order_by("due_on", "pk")


def open_actions(record: TrainingRecord) -> QuerySet[ReviewAction]:
    """Actions agreed in signed reviews of a record and not closed, the most urgent first (T4)."""
    rows = ReviewAction.objects.filter(review__record=record, closed_at__isnull=True)
    return rows.exclude(review__state__in=REVIEW_UNSIGNED).select_related("review").order_by("due_on", "pk")


def last_review(record: TrainingRecord, before: SupervisorReview | None = None) -> SupervisorReview | None:
    """The latest signed review of a record; with `before`, the latest numbered below it."""
    rows = reviews_that_count().filter(record=record)
    if before is not None:
        rows = rows.filter(number__lt=before.number)
    return rows.order_by("-held_on", "-number").first()


def new_review_key(record_id: int) -> str:
    """Under which key the text typed into a new review of a record is kept."""
    return f"review:new:{record_id}"


def review_key(review_id: int) -> str:
    """Under which key the text typed into an existing review is kept."""
    return f"review:{review_id}"


# --- what a new review begins with (screens 23) ---


@dataclass(frozen=True, slots=True)
class Agenda:
    """What changed since the last review: from `since` on, that day included.

    `held` are submitted competencies that nobody can sign, for no evidence is shared for them; `changed` those whose
    evidence is not what was signed.
    """

    since: date
    last: SupervisorReview | None
    signed: Sequence[PlanItem]
    returned: Sequence[PlanItem]
    waiting: Sequence[PlanItem]
    held: Sequence[PlanItem]
    changed: Sequence[PlanItem]
    overdue: Sequence[PlanItem]
    dops: Sequence[Dops]
    pieces: Sequence[Reflection | CaseStudy]
    actions: Sequence[ReviewAction]
    counts: Readiness
    gate: NextGate | None

    @property
    def items(self) -> list[PlanItem]:
        """The competencies worth discussing, each once, in the order of the list."""
        found = {item.pk: item for item in (*self.signed, *self.returned, *self.waiting, *self.held, *self.changed)}
        return sorted(found.values(), key=lambda item: item.position)


def agenda(record: TrainingRecord, today: date, before: SupervisorReview | None = None) -> Agenda:
    """What changed in a record since its last review, and how far the next gate is (T4): nine queries and those of the
    gate, however much it was."""
    last = last_review(record, before)
    since = last.held_on if last else record.start_on
    moment = london_midnight(since)
    bare = Case(When(lacks_evidence(), then=True), default=False, output_field=BooleanField())
    items = list(record.items.select_related("item").annotate(bare=bare).order_by("position"))
    counts = readiness(item.state for item in items)
    rows = SignOff.objects.filter(item__record=record, withdraws__isnull=True, withdrawn_by__isnull=True)
    newly = set(rows.filter(signed_at__gte=moment).values_list("item", flat=True))
    changed = changed_items(record)
    submitted = [item for item in items if item.state == ItemState.SUBMITTED]
    held = [item for item in submitted if item.bare]
    return Agenda(
        since=since,
        last=last,
        signed=[item for item in items if item.pk in newly],
        returned=[item for item in items if item.state == ItemState.RETURNED],
        waiting=[item for item in submitted if item not in held],
        held=held,
        changed=[item for item in items if item.pk in changed],
        overdue=[item for item in items if item.by_on and item.by_on < today and item.state != ItemState.SIGNED],
        dops=_dops_since(record, since),
        pieces=[
            *Reflection.objects.filter(record=record, submitted_at__gte=moment).order_by("submitted_at", "pk"),
            *CaseStudy.objects.filter(record=record, submitted_at__gte=moment).order_by("submitted_at", "pk"),
        ],
        actions=list(open_actions(record)),
        counts=counts,
        gate=gate_in_brief(record, counts),
    )


def _dops_since(record: TrainingRecord, since: date) -> list[Dops]:
    rows = Dops.objects.filter(record=record, state__in=DOPS_WRITTEN, observed_on__gte=since)
    return list(rows.order_by("observed_on", "pk"))


def period_of(record: TrainingRecord, today: date, before: SupervisorReview | None = None) -> tuple[date, date]:
    """The days a new review is about: from the day after the last meeting, or the start, to `today`."""
    last = last_review(record, before)
    first = last.held_on + timedelta(days=1) if last else record.start_on
    return min(first, today), today


# --- months without a review ---


def months_without_review(
    records: Iterable[TrainingRecord], today: date, pauses: Pauses | None = None
) -> dict[int, tuple[Month, ...]]:
    """For each record (with `rules` loaded) the months that are over and have no review (T4); two queries in all, one
    where the caller knows the `pauses`."""
    rows = list(records)
    held: dict[int, list[date]] = {row.pk: [] for row in rows}
    for record, held_on in reviews_that_count().filter(record__in=rows).values_list("record", "held_on"):
        held[record].append(held_on)
    known = pauses_of(rows) if pauses is None else pauses
    return {row.pk: _gaps(row, held[row.pk], known[row.pk], today) for row in rows}


def _gaps(
    record: TrainingRecord, held: list[date], pauses: Sequence[tuple[date, date]], today: date
) -> tuple[Month, ...]:
    if today < record.start_on:
        return ()
    return month_gaps(record.start_on, held, today, pauses, record.ended_on, numbers_of(record.rules))


def reviews_submitted(record: TrainingRecord) -> int:
    """How many reviews of a record were submitted to the office (Y4)."""
    return SupervisorReview.objects.filter(record=record, state=ReviewState.SUBMITTED).count()
