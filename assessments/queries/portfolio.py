"""The portfolio (F3): of which attempt, its problems, its pages, who opened it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from assessments.access.stages import READERS, numbers_for
from assessments.models import Outcome, Portfolio, PortfolioReading, StageAttempt
from assessments.queries.outcomes import next_attempt
from assessments.queries.stages import appointed_among, outcome_of
from assessments.rules import chapter_to_trim, portfolio_problems
from assessments.states import PortfolioSource, PortfolioState, Stage
from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.documents.states import DocumentState
from training.access import visible_records
from training.models import PlanItem, TrainingRecord
from training.states import ItemState

Content = dict[str, Any]


def portfolio_of(record: TrainingRecord) -> Portfolio | None:
    """The portfolio of the attempt that is open or comes next; None before it was begun (F6)."""
    number = next_attempt(record, Stage.PORTFOLIO)
    return portfolio_of_attempt(record, number)


def portfolio_of_attempt(record: TrainingRecord, number: int) -> Portfolio | None:
    """The portfolio of an attempt of a record, with its file."""
    rows = Portfolio.objects.filter(
        attempt__record=record, attempt__stage=Stage.PORTFOLIO, attempt__attempt=number
    ).select_related("attempt", "document", "sealed_by")
    found = rows.first()
    if found is not None:
        found.attempt.record = record
    return found


def portfolios_visible_to(user: User, today: date) -> QuerySet[Portfolio]:
    """Portfolios that exist for a person: of records they see; sealed ones for those who mark them (F3).

    Whether they may open the file, `access.can_open_portfolio` says.
    """
    seen = TrainingRecord.objects.filter(visible_records(user, today))
    marked = Q(attempt__record__in=appointed_among(user, today, READERS), state=PortfolioState.SEALED)
    rows = Portfolio.objects.filter(Q(attempt__record__in=seen) | marked)
    return rows.select_related("attempt__record__trainee", "attempt__record__rules", "document")


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps a portfolio from being sealed, with the numbers it is judged by; no problem means it can be (F3)."""

    signed: int
    total: int
    pages: int | None
    most: int
    problems: Sequence[str]


def standing_of(record: TrainingRecord, portfolio: Portfolio | None, changed: Sequence[str] = ()) -> Standing:
    """How far a portfolio is from being sealed: pages, signed competencies, its file, what changed since (F3).

    `changed` are the labels of evidence that is no longer what was compiled. One query.
    """
    numbers, items = numbers_for(record), PlanItem.objects.filter(record=record)
    states = list(items.values_list("state", flat=True))
    signed, total = sum(state == ItemState.SIGNED for state in states), len(states)
    pages = portfolio.pages if portfolio else None
    problems = list(portfolio_problems(pages or 1, signed, total, numbers))
    if portfolio is not None and pages is not None and pages > numbers.portfolio_pages:
        problems += _trim(portfolio)
    problems += _of_the_file(portfolio, changed)
    return Standing(signed, total, pages, numbers.portfolio_pages, problems)


def _trim(portfolio: Portfolio) -> list[str]:
    """Which chapter to trim, when there are too many pages."""
    longest = chapter_to_trim(portfolio.chapters)
    if not longest:
        return []
    pages = next(row["pages"] for row in portfolio.chapters if row["title"] == longest)
    return [f"The longest chapter is “{longest}” with {pages} pages: trim it first."]


def _of_the_file(portfolio: Portfolio | None, changed: Sequence[str]) -> list[str]:
    if portfolio is None or portfolio.document is None:
        return []
    found = []
    if portfolio.document.state == DocumentState.RECEIVED:
        found.append("The file is still being checked. Look again in a minute.")
    elif portfolio.document.state != DocumentState.CHECKED:
        found.append("The file was withdrawn or refused. Upload another, or compile it from your record.")
    if changed:
        words = ", ".join(changed)
        found.append(f"Evidence in it was changed or withdrawn since it was compiled ({words}). Compile it again.")
    return found


def seal_content(portfolio: Portfolio) -> Content:
    """Exactly what the trainee seals: the file by its hash, its pages, where it came from (quality rule 8)."""
    return {
        "portfolio": portfolio.pk,
        "attempt": portfolio.attempt.attempt,
        "record": portfolio.attempt.record_id,
        "file_sha256": portfolio.content_sha256,
        "pages": portfolio.pages,
        "source": str(PortfolioSource(portfolio.source)),
    }


def seal_digest(portfolio: Portfolio) -> str:
    """The digest of what would be sealed now; the form carries it."""
    return sha256(seal_content(portfolio))


def readings_of(portfolio: Portfolio) -> QuerySet[PortfolioReading]:
    """Who opened a sealed portfolio that is not their own, newest first; for the trainee and the office."""
    return PortfolioReading.objects.filter(portfolio=portfolio).select_related("reader").order_by("-read_at", "-pk")


def outcome_of_portfolio(portfolio: Portfolio) -> Outcome | None:
    """The outcome of the attempt of a portfolio; None before it is agreed."""
    return outcome_of(portfolio.attempt)


def portfolio_behind(attempt: StageAttempt) -> Portfolio | None:
    """The portfolio that an attempt is about: the one that is marked, or the one a viva's questions come from."""
    if attempt.stage == Stage.PORTFOLIO:
        return portfolio_of_attempt(attempt.record, attempt.attempt)
    return passed_portfolio(attempt.record)


def passed_portfolio(record: TrainingRecord) -> Portfolio | None:
    """The sealed portfolio that was passed: what the questions of a viva come from (F4; G 4.2)."""
    rows = Portfolio.objects.filter(attempt__record=record, state=PortfolioState.SEALED).order_by("-attempt__attempt")
    return rows.select_related("document", "attempt").first()
