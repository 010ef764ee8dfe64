"""Reasonable adjustments: who reads which, what was said, what is agreed, what waits for whom (A5, E6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from applications.models import (
    AdjustmentDecision,
    AdjustmentQuestion,
    AdjustmentReading,
    AdjustmentRequest,
    Application,
)
from applications.queries.going_on import is_with_the_scheme
from applications.rules import effects_in_words
from applications.states import (
    ADJUSTED,
    UNDECIDED_ADJUSTMENT,
    AdjustmentOutcome,
    AdjustmentState,
    ApplicationState,
)
from ctts.accounts.models import User
from ctts.common import vault
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow, WaitsFor, nudging
from ctts.common.prepared import prepared
from ctts.organisations.access import first_day_without, holds
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role

READER = "adjustments reader"
READERS_SEE = "The named readers see it in their own list"
CONCERNED = "the person concerned"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed for a person: all that those who must act on it see, never why (A5)."""

    words: str
    effects: tuple[str, ...] = ()
    percent: int = 0

    def __str__(self) -> str:
        return "; ".join([self.words, *self.effects])


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of a named reader, opened, and what the person answered; `answer` is empty while it waits."""

    question: str
    asked_at: datetime
    asked_by: str
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WhatWasSaid:
    """The words of a case, opened: why it was asked for, what was asked and answered, why it was not agreed."""

    reason: str
    exchanges: tuple[Exchange, ...]
    refusals: tuple[tuple[datetime, str], ...]


def adjustments_visible_to(user: User, today: date) -> QuerySet[AdjustmentRequest]:
    """Adjustment requests whose reason this person may read: their own, or all for a named reader (A5)."""
    rows = AdjustmentRequest.objects.select_related("person", "application")
    return rows if holds(user, Role.ADJUSTMENTS, today) else rows.filter(person=user)


def adjustment_cases(user: User, today: date, state: str = "") -> QuerySet[AdjustmentRequest]:
    """The named readers' list: what waits for one of them, or every case of a state, or all; empty for others (A5)."""
    if not holds(user, Role.ADJUSTMENTS, today):
        return AdjustmentRequest.objects.none()
    rows = adjustments_visible_to(user, today)
    if state == "":
        return rows.filter(_waits_for_readers()).order_by("asked_at", "pk")
    return rows.filter(state=state) if state in AdjustmentState.values else rows


def _reached() -> Q:
    """Asked apart from a form, or with an application that reached the office, goes on or led to a training, and whose
    applicant still wants it (A5)."""
    gone = (ApplicationState.DECLINED, ApplicationState.WITHDRAWN)
    with_form = Q(application__received_at__isnull=False, application__wants_adjustments=True)
    return Q(application__isnull=True) | (with_form & ~Q(application__state__in=gone))


def _goes_on() -> Q:
    """Whoever it is about applies or trains: nothing is agreed, asked or reviewed for who has left (A5, E6)."""
    return Q(is_with_the_scheme("person"))


def _waits_for_readers() -> Q:
    undecided = Q(state__in=UNDECIDED_ADJUSTMENT) & _reached()
    return _goes_on() & (undecided | Q(state=AdjustmentState.UNDER_REVIEW))


def undecided_adjustments() -> QuerySet[AdjustmentRequest]:
    """Requests that reached the office and are not decided, the oldest first (A5)."""
    rows = AdjustmentRequest.objects.filter(_goes_on() & Q(state__in=UNDECIDED_ADJUSTMENT) & _reached())
    return rows.order_by("asked_at", "pk")


def waits_for_readers(person: User) -> bool:
    """Whether something that somebody asked for themselves waits for a named reader, or for their own answer (A5)."""
    return AdjustmentRequest.objects.filter(_waits_for_readers(), person=person).exists()


def readers_apart_from(person_id: int, today: date) -> QuerySet[User]:
    """The named readers who may decide about a case of somebody: all but the person (A5)."""
    return people_with(Role.ADJUSTMENTS, today).exclude(pk=person_id)


def waiting_for_readers_but(reader: User) -> QuerySet[AdjustmentRequest]:
    """What a named reader decides or reviews, or has asked the person about: not their own cases (A5)."""
    return AdjustmentRequest.objects.filter(_waits_for_readers()).exclude(person=reader)


def unread_without(reader: User, ends_on: date) -> tuple[int, date] | None:
    """How many cases nobody could read or decide any more without a named reader, and the first such day after
    `ends_on`; None where somebody is left for each, who is not the person of the case (A5)."""
    whose = list(waiting_for_readers_but(reader).values_list("person", flat=True))
    days = {one: first_day_without(Role.ADJUSTMENTS, reader, ends_on, apart_from=one) for one in dict.fromkeys(whose)}
    unread = [day for one in whose if (day := days[one]) is not None]
    return (len(unread), min(unread)) if unread else None


def adjustments_due_for_review(today: date) -> list[int]:
    """Ids of cases whose day of review has come and which do not wait for the named readers yet (A5).

    Not of who has left the scheme: what was agreed stays to be read, and nothing comes up any more.
    """
    rows = AdjustmentRequest.objects.filter(_goes_on(), state=AdjustmentState.AGREED, review_on__lte=today)
    return list(rows.order_by("review_on", "pk").values_list("pk", flat=True))


def adjustment_goes_on(asked: AdjustmentRequest) -> bool:
    """Whether the person of a case applies or trains: for who has left, nothing comes up any more (A5, E6)."""
    return AdjustmentRequest.objects.filter(_goes_on(), pk=asked.pk).exists()


def adjustments_of(application: Application) -> list[AdjustmentRequest]:
    """What was asked for with an application, the newest first, each with its readings; for the applicant's own page:
    the reason itself stays sealed (A5).
    """
    rows = application.adjustment_requests.prefetch_related("readings__reader")
    return list(rows.order_by("-asked_at", "-pk"))


def own_adjustments(user: User) -> list[AdjustmentRequest]:
    """Every case of a person, the newest first, each with its readings and decisions, and whether it `goes_on` (E6)."""
    rows = AdjustmentRequest.objects.filter(person=user).annotate(goes_on=is_with_the_scheme("person"))
    rows = rows.select_related("application").prefetch_related("readings__reader", "decisions__decided_by")
    return list(rows.order_by("-asked_at", "-pk"))


def effects_of(row: AdjustmentRequest | AdjustmentDecision) -> list[str]:
    """The effects of a case or of one decision, in words."""
    return effects_in_words(row.extra_time_percent, row.rest_breaks, row.arrangement)


def agreed_adjustments(person_id: int) -> list[Agreed]:
    """What is agreed for a person, the latest request first: all that those who must act on it see, never why (A5)."""
    rows = AdjustmentRequest.objects.filter(person=person_id, state__in=ADJUSTED)
    rows = rows.only("agreed", "extra_time_percent", "rest_breaks", "arrangement")
    return [as_agreed(row) for row in rows.order_by("-asked_at", "-pk")]


def as_agreed(row: AdjustmentRequest) -> Agreed:
    """What is agreed in one case, as those who act on it see it (A5)."""
    return Agreed(row.agreed, tuple(effects_of(row)), row.extra_time_percent)


def readings_of(asked: AdjustmentRequest) -> list[AdjustmentReading]:
    """Who read the words of an adjustment, the latest first (A5)."""
    return list(asked.readings.select_related("reader"))


def decisions_of_adjustment(asked: AdjustmentRequest) -> list[AdjustmentDecision]:
    """What was decided about a case, the latest first; why it was not agreed stays sealed (A5)."""
    return list(asked.decisions.select_related("decided_by"))


def case_version(asked: AdjustmentRequest) -> int:
    """What a form about a case says it has seen: how many decisions, questions and answers there are (A5)."""
    return version_of_case(decisions_of_adjustment(asked), questions_of(asked))


def version_of_case(decisions: Sequence[AdjustmentDecision], questions: Sequence[AdjustmentQuestion]) -> int:
    """The same, for a page that has both."""
    return len(decisions) + len(questions) + sum(answered_at(row) is not None for row in questions)


def questions_of(asked: AdjustmentRequest) -> list[AdjustmentQuestion]:
    """What was asked about a case, the oldest first; the words stay sealed (A5)."""
    return list(asked.questions.select_related("asked_by", "answer"))


def answered_at(question: AdjustmentQuestion) -> datetime | None:
    """When the person answered a question; None while they have not."""
    answer = getattr(question, "answer", None)
    return answer.answered_at if answer is not None else None


def last_read_by(reader: User, readings: Iterable[AdjustmentReading]) -> datetime | None:
    """When a named reader last opened the words of a case; None if never."""
    return max((row.read_at for row in readings if row.reader_id == reader.pk), default=None)


def written_since(read_at: datetime, reader: User, questions: Iterable[AdjustmentQuestion]) -> bool:
    """Whether somebody but the reader asked something since, or anything was answered."""
    rows = list(questions)
    asked = [row.asked_at for row in rows if row.asked_by_id != reader.pk]
    answered = [at for row in rows if (at := answered_at(row)) is not None]
    return any(at > read_at for at in [*asked, *answered])


def what_was_said(asked: AdjustmentRequest) -> WhatWasSaid:
    """The words of a case, opened. For the person, and for a named reader whose reading is noted: the caller judges."""
    refused = asked.decisions.filter(outcome=AdjustmentOutcome.DECLINED)
    return WhatWasSaid(
        reason=vault.unseal(asked.sealed),
        exchanges=tuple(_exchange(row) for row in questions_of(asked)),
        refusals=tuple((row.decided_at, vault.unseal(row.sealed)) for row in refused if row.sealed is not None),
    )


def _exchange(row: AdjustmentQuestion) -> Exchange:
    answer = getattr(row, "answer", None)
    told = {"answer": vault.unseal(answer.sealed), "answered_at": answer.answered_at} if answer is not None else {}
    return Exchange(vault.unseal(row.sealed), row.asked_at, row.asked_by.full_name, **told)


# --- what waits for whom (N) ---


def adjustment_duties(user: User, today: date) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """What a named reader decides or reviews and what the person answers; and what waits for the other; one query."""
    rows = _waiting_for_reader(user.pk) if holds(user, Role.ADJUSTMENTS, today) else _waiting_for_person(user.pk)
    own = [row for row in rows if row.person_id == user.pk and not row.ended_with_application]
    others = [row for row in rows if row.person_id != user.pk]
    duties = [*_as_person(own), *_as_reader(others)]
    return duties, [*_with_readers(own), *_with_person(others)]


def _open_to(person: Any) -> Q:
    return Q(person=person) & _goes_on() & (Q(state__in=UNDECIDED_ADJUSTMENT) | Q(question_at__isnull=False))


def _in_order(waiting: Q) -> QuerySet[AdjustmentRequest]:
    rows = AdjustmentRequest.objects.filter(waiting).select_related("person", "application__intake")
    return rows.order_by("asked_at", "pk")


@prepared
def _waiting_for_person(user: Any) -> QuerySet[AdjustmentRequest]:
    return _in_order(_open_to(user))


@prepared
def _waiting_for_reader(user: Any) -> QuerySet[AdjustmentRequest]:
    return _in_order(_open_to(user) | (_waits_for_readers() & ~Q(person=user)))


def _as_person(rows: Iterable[AdjustmentRequest]) -> list[WaitingRow]:
    return [
        WaitingRow(
            what="Answer a question about your adjustment",
            url=_page(row),
            role=CONCERNED,
            since=london_date(row.question_at),
            button="Answer",
        )
        for row in rows
        if row.question_at is not None
    ]


def _with_readers(rows: Iterable[AdjustmentRequest]) -> list[WaitingRow]:
    what, whom = "Decide your request for an adjustment", "Named readers"
    return [
        nudging(WaitingRow(what, _page(row), whom, since=london_date(row.asked_at)), None, READERS_SEE)
        for row in rows
        if row.state == AdjustmentState.ASKED and (row.application is None or row.application.received_at)
    ]


def _as_reader(rows: Iterable[AdjustmentRequest]) -> list[WaitingRow]:
    return [_reader_row(row) for row in rows if row.question_at is None]


def _reader_row(row: AdjustmentRequest) -> WaitingRow:
    if row.state == AdjustmentState.UNDER_REVIEW:
        what, since, due = "Review an adjustment", row.review_on, row.review_on
    else:
        what, since = "Answer a request for an adjustment", london_date(row.asked_at)
        due = row.application.intake.enrolment_on if row.application else None
    return WaitingRow(what, _page(row), row.person.full_name, role=READER, since=since, due=due, button="Read")


def _with_person(rows: Iterable[AdjustmentRequest]) -> list[WaitingRow]:
    what = "Answer your question about an adjustment"
    return [
        replace(
            WaitingRow(what, _page(row), row.person.full_name, since=london_date(row.question_at)),
            waits=WaitsFor(f"applications.adjustment:{row.pk}", (row.person_id,), row.person_id),
        )
        for row in rows
        if row.question_at is not None
    ]


def _page(row: AdjustmentRequest) -> str:
    return reverse("applications:adjustment", args=[row.pk])
