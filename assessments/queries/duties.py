"""What the first year and the outcomes of all stages ask of whom, computed from their rows (N)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from assessments.access import Attempt, conflicted
from assessments.models import FirstYear, FirstYearDecision, Outcome
from assessments.queries.first_year import attempts_of
from assessments.queries.stages import results_of_records
from assessments.rules import record_ends
from assessments.states import FirstYearState, OutcomeState, Result, Stage
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import OFFICES, WaitingRow, WaitsFor, nudging
from ctts.common.prepared import prepared
from ctts.organisations.access import holds, on_day, workplaces_of
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from training.models import Appointment, Milestone, TrainingRecord
from training.states import AppointmentKind, MilestoneKind, RecordState

Rows = Iterator[WaitingRow]
RUNNING = (RecordState.ACTIVE, RecordState.INTERRUPTED)
EVIDENCE, DECISION = MilestoneKind.FIRST_YEAR_EVIDENCE, MilestoneKind.FIRST_YEAR_DECISION
SUPERVISOR, MODERATOR = AppointmentKind.SUPERVISOR, AppointmentKind.EXTERNAL_MODERATOR
# Put forward, and not back: before, nothing of it lies with the External Moderator.
AWAY = (FirstYearState.WITH_MODERATOR, FirstYearState.DECIDED)
# No scheme rules show a milestone as due earlier than this.
EARLIEST = 120
# The lines of the gate at which the trainee works; the others lie with those around them alone.
CONFIRMATION, TRAINEES = "Y2-confirmation", frozenset({"Y3", "Y4-dops", "Y5", "Y6"})
CONFIRM, FORWARD = "Confirm patient safety for the first year", "Put the first year forward"
COMPLETE = "Complete what the first year needs"
DECIDE = "Decide the End of First Year Assessment"
AGAIN = "Decide the first year anew: the office queries your decision"
# What trainee and supervisor wait for: true before the decision and after it, so that it tells neither (F1).
RELEASE = "Decide and release the End of First Year Assessment"
# Why nobody is nudged about it: who has the next move would tell whether it is decided (F1).
UNTOLD = "You are told when the office releases it"


@dataclass(frozen=True, slots=True)
class FirstYearPart:
    """A person's part in one first year: the attempt, who holds which function in it, by when it is due."""

    attempt: Attempt
    user: User
    today: date
    people: dict[str, User]
    due: dict[str, date]

    @property
    def record(self) -> TrainingRecord:
        """The training whose first year it is (Y)."""
        return self.attempt.record

    @property
    def is_own(self) -> bool:
        """Whether the person is the trainee (Y)."""
        return self.record.trainee_id == self.user.pk

    def holds(self, kind: AppointmentKind) -> bool:
        """Whether the person holds a function around the trainee today."""
        return kind in self.people and self.people[kind].pk == self.user.pk

    def waits_for(self, kind: AppointmentKind) -> WaitsFor | None:
        """That whoever holds a function today is waited for with the first year; None where nobody does."""
        person = self.people.get(kind)
        duty = f"assessments.first_year:{self.record.pk}"
        return WaitsFor(duty, (person.pk,), self.record.trainee_id) if person else None

    def named(self, kind: AppointmentKind) -> str:
        """Who holds a function today, by name; the function where nobody does."""
        return str(self.people.get(kind, kind.label))


def first_years_around(user: User, today: date) -> list[FirstYearPart]:
    """The first years in which a person is trainee or supervisor, once their end may be near or something was done for
    them, and those that were put forward to them as External Moderator; one query where there is none, eight or, once
    something was done, ten where there are many."""
    records = _first_years(user.pk, today, today + timedelta(days=EARLIEST))
    if not records:
        return []
    numbers = [row.pk for row in records]
    people, due, attempts = _people(numbers, today), _due_days(numbers), attempts_of(records)
    return [FirstYearPart(attempts[row.pk], user, today, people[row.pk], due[row.pk]) for row in records]


@prepared
def _first_years(user: Any, today: Any, near: Any) -> QuerySet[TrainingRecord]:
    """Their records: with what the first year asks by `near`, or for which something was done."""
    held = _judging(today).filter(person=user).order_by().values("record")
    own = TrainingRecord.objects.filter(trainee=user).order_by().values("pk")
    steps = Milestone.objects.filter(record=OuterRef("pk"), kind=EVIDENCE, due_on__lte=near).order_by()
    begun = FirstYear.objects.filter(record=OuterRef("pk")).order_by()
    prepared = Q(trainee=user) | Q(pk__in=held.filter(kind=SUPERVISOR))
    moderated = Q(Exists(begun.filter(state__in=AWAY)), pk__in=held.filter(kind=MODERATOR))
    mine = (prepared & (Q(Exists(steps)) | Q(Exists(begun)))) | moderated
    # First the few that are theirs, each by its index: the rest is asked of those alone.
    rows = TrainingRecord.objects.filter(mine, pk__in=own.union(held), state__in=RUNNING, year_two__isnull=True)
    return rows.select_related("trainee", "rules").order_by("pk")


def _judging(today: Any) -> QuerySet[Appointment]:
    return Appointment.objects.filter(on_day(today), kind__in=[SUPERVISOR, MODERATOR])


def _people(records: list[int], today: date) -> dict[int, dict[str, User]]:
    found: dict[int, dict[str, User]] = {record: {} for record in records}
    for row in _around(records, today):
        found[row.record_id][row.kind] = row.person
    return found


@prepared
def _around(records: Any, today: Any) -> QuerySet[Appointment]:
    return _judging(today).filter(record__any_of=records).select_related("person")


def _due_days(records: list[int]) -> dict[int, dict[str, date]]:
    found: dict[int, dict[str, date]] = {record: {} for record in records}
    for record, kind, due_on in _steps(records):
        found[record][kind] = due_on
    return found


@prepared
def _steps(records: Any) -> QuerySet[Milestone, tuple[int, str, date]]:
    rows = Milestone.objects.filter(record__any_of=records, kind__in=[EVIDENCE, DECISION])
    return rows.values_list("record", "kind", "due_on")


# --- the first year ---


def first_year_duties(parts: Sequence[FirstYearPart]) -> Rows:
    """The trainee completes what the gate counts; the supervisor confirms patient safety, then puts forward; the
    External Moderator decides; after a referral the trainee does what was asked (Y)."""
    for part in parts:
        missing = _missing(part) if part.is_own else None
        if missing is not None:
            yield missing
        asked = _asked(part) if part.holds(SUPERVISOR) else None
        if asked is not None:
            yield asked
        if part.holds(MODERATOR) and part.attempt.row and part.attempt.state == FirstYearState.WITH_MODERATOR:
            yield _to_decide(part, part.attempt.row)
        if part.is_own and part.attempt.until is not None and not part.attempt.is_away:
            yield _after_referral(part, part.attempt.until)


def first_year_others(parts: Sequence[FirstYearPart]) -> Rows:
    """Trainee and supervisor wait for the decision, in the same words until its release (F1); the trainee for the
    supervisor before; the External Moderator for the office."""
    for part in parts:
        attempt, url = part.attempt, reverse("assessments:record", args=[part.record.pk])
        asked = _asked(part) if part.is_own else None
        if asked is not None:
            row = WaitingRow(asked.what, url, part.named(SUPERVISOR), due=asked.due)
            yield nudging(row, part.waits_for(SUPERVISOR), "Nobody is appointed at present")
        if attempt.is_away and attempt.put_forward and (part.is_own or part.holds(SUPERVISOR)):
            since = london_date(attempt.put_forward.put_forward_at)
            about = f"{part.named(MODERATOR)}, then the scheme office"
            row = WaitingRow(RELEASE, url, about if part.is_own else f"{about}: {part.record.trainee}", since=since)
            yield nudging(row, None, UNTOLD)
        if part.holds(MODERATOR) and attempt.decided_at is not None:
            what, about = "Confirm and release the first-year outcome", f"Scheme office, {part.record.trainee}"
            yield nudging(WaitingRow(what, url, about, since=london_date(attempt.decided_at)), None, OFFICES)


def _near(part: FirstYearPart) -> date | None:
    """By when an attempt is to be put forward, once that is near; None before, and when nothing is to be prepared (M).

    A re-attempt is always near, and so is what was put forward and came back.
    """
    attempt, record, today = part.attempt, part.record, part.today
    if not attempt.may or attempt.is_away or attempt.is_missed(today) or record.state != RecordState.ACTIVE:
        return None
    day = attempt.until or part.due.get(EVIDENCE)
    notice = timedelta(days=numbers_of(record.rules).milestone_notice_days)
    is_early = attempt.until is None and attempt.put_forward is None and day is not None and today < day - notice
    return None if is_early else day


def _missing(part: FirstYearPart) -> WaitingRow | None:
    """What the gate still counts as missing, for the trainee: once the milestone is near, while some of it is theirs
    to do (Y3 to Y6). The supervisor's confirmation, which comes last, is not among it."""
    due, unmet = _near(part), [line for line in part.attempt.gate.unmet if line.key != CONFIRMATION]
    if due is None or part.attempt.until is not None or not TRAINEES & {line.key for line in unmet}:
        return None
    counts = [f"{line.label}: {line.have}" + ("" if line.at_most else f" of {line.need}") for line in unmet]
    url = reverse("assessments:record", args=[part.record.pk])
    return WaitingRow(COMPLETE, url, "; ".join(counts), "trainee", due=due, button="See what counts")


def _asked(part: FirstYearPart) -> WaitingRow | None:
    """What an attempt asks of the Training Supervisor now: nothing until its milestone is near and the gate is
    otherwise open (Y, M)."""
    attempt, record, day = part.attempt, part.record, _near(part)
    if day is None:
        return None
    about, role = str(record.trainee), str(SUPERVISOR.label)
    if attempt.gate.is_open:
        url = reverse("assessments:put_forward", args=[record.pk])
        return WaitingRow(FORWARD, url, about, role, due=day, record=record.pk)
    if [line.key for line in attempt.gate.unmet] == [CONFIRMATION]:
        url = reverse("assessments:confirm_safety", args=[record.pk])
        return WaitingRow(CONFIRM, url, about, role, due=day, button="Read it", record=record.pk)
    return None


def _to_decide(part: FirstYearPart, row: FirstYear) -> WaitingRow:
    put, queried = part.attempt.put_forward, part.attempt.queried_at
    url, about = reverse("assessments:first_year", args=[row.pk]), str(part.record.trainee)
    role, record = str(MODERATOR.label), part.record.pk
    if queried is not None:
        return WaitingRow(AGAIN, url, about, role, london_date(queried), button="Read it", record=record)
    due = part.due.get(DECISION) if part.attempt.until is None else None
    since = london_date(put.put_forward_at) if put else None
    return WaitingRow(DECIDE, url, about, role, since, due, "Read it", record=record)


def _after_referral(part: FirstYearPart, until: date) -> WaitingRow:
    """By the day the moderator gave, else by the last day of the re-attempt."""
    first = Outcome.objects.filter(record=part.record, stage=Stage.FIRST_YEAR, state=OutcomeState.RELEASED)
    ids = first.order_by("-attempt").values_list("content__decision", flat=True)[:1]
    given = FirstYearDecision.objects.filter(pk__in=list(ids)).values_list("actions_by_on", flat=True).first()
    url = reverse("assessments:record", args=[part.record.pk])
    what = "Do what the External Moderator asked"
    return WaitingRow(what, url, "First year", "trainee", due=given or until, button="Read it")


# --- the office ---


def office_duties(user: User, today: date) -> Rows:
    """Staff free of any part confirm what is agreed, release what another confirmed, and end what has no attempt left
    (F1, F6)."""
    if not holds(user, Role.OFFICE, today):
        return
    found: list[Outcome] = _to_settle(user.pk, list(workplaces_of(user, today)))
    for outcome in found:
        if outcome.released_at is None:
            what = "Release an outcome" if outcome.confirmed_at else "Confirm an outcome"
            yield _outcome_row(what, outcome, london_date(outcome.confirmed_at or outcome.agreed_at))
    yield from _endings([outcome for outcome in found if outcome.released_at], today)


@prepared
def _to_settle(user: Any, workplaces: Any) -> QuerySet[Outcome]:
    """Outcomes that wait for somebody of the office, and failed ones that may have ended a record, the oldest first."""
    mine = TrainingRecord.objects.filter(conflicted(user, workplaces)).values("pk")
    waiting = Q(state=OutcomeState.AGREED) | (Q(state=OutcomeState.CONFIRMED) & ~Q(confirmed_by=user))
    failed = Q(state=OutcomeState.RELEASED) & ~Q(result=Result.PASS)
    rows = Outcome.objects.exclude(record__in=mine).filter(waiting | failed, record__state__in=RUNNING)
    return rows.select_related("record__trainee", "record__rules").order_by("agreed_at", "pk")


def _outcome_row(what: str, outcome: Outcome, since: date) -> WaitingRow:
    about = f"{outcome.record.trainee}, {outcome.get_stage_display()}"
    return WaitingRow(what, reverse("assessments:outcome", args=[outcome.pk]), about, "scheme office", since)


def _endings(failed: Sequence[Outcome], today: date) -> Rows:
    """Records of which the last released outcome leaves no attempt, or whose re-attempt was missed (F6, Y)."""
    if not failed:
        return
    results: dict[tuple[int, str], list[str]] = {}
    for record, stage, result in results_of_records(list({outcome.record_id for outcome in failed})):
        results.setdefault((record, stage), []).append(result)
    attempts = attempts_of({outcome.record_id: outcome.record for outcome in failed}.values())
    for outcome in failed:
        known = results[outcome.record_id, outcome.stage]
        missed = outcome.stage == Stage.FIRST_YEAR and attempts[outcome.record_id].is_missed(today)
        over = record_ends(known, outcome.stage, numbers_of(outcome.record.rules))
        if outcome.attempt == len(known) and (over or missed):
            since = london_date(outcome.released_at or outcome.agreed_at)
            yield _outcome_row("End a record as not completed", outcome, since)
