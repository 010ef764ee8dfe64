"""The steps of the worker (F3): one part at a time, each kept as it is made; then the whole, three tries at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from assessments.compiling.assembling import Whole, put_together
from assessments.compiling.own_pages import front_pdf, part_pdf
from assessments.models import Portfolio, PortfolioPart, PortfolioRun
from assessments.states import PartKind, PortfolioState
from ctts.common.runs import TRIES, ItemState
from ctts.common.verdict import TooLate
from ctts.documents import keeping, storage
from ctts.documents.proving import digest

PAGES_GONE = "Pages that were made already are no longer there. Compile it again."
FAULT = "The system had a fault while it made “{what}”. Try again; if it happens again, tell the scheme office."
WHOLE = "the one PDF"


def make_part(part: PortfolioPart, now: datetime) -> None:
    """Render the pages of one part and keep them; called inside the transaction in which the part is marked as done."""
    run = PortfolioRun.objects.select_related(
        "portfolio__attempt__record__trainee", "portfolio__attempt__record__scope", "portfolio__attempt__record__rules"
    ).get(pk=part.run_id)
    kind = PartKind(part.kind)
    content, pages = part_pdf(run.portfolio.attempt.record, run.contents, kind, part.about)
    kept = {"sha256": keeping.keep(content), "size": len(content), "pages": pages}
    PortfolioPart.objects.filter(pk=part.pk).update(**kept)
    Portfolio.objects.filter(pk=run.portfolio_id).update(progress=F("progress") + 1)


def ready_runs() -> QuerySet[PortfolioRun]:
    """Runs whose parts are all made and whose portfolio still waits, oldest first: they are put together."""
    unmade = PortfolioPart.objects.filter(run=OuterRef("pk")).exclude(state=ItemState.DONE)
    return _waiting().exclude(Exists(unmade)).filter(tries__lt=TRIES)


def broken_runs() -> list[tuple[PortfolioRun, str]]:
    """Runs that came to nothing, each with the sentence that says why."""
    failed = PortfolioPart.objects.filter(run=OuterRef("pk"), state=ItemState.FAILED)
    open_ones = PortfolioPart.objects.filter(run=OuterRef("pk"), state=ItemState.OPEN)
    found = []
    for run in _waiting().filter(Exists(failed)).exclude(Exists(open_ones)):
        part = run.items.filter(state=ItemState.FAILED).earliest("position")
        ours = part.tries < TRIES
        found.append((run, part.error if ours else FAULT.format(what=part.get_kind_display())))
    worn_out = _waiting().filter(tries__gte=TRIES)
    return [*found, *((run, FAULT.format(what=WHOLE)) for run in worn_out)]


def _waiting() -> QuerySet[PortfolioRun]:
    """Runs that were not stopped, of portfolios that are being compiled."""
    rows = PortfolioRun.objects.filter(cancelled_at__isnull=True, portfolio__state=PortfolioState.COMPILING)
    newer = PortfolioRun.objects.filter(portfolio=OuterRef("portfolio"), pk__gt=OuterRef("pk"))
    related = ("trainee", "scope", "rules", "centre")
    return (
        rows.exclude(Exists(newer))
        .select_related(*(f"portfolio__attempt__record__{name}" for name in related))
        .order_by("pk")
    )


def whole_of(run: PortfolioRun, now: datetime, *, joined: Callable[..., Whole] = put_together) -> Whole:
    """The one PDF of a run whose parts are made. The try is counted first, so that a killed worker counts as well.

    `joined` puts front and parts together.

    Raises TooLate in a sentence for the trainee, storage.StorageAway while the storage is away.
    """
    with transaction.atomic():
        PortfolioRun.objects.filter(pk=run.pk).update(tries=F("tries") + 1)
    attempt = run.portfolio.attempt
    parts = [_kept(part) for part in run.items.order_by("position")]
    front, _ = front_pdf(attempt.record, run.contents, attempt.attempt, now)
    return joined(run, front, parts)


def _kept(part: PortfolioPart) -> bytes:
    try:
        content = b"".join(storage.current().pieces(part.sha256, 0, part.size or 0))
    except storage.Missing as problem:
        raise TooLate(PAGES_GONE) from problem
    if digest(content) != part.sha256:
        raise TooLate(PAGES_GONE)
    return content
