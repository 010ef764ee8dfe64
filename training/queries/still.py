"""Whether what a message asks of somebody still waits: a daily mail leaves out what was done since (N)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model, Q

from ctts.notifications.models import Message
from training.models import (
    AdviceQuestion,
    CaseStudy,
    ChangeRequest,
    Concern,
    Dops,
    Evidence,
    ExternalAssessor,
    ItemReturn,
    ItemSubmission,
    Milestone,
    PlanAgreement,
    PlanItem,
    ProgressReport,
    Reflection,
    SupervisorReview,
)
from training.queries.records import reviews_that_count
from training.states import (
    ChangeState,
    ConcernState,
    DopsState,
    EvidenceState,
    ItemState,
    ReportState,
    ReviewState,
    WritingState,
)

Still = Callable[[Message], bool]
DOPS_OPEN = (DopsState.REQUESTED, DopsState.STARTED)


def _is(model: type[Model], *given: Q, **conditions: Any) -> Still:
    """Whether the thing that a message is about still fits these conditions."""

    def still(message: Message) -> bool:
        return model._default_manager.filter(*given, pk=message.about_id, **conditions).exists()

    return still


review_signed = _is(SupervisorReview, state=ReviewState.SIGNED)
review_acknowledged = _is(SupervisorReview, state=ReviewState.ACKNOWLEDGED)
review_sent_back = _is(SupervisorReview, state=ReviewState.DRAFT)
item_submitted = _is(ItemSubmission, item__state=ItemState.SUBMITTED)
item_returned = _is(ItemReturn, item__state=ItemState.RETURNED)
evidence_held = _is(Evidence, state=EvidenceState.HELD)
dops_signed = _is(Dops, state=DopsState.AWAITING_ACKNOWLEDGEMENT)
dops_to_countersign = _is(Dops, state=DopsState.AWAITING_COUNTERSIGNING)
question_waits = _is(AdviceQuestion, answers__isnull=True)
change_asked = _is(ChangeRequest, state=ChangeState.AWAITING_SUPPORT)
change_to_decide = _is(ChangeRequest, state=ChangeState.AWAITING_DECISION)
concern_open = _is(Concern, state=ConcernState.OPEN)
milestone_open = _is(Milestone, done_on__isnull=True)


def signatures_wait(message: Message) -> bool:
    """Whether anything of the record a reminder is about still waits for a signature (T2)."""
    return PlanItem.objects.filter(record=message.about_id, state=ItemState.SUBMITTED).exists()


def dops_asked(message: Message) -> bool:
    """Whether this person is still to assess the DOPS (T5)."""
    return Dops.objects.filter(pk=message.about_id, assessor=message.to_id, state__in=DOPS_OPEN).exists()


def dops_unapproved(message: Message) -> bool:
    """Whether somebody who is to assess the DOPS still waits for the supervisor's approval (T5)."""
    named = ExternalAssessor.objects.filter(dops=message.about_id, ended_at__isnull=True, approved_at__isnull=True)
    rows = Dops.objects.filter(pk=message.about_id, state__in=DOPS_OPEN)
    return rows.filter(Q(approved_at__isnull=True) | Q(pk__in=named.values("dops"))).exists()


def piece_uncommented(message: Message) -> bool:
    """Whether the piece still waits for a comment (T6)."""
    kind = Reflection if message.about_label == Reflection._meta.label_lower else CaseStudy
    return kind._default_manager.filter(pk=message.about_id, state=WritingState.SUBMITTED).exists()


def plan_unsigned(message: Message) -> bool:
    """Whether this person has not signed the version of the plan that somebody else signed (T1)."""
    other = PlanAgreement.objects.filter(pk=message.about_id).first()
    if other is None:
        return True
    return not PlanAgreement.objects.filter(
        record=other.record_id, version=other.version, signer=message.to_id
    ).exists()


def month_unreviewed(message: Message) -> bool:
    """Whether the month named by the step of the reminder still has no Supervisor Review (T4)."""
    year, month = message.key.split(":")[3].split("-")
    held = {"held_on__year": int(year), "held_on__month": int(month)}
    return not reviews_that_count().filter(record=message.about_id, **held).exists()


def report_unsent(message: Message) -> bool:
    """Whether no progress report of the record was sent since the reminder (T7)."""
    sent = ProgressReport.objects.filter(record=message.about_id, sent_at__gte=message.queued_at)
    return not sent.exists()


def report_unacknowledged(message: Message) -> bool:
    """Whether a report that was sent is still to be acknowledged; to the trainee it is news, done or not (T7)."""
    waits = ProgressReport.objects.filter(pk=message.about_id, state=ReportState.SENT)
    return message.to_id == message.within_id or waits.exists()


def concern_unanswered(message: Message) -> bool:
    """Whether a concern that went up is open; to whoever raised it that is news, answered or not (T8)."""
    return concern_open(message) or Concern.objects.filter(pk=message.about_id, raised_by=message.to_id).exists()
