"""With whom the milestones of the assessments lie once the trainee has done their part (M, Y, F).

In the same words from the first step of markers or office until the release (F1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncDate

from assessments.access.stages import MARKERS
from assessments.models import FirstYear, MarkSheet, Outcome, PracticalSeal, StageAttempt
from assessments.queries.stages import released_outcomes, unfinished_attempts
from assessments.states import (
    FirstYearState,
    MarkSheetState,
    OutcomeState,
    PortfolioState,
    Result,
    Stage,
    StageState,
    VivaState,
)
from ctts.common.clock import LONDON, london_midnight
from ctts.organisations.access import on_day
from training.models import Appointment, Dops, TrainingRecord
from training.queries import Holding, of_second_year
from training.states import AppointmentKind, AssessorKind, DopsState, MilestoneKind, RecordState

AWAY = (FirstYearState.WITH_MODERATOR, FirstYearState.DECIDED)
MODERATOR_FIRST = Value("the External Moderator and the scheme office")
OFFICE, MARKED = Value("the scheme office"), Value("its markers")
Movers = Callable[[Collection[int], date], Iterable[tuple[int, int]]]


def first_year_held(_today: Any, _midnight: Any) -> Holding:
    """The first year lies with the External Moderator from the day it is put forward, then with the office (Y)."""
    told = Outcome.objects.filter(record=OuterRef("record"), attempt=OuterRef("attempt"), stage=Stage.FIRST_YEAR)
    away = FirstYear.objects.filter(record=OuterRef("record"), state__in=AWAY)
    away = away.exclude(Exists(told.filter(state=OutcomeState.RELEASED))).order_by()
    since = away.order_by("-put_forwards__put_forward_at").values(
        day=TruncDate("put_forwards__put_forward_at", tzinfo=LONDON)
    )
    kinds = [MilestoneKind.FIRST_YEAR_EVIDENCE, MilestoneKind.FIRST_YEAR_DECISION]
    return Holding(kinds, Case(When(Exists(away), then=MODERATOR_FIRST)), Subquery(since[:1]), _deciders)


def _deciders(records: Collection[int], today: date) -> Iterable[tuple[int, int]]:
    waiting = FirstYear.objects.filter(record__in=records, state=FirstYearState.WITH_MODERATOR).values("record")
    held = Appointment.objects.filter(on_day(today), record__in=waiting, kind=AppointmentKind.EXTERNAL_MODERATOR)
    return held.values_list("record", "person")


def practical_held(_today: Any, _midnight: Any) -> Holding:
    """The Practical lies with the External Moderator once log and final DOPS are there, and sealed with the office
    (F1, F2)."""
    sealed = _unfinished(Stage.PRACTICAL).filter(practical_seals__isnull=False)
    ready = _sealable(OuterRef("record"))
    holder = Case(
        When(Exists(sealed), then=OFFICE),
        When(Exists(ready), then=Value("the External Moderator")),
    )
    since = sealed.order_by("practical_seals__pk").values(day=TruncDate("practical_seals__signed_at", tzinfo=LONDON))
    return Holding([MilestoneKind.PRACTICAL], holder, Subquery(since[:1]), _sealers)


def _sealers(records: Collection[int], today: date) -> Iterable[tuple[int, int]]:
    held = Appointment.objects.filter(on_day(today), record__in=records, kind=AppointmentKind.EXTERNAL_MODERATOR)
    return held.filter(Exists(_sealable(OuterRef("record")))).values_list("record", "person")


def portfolio_held(_today: Any, _midnight: Any) -> Holding:
    """A sealed portfolio lies with its markers, who begin once the Practical is passed (F1, F3)."""
    sealed = _sealed_portfolios()
    holder = Case(
        When(Exists(sealed) & Exists(_passed(Stage.PRACTICAL)), then=MARKED),
        When(Exists(sealed), then=Value("the Practical, which is marked first")),
    )
    return Holding([MilestoneKind.PORTFOLIO], holder, _sealed_on(sealed), _markers_of(Stage.PORTFOLIO))


def viva_held(_today: Any, midnight: Any) -> Holding:
    """A viva is the office's to book once the Portfolio is passed, its day's to come, and then its markers' (F4)."""
    begun = _unfinished(Stage.VIVA).filter(viva__state__in=[VivaState.BOOKED, VivaState.HELD])
    over, sealed = begun.filter(viva__starts_at__lt=midnight), _sealed_portfolios()
    passed = _passed(Stage.PORTFOLIO)
    holder = Case(
        When(Exists(over), then=MARKED),
        When(Exists(begun), then=Value("the day it is booked for")),
        When(Exists(passed), then=OFFICE),
        When(Exists(sealed), then=Value("the Portfolio, which is marked first")),
    )
    since = Case(
        When(Exists(over), then=Subquery(over.values(day=TruncDate("viva__starts_at", tzinfo=LONDON))[:1])),
        When(Exists(begun), then=Value(None)),
        When(Exists(passed), then=Subquery(passed.values(day=TruncDate("released_at", tzinfo=LONDON))[:1])),
        default=_sealed_on(sealed),
    )
    return Holding([MilestoneKind.VIVA], holder, since, _markers_of(Stage.VIVA))


def with_practical(rows: QuerySet[TrainingRecord]) -> QuerySet[Any]:
    """Records of the second year with what their Practical is made of: the log, the final DOPS that was in no earlier
    attempt, and whether the attempt is begun or sealed (F2)."""
    complete = Dops.objects.filter(record=OuterRef("pk"), state=DopsState.COMPLETE)
    second = of_second_year(OuterRef("year_two__opened_at"), OuterRef("opened_on"))
    moderators = complete.filter(second, assessor_kind=AssessorKind.EXTERNAL_MODERATOR)
    over = StageAttempt.objects.filter(Exists(released_outcomes()), stage=Stage.PRACTICAL)
    unused = moderators.exclude(pk__in=PracticalSeal.objects.filter(attempt__in=over).values("final_dops"))
    unfinished = unfinished_attempts(Stage.PRACTICAL).filter(record=OuterRef("pk"))
    return rows.annotate(
        opened_on=TruncDate("year_two__opened_at", tzinfo=LONDON),
        has_final=Exists(unused),
        has_log=Exists(complete.exclude(assessor_kind=AssessorKind.EXTERNAL_MODERATOR)),
        is_sealed=Exists(unfinished.filter(state=StageState.AGREED)),
        is_begun=Exists(unfinished),
    )


def _sealable(record: OuterRef) -> QuerySet[Any]:
    """The record, if its Practical can be sealed now: what it is made of is there, and it is not sealed (F2)."""
    rows = TrainingRecord.objects.filter(pk=record, state=RecordState.ACTIVE, year_two__isnull=False)
    return with_practical(rows).filter(has_final=True, has_log=True, is_sealed=False)


HELD = (first_year_held, practical_held, portfolio_held, viva_held)


def _unfinished(stage: Stage) -> QuerySet[StageAttempt]:
    """The attempt at a stage that is not released, of the record of an outer query."""
    return unfinished_attempts(stage).filter(record=OuterRef("record")).order_by()


def _sealed_portfolios() -> QuerySet[StageAttempt]:
    return _unfinished(Stage.PORTFOLIO).filter(portfolio__state=PortfolioState.SEALED)


def _sealed_on(sealed: QuerySet[StageAttempt]) -> Subquery:
    return Subquery(sealed.values(day=TruncDate("portfolio__sealed_at", tzinfo=LONDON))[:1])


def _passed(stage: Stage) -> QuerySet[Outcome]:
    rows = Outcome.objects.filter(record=OuterRef("record"), stage=stage, result=Result.PASS)
    return rows.filter(state=OutcomeState.RELEASED).order_by()


def _markers_of(stage: Stage) -> Movers:
    """Both moderators while they disagree, before that whoever of them has no sheet in; nobody once it is agreed."""

    def movers(records: Collection[int], today: date) -> Iterable[tuple[int, int]]:
        begun = Q(viva__starts_at__lt=london_midnight(today)) if stage == Stage.VIVA else _portfolio_begins()
        open_ones = unfinished_attempts(stage).filter(begun, record__in=records).exclude(state=StageState.AGREED)
        alone = open_ones.exclude(state=StageState.DISAGREED)
        sheets = MarkSheet.objects.filter(marker=OuterRef("person"), attempt__record=OuterRef("record"))
        sheets = sheets.filter(state=MarkSheetState.SUBMITTED, attempt__in=alone.values("pk"))
        held = Appointment.objects.filter(on_day(today), kind__in=MARKERS, record__in=open_ones.values("record"))
        return held.exclude(Exists(sheets)).values_list("record", "person")

    return movers


def _portfolio_begins() -> Q:
    return Q(Exists(_passed(Stage.PRACTICAL)), portfolio__state=PortfolioState.SEALED)
