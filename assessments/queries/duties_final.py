"""What the Final Assessment asks of whom, computed from its rows (N). Of another's sheet nothing is ever told here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from assessments.access.stages import MARKERS, numbers_for
from assessments.models import Outcome, Portfolio, PracticalSeal, StageAttempt, Viva
from assessments.queries.duties import UNTOLD
from assessments.queries.held import with_practical
from assessments.queries.marking import marking_rows
from assessments.queries.stages import appointed_among, released_for, released_outcomes
from assessments.rules import attempts_left, may_mark, may_prepare
from assessments.states import OutcomeState, PortfolioState, Result, Stage, VivaState
from ctts.accounts.models import User
from ctts.common.clock import london_date, london_midnight
from ctts.common.parts import WaitingRow, nudging
from ctts.common.prepared import prepared
from ctts.common.templatetags.formats import clock
from ctts.organisations.access import holds, on_day
from ctts.organisations.states import Role
from training.models import Appointment, Milestone, TrainingRecord
from training.states import AppointmentKind, MilestoneKind, RecordState

Rows = Iterator[WaitingRow]
Stands = frozenset[str]  # as what a person stands in or around training
TRAINEE, EXTERNAL, OFFICE = "trainee", "External Moderator", "scheme office"
RUNNING = (RecordState.ACTIVE, RecordState.INTERRUPTED)
ANNOTATED = ("is_sealed", "is_begun", "has_final", "has_log", "due_on")
COMPILE = {
    None: "Compile your portfolio",
    PortfolioState.DRAFT: "Compile your portfolio",
    PortfolioState.FAILED: "Compile your portfolio again",
    PortfolioState.READY: "Seal your portfolio",
}


def final_duties(user: User, today: date, stands: Stands) -> list[WaitingRow]:
    """What waits for a person in the Final Assessment, one row a duty; nothing is asked for what they stand not as."""
    marks = stands & {str(kind) for kind in MARKERS}
    found = [*_own_portfolio(user, today)] if TRAINEE in stands else []
    found += _practicals(user, today) if AppointmentKind.EXTERNAL_MODERATOR in stands else ()
    found += _marking(user, today) if marks else ()
    found += _vivas(user, today) if marks or TRAINEE in stands else ()
    return [*found, *(_to_book(today) if holds(user, Role.OFFICE, today) else ())]


def final_others(user: User, today: date, stands: Stands) -> list[WaitingRow]:
    """What a trainee waits for: the release of a sealed Practical, the marking of a sealed portfolio and, from the day
    after it, of their viva.

    In the same words until the release, whatever the office asks its markers meanwhile (F1).
    """
    rows: list[WaitingRow] = []
    if TRAINEE not in stands:
        return rows
    for row in _waiting_of(user.pk, london_midnight(today)):
        what, who, since = {
            Stage.PRACTICAL: ("Release your Practical", OFFICE, row.at),
            Stage.PORTFOLIO: ("Mark your portfolio", "both moderators", row.sealed_at),
            Stage.VIVA: ("Mark your viva", "both moderators", row.viva_at),
        }[Stage(row.stage)]
        url = reverse(f"assessments:{row.stage}", args=[row.record_id])
        rows.append(nudging(WaitingRow(what, url, about=who, since=london_date(since)), None, UNTOLD))
    return rows


@prepared
def _waiting_of(user: Any, begun: Any) -> QuerySet[StageAttempt]:
    attempts = StageAttempt.objects.filter(record__trainee=user, record__state__in=RUNNING)
    waiting = attempts.exclude(Exists(released_outcomes())).order_by("pk")
    seals = PracticalSeal.objects.filter(attempt=OuterRef("pk")).order_by("pk")
    passed = Outcome.objects.filter(record=OuterRef("record"), stage=Stage.PRACTICAL, state=OutcomeState.RELEASED)
    marked = Q(Exists(passed.filter(result=Result.PASS).order_by()), portfolio__state=PortfolioState.SEALED)
    over = Q(viva__state__in=[VivaState.BOOKED, VivaState.HELD], viva__starts_at__lt=begun)
    found = waiting.filter(Q(Exists(seals)) | marked | over)
    instants = {"sealed_at": F("portfolio__sealed_at"), "viva_at": F("viva__starts_at")}
    return found.annotate(at=Subquery(seals.values("signed_at")[:1]), **instants)


# --- the trainee ---


def _own_portfolio(user: User, today: date) -> Rows:
    """The trainee compiles and seals the portfolio: from four weeks before it is due, or a further attempt (F3, F6)."""
    for record in _second_years_of(user.pk):
        released, numbers = released_for([record])[record.pk], numbers_for(record)
        number = len(released[str(Stage.PORTFOLIO)]) + 1
        found = Portfolio.objects.filter(attempt__record=record, attempt__attempt=number).first()
        state = PortfolioState(found.state) if found else None
        soon = record.due_on is None or record.due_on - timedelta(days=numbers.milestone_notice_days) <= today
        begun = number > 1 or state in (PortfolioState.FAILED, PortfolioState.READY)
        if state in COMPILE and may_prepare(Stage.PORTFOLIO, released, numbers) and (soon or begun):
            url = reverse("assessments:portfolio", args=[record.pk])
            due_on = record.due_on if number == 1 else None
            since = london_date(record.year_two.opened_at)
            yield WaitingRow(COMPILE[state], url, role=TRAINEE, since=since, due=due_on)


@prepared
def _second_years_of(user: Any) -> QuerySet[TrainingRecord]:
    records = TrainingRecord.objects.filter(trainee=user, state__in=RUNNING, year_two__isnull=False)
    due = Milestone.objects.filter(record=OuterRef("pk"), kind=MilestoneKind.PORTFOLIO)
    return records.annotate(due_on=due.order_by().values("due_on")[:1]).select_related("rules", "year_two")


# --- the External Moderator ---


def _practicals(user: User, today: date) -> Rows:
    """The External Moderator observes the final DOPS and seals the Practical once it is computable, and again when the
    office queried it (F1, F2)."""
    records = _with_final_dops(user.pk, today)
    released = released_for(records) if records else {}
    for record in records:
        numbers = numbers_for(record)
        is_sealed, is_begun, has_final, has_log, due_on = (getattr(record, name) for name in ANNOTATED)
        if is_sealed or not may_mark(Stage.PRACTICAL, released[record.pk], numbers):
            continue
        about, url = str(record.trainee), reverse("assessments:practical", args=[record.pk])
        soon = is_begun or due_on is None or due_on - timedelta(days=numbers.milestone_notice_days) <= today
        due = None if is_begun else due_on  # what the office queried waits now
        if has_final and has_log:
            yield WaitingRow("Seal the Practical", url, about=about, role=EXTERNAL, due=due, record=record.pk)
        elif not has_final and soon:
            log = reverse("training:dops_log", args=[record.pk])
            yield WaitingRow("Do the final DOPS", log, about=about, role=EXTERNAL, due=due, record=record.pk)


@prepared
def _with_final_dops(user: Any, today: Any) -> QuerySet[TrainingRecord]:
    """The records a person moderates that are in their second year, with what their Practical is made of."""
    mine = appointed_among(user, today, [AppointmentKind.EXTERNAL_MODERATOR])
    due = Milestone.objects.filter(record=OuterRef("pk"), kind=MilestoneKind.PRACTICAL)
    rows = TrainingRecord.objects.filter(pk__in=mine, state__in=RUNNING, year_two__isnull=False)
    rows = rows.annotate(due_on=due.order_by().values("due_on")[:1]).select_related("trainee", "rules")
    found: QuerySet[TrainingRecord] = with_practical(rows)
    return found


# --- the markers ---


def _marking(user: User, today: date) -> Rows:
    """A marker marks what is sealed, or has begun, until their own sheet is in (F3, F4).

    A viva of this day is there from the morning, with the hour from which it is marked.
    """
    for row in marking_rows(user, today, london_midnight(today + timedelta(days=1))):
        if row.open:
            what = f"Mark the {row.attempt.get_stage_display().lower()}"
            if row.begins is not None and london_date(row.begins) == today:
                what = f"{what}, from {clock(row.begins)}"
            url = reverse("assessments:marking", args=[row.attempt.pk])
            record, role = row.attempt.record, str(row.role.label)
            button = "Go on" if row.sheet else "Start"
            yield WaitingRow(what, url, str(record.trainee), role, row.since, button=button, record=record.pk)


# --- vivas ---


def _vivas(user: User, today: date) -> Rows:
    """Whoever takes part in a viva attends it, on its day (F4); then moderators have it to mark instead."""
    for row in _vivas_of(user.pk, today, london_midnight(today)):
        record = row.attempt.record
        mine = record.trainee_id == user.pk
        what, about = ("Attend your viva", "") if mine else ("Hold the viva", str(record.trainee))
        url = reverse("assessments:viva", args=[record.pk])
        due = london_date(row.starts_at) if row.starts_at else None
        if not mine and due is not None and due <= today:
            continue
        role = TRAINEE if mine else "moderator"
        yield WaitingRow(what, url, about=about, role=role, due=due, button="See when", record=record.pk)


@prepared
def _vivas_of(user: Any, today: Any, begins: Any) -> QuerySet[Viva]:
    marked = Q(attempt__record__in=appointed_among(user, today, MARKERS))
    rows = Viva.objects.filter(marked | Q(attempt__record__trainee=user), state=VivaState.BOOKED, starts_at__gte=begins)
    return rows.select_related("attempt__record__trainee").order_by("starts_at", "pk")


@prepared
def _ready_for_a_viva(today: Any) -> QuerySet[TrainingRecord]:
    """Records with the Portfolio passed and released and both moderators, whose viva is neither booked nor over."""
    passed = Outcome.objects.filter(record=OuterRef("pk"), result=Result.PASS, state=OutcomeState.RELEASED)
    booked = Viva.objects.filter(attempt__record=OuterRef("pk"), state=VivaState.BOOKED)
    unreleased = StageAttempt.objects.filter(record=OuterRef("pk"), stage=Stage.VIVA, viva__state=VivaState.HELD)
    held = Appointment.objects.filter(on_day(today), record=OuterRef("pk"))
    rows = TrainingRecord.objects.filter(Exists(passed.filter(stage=Stage.PORTFOLIO)), state__in=RUNNING)
    rows = rows.exclude(Exists(passed.filter(stage=Stage.VIVA))).exclude(Exists(booked))
    rows = rows.exclude(Exists(unreleased.exclude(Exists(released_outcomes()))))
    for kind in MARKERS:
        rows = rows.filter(Exists(held.filter(kind=kind)))
    due = Milestone.objects.filter(record=OuterRef("pk"), kind=MilestoneKind.VIVA)
    told = Outcome.objects.filter(record=OuterRef("pk"), state=OutcomeState.RELEASED)
    since = told.filter(stage__in=[Stage.PORTFOLIO, Stage.VIVA]).order_by("-released_at")  # the last viva was no pass
    rows = rows.annotate(due_on=due.order_by().values("due_on")[:1], since_at=since.values("released_at")[:1])
    return rows.select_related("trainee", "rules").order_by("due_on", "pk")


def _to_book(today: date) -> Rows:
    """The office books the viva once the Portfolio is passed and released and both moderators are there (F4)."""
    found = _ready_for_a_viva(today)
    released = released_for(found) if found else {}
    for record in found:
        if attempts_left(released[record.pk][str(Stage.VIVA)], Stage.VIVA, numbers_for(record)):
            url, about = reverse("assessments:viva_book", args=[record.pk]), str(record.trainee)
            day = london_date(record.since_at)
            yield WaitingRow("Book the viva", url, about=about, role=OFFICE, since=day, due=record.due_on)
