"""Outcomes (F1): who sees which, what was released, what the office's pages show, which attempt comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, QuerySet

from assessments.access import Attempt, belongs_to, conflicted, reads_outcomes
from assessments.access.stages import released_of as released_results
from assessments.models import Outcome, OutcomeQuery
from assessments.queries.first_year import attempt_of, fallen_lines, recomputed
from assessments.rules import record_ends
from assessments.states import OutcomeState, Stage
from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.audit.models import AuditEvent
from ctts.common.digest import sha256
from ctts.common.verdict import YES, Verdict, late
from ctts.organisations.access import holds, on_day, workplaces_of
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

# Stage → how the content of its outcome is made anew from its facts before it is confirmed and released (quality
# rule 10). Each stage adds its own.
RECOMPUTED: dict[Stage, Callable[[Outcome], dict[str, Any] | None]] = {Stage.FIRST_YEAR: recomputed}


def next_attempt(record: TrainingRecord, stage: Stage) -> int:
    """The number of the attempt that is open or comes next: one more than were released (F6)."""
    return len(released_results(record)[str(stage)]) + 1


def released_outcomes(record: TrainingRecord, reader: User, today: date) -> list[Outcome]:
    """The released outcomes of a record that a reader of it may see, the last first (F1); nothing else ever."""
    if not reads_outcomes(reader, record, today):
        return []
    rows = Outcome.objects.filter(record=record, state=OutcomeState.RELEASED)
    return list(rows.order_by("-released_at", "-pk"))


# --- the office ---


@dataclass(frozen=True, slots=True)
class OutcomesWanted:
    """What the office's list is narrowed to; empty fields narrow nothing."""

    state: str = ""
    stage: str = ""
    words: str = ""


def outcomes_visible_to(user: User, today: date) -> QuerySet[Outcome]:
    """Outcomes for the office, with whose they are; what is not released is hidden from staff who belong to the
    training themselves (F1). Nobody else sees outcomes here."""
    if not holds(user, Role.OFFICE, today):
        return Outcome.objects.none()
    mine = TrainingRecord.objects.filter(belongs_to(user, workplaces_of(user, today))).values("pk")
    rows = Outcome.objects.exclude(record__in=mine) | Outcome.objects.filter(state=OutcomeState.RELEASED)
    return rows.select_related(
        "record__trainee", "record__scope", "record__centre", "record__rules", "rules", "confirmed_by", "released_by"
    )


def outcomes_wanted(user: User, today: date, wanted: OutcomesWanted) -> QuerySet[Outcome]:
    """The office's list of outcomes, narrowed: what waits, longest first, then what was released, newest first."""
    rows = _narrowed(outcomes_visible_to(user, today), wanted)
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=OutcomeState.SUPERSEDED)
    return rows.order_by(F("released_at").desc(nulls_first=True), "agreed_at", "pk")


def outcomes_by_state(user: User, today: date, wanted: OutcomesWanted) -> dict[str, int]:
    """How many outcomes of each state fit the other filters, of those a member of the office sees."""
    rows = _narrowed(outcomes_visible_to(user, today), wanted).select_related(None)
    return dict(rows.order_by().values("state").annotate(many=Count("pk")).values_list("state", "many"))


def _narrowed(rows: QuerySet[Outcome], wanted: OutcomesWanted) -> QuerySet[Outcome]:
    rows = rows.filter(stage=wanted.stage) if wanted.stage else rows
    for word in sort_key(wanted.words).split():
        rows = rows.filter(record__trainee__sort_name__contains=word)
    return rows


def outcome_digest(outcome: Outcome) -> str:
    """The digest of an outcome as a page shows it: its content, its state, and by whom it was confirmed when."""
    confirmed = outcome.confirmed_at and [outcome.confirmed_by_id, outcome.confirmed_at.isoformat()]
    return sha256({"content": outcome.content_sha256, "state": str(outcome.state), "confirmed": confirmed})


def holds_together(outcome: Outcome) -> bool:
    """Whether an outcome is what was agreed, made anew from its facts where its stage can be (quality rule 10)."""
    if sha256(outcome.content) != outcome.content_sha256:
        return False
    again = RECOMPUTED.get(Stage(outcome.stage))
    if again is None:
        return True
    content = again(outcome)
    return content is not None and sha256(content) == outcome.content_sha256


def gate_still_open(outcome: Outcome, attempt: Attempt | None = None) -> Verdict:
    """Whether the gate that a pass of the first year went through is open today; otherwise which line is closed.

    `attempt` is where the record stands, for a caller who has looked.
    """
    fallen = fallen_lines(outcome, attempt)
    if not fallen:
        return YES
    return late(
        f"The gate is closed again. {fallen[0].label}: {fallen[0].why} Wait until it is open, or query the outcome."
    )


def queries_of(outcome: Outcome) -> list[OutcomeQuery]:
    """Why the office gave an outcome back, the last first; of all outcomes of the same attempt."""
    return doubts_about(outcome.record_id, outcome.stage, outcome.attempt)


def doubts_about(record: int, stage: str, attempt: int) -> list[OutcomeQuery]:
    """Why the office gave back the outcomes of an attempt at a stage, the last first (F1)."""
    rows = OutcomeQuery.objects.filter(outcome__record=record, outcome__stage=stage, outcome__attempt=attempt)
    return list(rows.select_related("queried_by").order_by("-queried_at", "-pk"))


def events_of(outcome: Outcome) -> list[AuditEvent]:
    """What the audit says happened to an outcome, newest first; for the office's page of it."""
    rows = AuditEvent.objects.filter(object=Outcome._meta.label_lower, object_id=outcome.pk)
    return list(rows.order_by("-seq"))


def none_left(outcome: Outcome, today: date) -> bool:
    """Whether no attempt at the stage of a released outcome is left: the last was no pass, or the re-attempt at the
    first year was not put forward in time (F6, Y)."""
    results = released_results(outcome.record)[outcome.stage]
    if record_ends(results, outcome.stage, numbers_of(outcome.record.rules)):
        return True
    return outcome.stage == Stage.FIRST_YEAR and attempt_of(outcome.record).is_missed(today)


def percent_of(outcome: Outcome) -> Fraction | None:
    """The exact mark of an outcome; None for a stage without one."""
    if outcome.numerator is None or outcome.denominator is None:
        return None
    return Fraction(outcome.numerator, outcome.denominator)


def names_in(events: Iterable[AuditEvent]) -> dict[int, str]:
    """The names of those who acted in some entries of the audit, by their id."""
    actors = {event.actor_id for event in events if event.actor_id is not None}
    return dict(User.objects.filter(pk__in=actors).values_list("pk", "full_name"))


def not_for(user: User, outcomes: Iterable[Outcome], today: date) -> set[int]:
    """The ids of the records, among those of some outcomes, about which a member of the office decides nothing (F1)."""
    ids = {outcome.record_id for outcome in outcomes}
    rows = TrainingRecord.objects.filter(conflicted(user, workplaces_of(user, today)), pk__in=ids)
    return set(rows.values_list("pk", flat=True))


def standing_outcome(record: TrainingRecord, stage: Stage, user: User, today: date) -> Outcome | None:
    """The outcome of a stage that is on its way, for staff who see it (F1)."""
    on_the_way = (OutcomeState.AGREED, OutcomeState.CONFIRMED)
    rows = outcomes_visible_to(user, today).filter(record=record, stage=stage, state__in=on_the_way)
    return rows.first()


def told_on_release(outcome: Outcome, today: date) -> list[User]:
    """Who around the trainee hears of a release: supervisor, co-ordinator, External Moderator, each once, by name."""
    kinds = (AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR, AppointmentKind.EXTERNAL_MODERATOR)
    held = Appointment.objects.filter(on_day(today), record=outcome.record_id, kind__in=kinds)
    return list(User.objects.filter(pk__in=held.values("person")).order_by("sort_name", "pk"))
