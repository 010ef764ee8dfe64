"""The portfolio (F3): compiled by the worker or uploaded, sealed by the trainee, each reading noted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from assessments import access, compiling, notices
from assessments.actions._final import begin_attempt, fresh, note
from assessments.compiling import Whole
from assessments.models import Portfolio, PortfolioPart, PortfolioReading, PortfolioReceipt, PortfolioRun
from assessments.queries.portfolio import portfolio_of, seal_content, seal_digest, standing_of
from assessments.states import PORTFOLIO_MOVES, PortfolioSource, PortfolioState, Stage
from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.moves import can_move, move_rows
from ctts.common.queue import ring
from ctts.common.verdict import Invalid, TooLate, require
from ctts.documents import actions as documents
from ctts.documents.proving import ProvenFile
from ctts.documents.states import MediaType
from training.actions import lock_record, proof, tell
from training.models import TrainingRecord

COMPILE_JOB = "assessments.compile_portfolios"
STOPPED = "You stopped it. Nothing of your record was changed."
PORTFOLIO_SEALED_WORDS = (
    "This portfolio is my own work. No patient can be identified from it. I seal it for the assessment as it is."
)
ONE_READING = timedelta(minutes=10)
CHANGED = "The portfolio has changed since you opened this page. Look at what is there now, then seal that."


@transaction.atomic
def compile_portfolio(*, by: User, now: datetime, record_id: int) -> PortfolioRun:
    """The trainee has the portfolio compiled from the record; the worker does it in steps and tells them (F3).

    A new compiling takes the place of what was ready before. Raises NotAllowed for anybody else, TooLate before the
    first year is released, while it is being compiled, once it is sealed, or when the files are far too many.
    """
    record = lock_record(record_id)
    portfolio = _prepare(record, by, now)
    contents = compiling.contents_of(record)
    parts = list(compiling.parts_for(contents))
    run = PortfolioRun.objects.create(portfolio=portfolio, asked_by=by, started_at=now, contents=contents)
    PortfolioPart.objects.bulk_create(
        PortfolioPart(run=run, position=place, kind=kind, about=about) for place, (kind, about) in enumerate(parts, 1)
    )
    _step(portfolio, "compile", asked_at=now, progress=0, progress_total=len(parts) + 1, error="")
    note("portfolio.compiling", portfolio.attempt, by=by, now=now, about=portfolio, run=run.pk)
    ring(COMPILE_JOB)
    return run


@transaction.atomic
def stop_compiling(*, by: User, now: datetime, record_id: int) -> Portfolio:
    """The trainee stops the compiling; it can be started anew. Raises NotAllowed, TooLate when it is over."""
    record = lock_record(record_id)
    portfolio = _portfolio(record)
    require(access.can_stop_compiling(by, record, portfolio))
    # Only the run is marked: its parts may be locked by a worker that waits for this record.
    portfolio.runs.filter(cancelled_at__isnull=True).update(cancelled_at=now)
    _step(portfolio, "fail", error=STOPPED)
    note("portfolio.stopped", portfolio.attempt, by=by, now=now, about=portfolio)
    return portfolio


@transaction.atomic
def finish_compiling(*, by: None, now: datetime, run_id: int, whole: Whole) -> Portfolio:
    """Keep the one PDF that the worker made of a run and tell the trainee (F3). Raises TooLate when the run is over."""
    portfolio = _of_run(run_id)
    record = portfolio.attempt.record
    document = documents.store_bytes(
        content=whole.content,
        name=f"portfolio-{slugify(sort_key(str(record.trainee))) or record.pk}-{portfolio.attempt.attempt}.pdf",
        media_type=MediaType.PDF,
        owner=record.trainee,
        by=by,
        now=now,
        purpose="assessments.portfolio",
        pages=whole.pages,
    )
    _end_runs(portfolio, now)
    made = {"chapters": whole.chapters, "progress": portfolio.progress_total, "made_at": now}
    _step(portfolio, "finish", **_file(document, PortfolioSource.COMPILED), **made)
    facts = {"file": document.sha256, "pages": whole.pages}
    note("portfolio.compiled", portfolio.attempt, by=by, now=now, about=portfolio, **facts)
    _tell_trainee(notices.PORTFOLIO_READY, portfolio, now, key=str(run_id))
    return portfolio


@transaction.atomic
def fail_compiling(*, by: None, now: datetime, run_id: int, reason: str) -> Portfolio:
    """The worker could not compile the portfolio: the trainee reads why and can try again (F3).

    Raises TooLate when the run is over: another that was begun since goes on.
    """
    portfolio = _of_run(run_id)
    _end_runs(portfolio, now)
    _step(portfolio, "fail", error=reason[:500])
    note("portfolio.failed", portfolio.attempt, by=by, now=now, about=portfolio, run=run_id)
    _tell_trainee(notices.PORTFOLIO_FAILED, portfolio, now, key=str(run_id))
    return portfolio


@transaction.atomic
def upload_portfolio(*, by: User, now: datetime, record_id: int, upload: ProvenFile) -> Portfolio:
    """The trainee uploads the portfolio as one PDF instead of having it compiled (F3).

    Raises NotAllowed, TooLate as `compile_portfolio`, Invalid for what is no PDF or has no room.
    """
    record = lock_record(record_id)
    portfolio = _prepare(record, by, now)
    if upload.media_type != MediaType.PDF or not upload.pages:
        raise Invalid("A portfolio is one PDF.", "file")
    document = documents.store(upload=upload, owner=record.trainee, by=by, now=now, purpose="assessments.portfolio")
    _step(
        portfolio,
        "upload",
        **_file(document, PortfolioSource.UPLOADED),
        chapters=[],
        made_at=now,
        error="",
        progress=0,
        progress_total=0,
    )
    facts = {"file": document.sha256, "pages": document.pages}
    note("portfolio.uploaded", portfolio.attempt, by=by, now=now, about=portfolio, **facts)
    return portfolio


@transaction.atomic
def seal_portfolio(
    *, by: User, now: datetime, record_id: int, seen: str, authentication: AuthenticationEvent
) -> PortfolioReceipt:
    """The trainee seals the portfolio as it was `seen` (its digest); hash and receipt are kept, it stays as it is (F3).

    Raises NotAllowed, TooLate when nothing is ready or it has a problem (pages, competencies, its file), StaleText when
    it changed meanwhile.
    """
    record = lock_record(record_id)
    portfolio = _portfolio(record)
    require(access.can_seal_portfolio(by, record, portfolio))
    fresh(seen, seal_digest(portfolio), CHANGED)
    changed = compiling.changed_since(portfolio) if portfolio.source == PortfolioSource.COMPILED else []
    problems = standing_of(record, portfolio, changed).problems
    if problems:
        raise TooLate(" ".join(problems))
    receipt = PortfolioReceipt.objects.create(
        portfolio=portfolio,
        content=seal_content(portfolio),
        meaning="sealed",
        statement=PORTFOLIO_SEALED_WORDS,
        **proof(by, now, authentication, "Trainee", seen),
    )
    _step(portfolio, "seal", sealed_at=now, sealed_by=by)
    facts = {"file": portfolio.content_sha256, "pages": portfolio.pages}
    note("portfolio.sealed", portfolio.attempt, by=by, now=now, about=portfolio, **facts)
    _tell_trainee(notices.PORTFOLIO_SEALED, portfolio, now, key=str(portfolio.pk), receipt=receipt)
    ring("assessments.tell_markers")
    return receipt


@transaction.atomic
def note_reading(*, by: User, now: datetime, portfolio: Portfolio) -> bool:
    """Note that somebody opens a sealed portfolio that is not their own; whether that was noted (F3).

    A browser fetches one file in many parts: what one person opens of one portfolio within ten minutes of a line is
    that same reading, whichever part comes first. No lock is taken, so that parts do not wait for each other; of two
    that come at the same moment each may leave a line. Raises NotAllowed or TooLate for whom it does not open.
    """
    require(access.can_open_portfolio(by, portfolio, london_date(now)))
    if portfolio.state != PortfolioState.SEALED or by.pk == portfolio.attempt.record.trainee_id:
        return False
    if PortfolioReading.objects.filter(portfolio=portfolio, reader=by, read_at__gt=now - ONE_READING).exists():
        return False
    PortfolioReading.objects.create(portfolio=portfolio, reader=by, read_at=now)
    return True


# --- steps ---


def _prepare(record: TrainingRecord, by: User, now: datetime) -> Portfolio:
    """The portfolio of the attempt that is open, begun if it is not yet; `by` may prepare it."""
    require(access.can_prepare_portfolio(by, record, portfolio_of(record)))
    attempt = begin_attempt(record, Stage.PORTFOLIO, by=by, now=now)
    portfolio, _ = Portfolio.objects.get_or_create(attempt=attempt)
    portfolio.attempt = attempt
    return portfolio


def _portfolio(record: TrainingRecord) -> Portfolio:
    """The portfolio of a locked record. Raises TooLate before it was begun."""
    found = portfolio_of(record)
    if found is None:
        raise TooLate("No portfolio is begun yet.")
    return found


def _of_run(run_id: int) -> Portfolio:
    """The portfolio that a run compiles, its record locked. Raises TooLate when that very run is over.

    That the portfolio is being compiled does not say by which run: its trainee may have stopped one and begun another.
    Only the last run can be going on; `finished_at` says no more than that all its parts are made.
    """
    portfolio = Portfolio.objects.select_related("attempt").get(runs=run_id)
    portfolio.attempt.record = lock_record(portfolio.attempt.record_id)
    portfolio.refresh_from_db(fields=["state"])
    if portfolio.state != PortfolioState.COMPILING or portfolio.runs.latest("pk").pk != run_id:
        raise TooLate("This compiling was stopped or is over.")
    return portfolio


def _end_runs(portfolio: Portfolio, now: datetime) -> None:
    """Mark the run as over; a new one may begin."""
    portfolio.runs.filter(finished_at__isnull=True, cancelled_at__isnull=True).update(finished_at=now)


def _file(document: Any, source: PortfolioSource) -> dict[str, Any]:
    return {"document": document, "pages": document.pages, "content_sha256": document.sha256, "source": source}


def _step(portfolio: Portfolio, step: str, **columns: Any) -> None:
    """Take a legal step; the columns that belong to it change in the same statement."""
    require(can_move(portfolio, PORTFOLIO_MOVES, step))
    move_rows(Portfolio.objects.filter(pk=portfolio.pk), PORTFOLIO_MOVES, step, **columns)
    portfolio.refresh_from_db(fields=["state", *columns])


def _tell_trainee(notice: Any, portfolio: Portfolio, now: datetime, key: str, **context: Any) -> None:
    record = portfolio.attempt.record
    tell(notice, record, record.trainee, about=portfolio, now=now, key=key, portfolio=portfolio, **context)
