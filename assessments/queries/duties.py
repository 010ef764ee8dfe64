"""What the first year and the outcomes of all stages ask of whom, computed from their rows (N)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from assessments.access import Attempt, conflicted
from assessments.models import FirstYear, FirstYearDecision, Outcome
from assessments.queries.first_year import attempts_of
from assessments.rules import record_ends
from assessments.states import FirstYearState, OutcomeState, Result, Stage
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from training.models import Appointment, Milestone, TrainingRecord
from training.states import AppointmentKind, MilestoneKind, RecordState

Rows = Iterator[WaitingRow]
RUNNING = (RecordState.ACTIVE, RecordState.INTERRUPTED)
FIRST_YEAR = (MilestoneKind.FIRST_YEAR_EVIDENCE, MilestoneKind.FIRST_YEAR_DECISION)
# No scheme rules show a milestone as due earlier than this.
EARLIEST = 120
SUPERVISOR, MODERATOR = "Training Supervisor", "External Moderator"
CONFIRM, FORWARD = "Confirm patient safety for the first year", "Put the first year forward"
DECIDE = "Decide the End of First Year Assessment"


def _in_first_year(rows: QuerySet[TrainingRecord], today: date) -> list[TrainingRecord]:
    """Records that run and have not entered the second year, once its end may be near or something was done for it."""
    near = today + timedelta(days=EARLIEST)
    steps = Milestone.objects.filter(record=OuterRef("pk"), kind=FIRST_YEAR[0], due_on__lte=near)
    begun = FirstYear.objects.filter(record=OuterRef("pk"))
    rows = rows.filter(Exists(steps) | Exists(begun), state__in=RUNNING, year_two__isnull=True)
    return list(rows.select_related("trainee", "rules", "scope", "centre").order_by("pk"))


def _held(user: User, today: date, kind: AppointmentKind) -> QuerySet[TrainingRecord]:
    held = Appointment.objects.filter(on_day(today), person=user, kind=kind)
    return TrainingRecord.objects.filter(pk__in=held.values("record"))


def _due_days(records: Iterable[TrainingRecord]) -> dict[tuple[int, str], date]:
    rows = Milestone.objects.filter(record__in=list(records), kind__in=FIRST_YEAR)
    return {(row.record_id, row.kind): row.due_on for row in rows}


def _names(records: Iterable[TrainingRecord], today: date, kind: AppointmentKind) -> dict[int, str]:
    rows = Appointment.objects.filter(on_day(today), record__in=list(records), kind=kind).select_related("person")
    return {row.record_id: str(row.person) for row in rows}


# --- supervisor and trainee ---


def _asked(attempt: Attempt, due: dict[tuple[int, str], date], today: date) -> WaitingRow | None:
    """What an attempt asks of the Training Supervisor now: nothing until its milestone is near and the gate is
    otherwise open; a re-attempt is always near (Y, M)."""
    record = attempt.record
    if not attempt.may or attempt.is_away or attempt.is_missed(today) or record.state != RecordState.ACTIVE:
        return None
    day = attempt.until or due.get((record.pk, MilestoneKind.FIRST_YEAR_EVIDENCE))
    notice = timedelta(days=numbers_of(record.rules).milestone_notice_days)
    if day is None or (attempt.until is None and today < day - notice):
        return None
    if attempt.gate.is_open:
        url = reverse("assessments:put_forward", args=[record.pk])
        return WaitingRow(FORWARD, url, str(record.trainee), SUPERVISOR, due=day)
    if [line.key for line in attempt.gate.unmet] == ["Y2-confirmation"]:
        url = reverse("assessments:confirm_safety", args=[record.pk])
        return WaitingRow(CONFIRM, url, str(record.trainee), SUPERVISOR, due=day, button="Read it")
    return None


def supervisor_duties(user: User, today: date) -> Rows:
    """The supervisor confirms patient safety, then puts the first year forward (Y2, Y)."""
    records = _in_first_year(_held(user, today, AppointmentKind.SUPERVISOR), today)
    if not records:
        return
    due = _due_days(records)
    for attempt in attempts_of(records).values():
        row = _asked(attempt, due, today)
        if row is not None:
            yield row


def trainee_duties(user: User, today: date) -> Rows:
    """After a referral the trainee does what was asked, until the re-attempt is put forward (Y)."""
    for record in _in_first_year(TrainingRecord.objects.filter(trainee=user), today):
        attempt = attempts_of([record])[record.pk]
        if attempt.until is None or attempt.is_away:
            continue
        row = Outcome.objects.get(
            record=record, stage=Stage.FIRST_YEAR, state=OutcomeState.RELEASED, attempt=attempt.number - 1
        )
        decision = FirstYearDecision.objects.filter(pk=row.content.get("decision")).first()
        day = (decision.actions_by_on if decision else None) or attempt.until
        url = reverse("assessments:record", args=[record.pk])
        yield WaitingRow(
            "Do what the External Moderator asked", url, "First year", "trainee", due=day, button="Read it"
        )


def first_year_others(user: User, today: date) -> Rows:
    """Trainee and supervisor wait for the decision, in the same words until its release (F1); the trainee waits for
    the supervisor before."""
    own = _in_first_year(TrainingRecord.objects.filter(trainee=user), today)
    supervised = _in_first_year(_held(user, today, AppointmentKind.SUPERVISOR), today)
    records = [*own, *supervised]
    if not records:
        return
    due, attempts = _due_days(own), attempts_of(records)
    supervisors = _names(own, today, AppointmentKind.SUPERVISOR)
    moderators = _names(records, today, AppointmentKind.EXTERNAL_MODERATOR)
    for record in records:
        attempt, url = attempts[record.pk], reverse("assessments:record", args=[record.pk])
        row = _asked(attempt, due, today) if record.trainee_id == user.pk else None
        if attempt.is_away and attempt.put_forward:
            since = london_date(attempt.put_forward.put_forward_at)
            yield WaitingRow(DECIDE, url, moderators.get(record.pk, MODERATOR), since=since)
        elif row is not None:
            yield WaitingRow(row.what, url, supervisors.get(record.pk, SUPERVISOR), due=row.due)


# --- External Moderator ---


def _moderated(user: User, today: date, state: FirstYearState) -> list[Attempt]:
    held = _held(user, today, AppointmentKind.EXTERNAL_MODERATOR)
    records = _in_first_year(held.filter(first_years__state=state), today)
    found = attempts_of(records) if records else {}
    return [attempt for attempt in found.values() if attempt.row and attempt.state == state]


def moderator_duties(user: User, today: date) -> Rows:
    """The External Moderator decides what was put forward (Y)."""
    attempts = _moderated(user, today, FirstYearState.WITH_MODERATOR)
    due = _due_days(attempt.record for attempt in attempts) if attempts else {}
    for attempt in attempts:
        record, row, put = attempt.record, attempt.row, attempt.put_forward
        day = due.get((record.pk, MilestoneKind.FIRST_YEAR_DECISION)) if attempt.until is None else None
        url = reverse("assessments:first_year", args=[row.pk if row else 0])
        since = london_date(put.put_forward_at) if put else None
        yield WaitingRow(DECIDE, url, str(record.trainee), MODERATOR, since, day, "Read it")


def moderator_others(user: User, today: date) -> Rows:
    """The External Moderator waits for the office to confirm and release (F1)."""
    for attempt in _moderated(user, today, FirstYearState.DECIDED):
        url = reverse("assessments:first_year", args=[attempt.row.pk if attempt.row else 0])
        yield WaitingRow("Confirm and release the first-year outcome", url, f"Scheme office, {attempt.record.trainee}")


# --- the office ---


def office_duties(user: User, today: date) -> Rows:
    """Staff free of any part confirm what is agreed, release what another confirmed, and end what has no attempt left
    (F1, F6)."""
    if not holds(user, Role.OFFICE, today):
        return
    mine = TrainingRecord.objects.filter(conflicted(user, today)).values("pk")
    free = Outcome.objects.exclude(record__in=mine).filter(record__state__in=RUNNING)
    free = free.select_related("record__trainee", "record__rules").order_by("agreed_at", "pk")
    waiting = free.filter(state=OutcomeState.AGREED) | free.filter(state=OutcomeState.CONFIRMED).exclude(
        confirmed_by=user
    )
    for outcome in waiting:
        agreed = outcome.confirmed_at is None
        what = "Confirm an outcome" if agreed else "Release an outcome"
        yield _outcome_row(what, outcome, london_date(outcome.confirmed_at or outcome.agreed_at))
    yield from _endings(free, today)


def _outcome_row(what: str, outcome: Outcome, since: date) -> WaitingRow:
    about = f"{outcome.record.trainee}, {outcome.get_stage_display()}"
    return WaitingRow(what, reverse("assessments:outcome", args=[outcome.pk]), about, "scheme office", since)


def _endings(free: QuerySet[Outcome], today: date) -> Rows:
    """Records of which the last released outcome leaves no attempt, or whose re-attempt was missed (F6, Y)."""
    failed = list(free.filter(state=OutcomeState.RELEASED).exclude(result=Result.PASS))
    if not failed:
        return
    results: dict[tuple[int, str], list[str]] = {}
    for row in Outcome.objects.filter(
        record__in=[outcome.record_id for outcome in failed], state=OutcomeState.RELEASED
    ).order_by("attempt"):
        results.setdefault((row.record_id, row.stage), []).append(row.result)
    attempts = attempts_of([outcome.record for outcome in failed])
    for outcome in failed:
        known = results[outcome.record_id, outcome.stage]
        missed = outcome.stage == Stage.FIRST_YEAR and attempts[outcome.record_id].is_missed(today)
        over = record_ends(known, outcome.stage, numbers_of(outcome.record.rules))
        if outcome.attempt == len(known) and outcome.released_at and (over or missed):
            yield _outcome_row("End a record as not completed", outcome, london_date(outcome.released_at))
