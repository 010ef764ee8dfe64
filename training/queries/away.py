"""What somebody could read until lately and its author or somebody else took back since: why it does not open (T3, T6,
E5). Only whoever could read it learns of it, and nothing of what it says now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery

from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.organisations.access import on_day
from training import access
from training.models import (
    Appointment,
    CaseStudy,
    ChangeRequest,
    Evidence,
    EvidenceVersion,
    PieceWithdrawal,
    Reflection,
    TrainingRecord,
)
from training.states import AppointmentKind, ChangeState, EvidenceState, WritingState

UNTIL_SUBMITTED = "Nobody else reads it until it is submitted again. Then it opens here as before."
UNTIL_SHARED = "Nobody else opens it until it is shared again. Then it opens here as before."
NOT_NEEDED = "Your answer is not needed any more. Nothing is asked of you here."


@dataclass(frozen=True, slots=True)
class Away:
    """Why something does not open now: who took it back and when, and what comes next. `found`: what was found in it,
    for those who may know it."""

    record: TrainingRecord
    title: str
    said: str
    then: str
    found: str = ""


def away(user: User, kind: type[Model], pk: int, today: date) -> Away | None:
    """Why something that somebody could read until lately does not open for them now; None for whoever never could, and
    for what they read."""
    if kind in {Reflection, CaseStudy}:
        return _piece_away(user, kind, pk, today)
    if kind is Evidence:
        return _evidence_away(user, pk, today)
    return _change_away(user, pk, today) if kind is ChangeRequest else None


def _seen(rows: QuerySet[Any]) -> Any:
    return rows.select_related("record__trainee", "record__scope", "record__centre", "record__rules").first()


def _last(thing: Model, action: str, **more: Any) -> AuditEvent | None:
    """The last time this was done to a thing."""
    rows = AuditEvent.objects.filter(object=thing._meta.label_lower, object_id=thing.pk, action=action, **more)
    return rows.order_by("-seq").first()


def _on(event: AuditEvent | None) -> str:
    return f" on {in_words(london_date(event.at))}" if event else ""


def _piece_away(user: User, kind: Any, pk: int, today: date) -> Away | None:
    """A piece that was submitted once, in a record that this reader sees, and lies with its author again (T6)."""
    records = TrainingRecord.objects.filter(access.visible_records(user, today)).exclude(trainee=user)
    given = {"state": WritingState.DRAFT, "submitted_at__isnull": False, "record__in": records}
    piece = _seen(kind.objects.filter(pk=pk, **given))
    if piece is None:
        return None
    gone = piece.withdrawals.filter(version__isnull=True, withdrawn_at__gte=piece.submitted_at).first()
    if gone is not None:
        return _withdrawn(user, piece, gone, today)
    name = "reflection" if kind is Reflection else "case"
    event = _last(piece, f"training.{name}.reopened")
    said = f"{piece.record.trainee} took it back{_on(event)} to go on writing."
    return Away(piece.record, piece.title, said, UNTIL_SUBMITTED)


def _withdrawn(user: User, piece: Any, gone: PieceWithdrawal, today: date) -> Away:
    knows = access.can_know_of_piece(user, piece, today) or gone.withdrawn_by_id == user.pk
    when = in_words(london_date(gone.withdrawn_at))
    said = f"{gone.withdrawn_by} ({gone.role}) withdrew it on {when}, because a patient could be identified."
    then = f"{piece.record.trainee} takes out what identifies the patient. {UNTIL_SUBMITTED}"
    return Away(piece.record, piece.title, said, then, found=gone.reason if knows else "")


def _evidence_away(user: User, pk: int, today: date) -> Away | None:
    """Evidence that was shared last in a library that this reader reads, and lies with its author again (T3).

    What was withdrawn because it identifies a patient, and was not shared since, is not told of here.
    """
    versions = EvidenceVersion.objects.filter(evidence=OuterRef("pk")).order_by("-shared_at")
    rows = Evidence.objects.annotate(last=Subquery(versions.values("shared_at")[:1])).exclude(author=user)
    lies_with_author = ~Q(state__in=[EvidenceState.SHARED, EvidenceState.QUARANTINED])
    shared_since = Q(last__isnull=False) & (Q(quarantined_at__isnull=True) | Q(last__gt=F("quarantined_at")))
    evidence = _seen(rows.filter(lies_with_author, shared_since, access.open_library(user, today), pk=pk))
    if evidence is None:
        return None
    said = f"{evidence.author} took it back{_on(_last(evidence, 'training.evidence.reopen'))} to change it."
    return Away(evidence.record, "A piece of evidence", said, UNTIL_SHARED)


def _change_away(user: User, pk: int, today: date) -> Away | None:
    """A request that waited for the word of this supervisor, as it lay with them, and does not any more (E5)."""
    supervised = Appointment.objects.filter(on_day(today), person=user, kind=AppointmentKind.SUPERVISOR)
    change = _seen(ChangeRequest.objects.filter(pk=pk, record__in=supervised.values("record")))
    if change is None:
        return None
    left = _last(change, "training.change.withdrawn", before__state=ChangeState.AWAITING_SUPPORT)
    who = f"{change.record.trainee} withdrew it"
    if left is None:
        left, who = _last(change, "training.change.went_on"), "The scheme office went on without your answer"
    if left is None or not supervised.filter(record=change.record, starts_on__lte=london_date(left.at)).exists():
        return None
    return Away(change.record, change.get_kind_display(), f"{who}{_on(left)}.", NOT_NEEDED)


def withdrawn_since(change: ChangeRequest) -> datetime | None:
    """When the trainee withdrew a request; None where they did not (E5)."""
    event = _last(change, "training.change.withdrawn") if change.state == ChangeState.WITHDRAWN else None
    return event.at if event else None


def over_words(change: ChangeRequest) -> str:
    """Who withdrew or decided a request, and when, for whoever comes too late to it; nothing while it is open (E5)."""
    decision, left = getattr(change, "decision", None), withdrawn_since(change)
    if decision is not None:
        done = "granted" if decision.granted else "declined"
        return f"{decision.decided_by} {done} this request on {in_words(london_date(decision.decided_at))}."
    if left is None:
        return ""
    return f"{change.record.trainee} withdrew this request on {in_words(london_date(left))}. Nobody decides about it."
