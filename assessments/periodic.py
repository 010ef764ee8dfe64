"""What the calendar owes to assessments: portfolios to compile, in steps that survive a crash (F3), and who is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from assessments import actions, compiling, notices
from assessments.models import PortfolioPart, PortfolioRun
from assessments.queries.marking import untold_portfolios
from assessments.queries.viva import vivas_adjusted
from ctts.common.calendar_jobs import calendar_job
from ctts.common.clock import london_date
from ctts.common.runs import work_off
from ctts.common.verdict import Refused, TooLate
from ctts.documents.keeping import Damaged
from ctts.documents.storage import Missing, StorageAway

logger = logging.getLogger(__name__)

SECONDS = 50  # of a worker's 90; the next minute goes on where this one stopped


@dataclass(frozen=True, slots=True)
class Hands:
    """What the compiling does with: how a part is made, how the parts become one, and the clock of the minute."""

    make_part: Callable[[PortfolioPart, datetime], None] = compiling.make_part
    whole_of: Callable[[PortfolioRun, datetime], compiling.Whole] = compiling.whole_of
    clock: Callable[[], float] = monotonic


@calendar_job("assessments.compile_portfolios")
def compile_portfolios(now: datetime) -> int:
    """Make the parts of portfolios one by one, put together what is whole, and say of each failure why (F3)."""
    return compile_with(Hands(), now)


def compile_with(hands: Hands, now: datetime) -> int:
    """The compiling of one minute, with these hands; returns how many steps were done."""
    until = hands.clock() + SECONDS
    done = work_off(PortfolioPart, hands.make_part, now, seconds=SECONDS)
    for run in compiling.ready_runs():
        if hands.clock() > until:
            break
        done += _put_together(hands, run, now)
    for run, reason in compiling.broken_runs():
        _fail(run, reason, now)
    return done


@calendar_job("assessments.tell_markers")
def tell_markers(now: datetime) -> int:
    """Tell moderators, each once, of sealed portfolios that may be marked, whatever came last (N, F1)."""
    ids = list(untold_portfolios(notices.PORTFOLIO_TO_MARK.key, london_date(now)).values_list("pk", flat=True))
    return sum(actions.tell_markers(by=None, now=now, attempt_id=attempt_id) for attempt_id in ids)


@calendar_job("assessments.tell_of_adjustments")
def tell_of_adjustments(now: datetime) -> int:
    """Tell whoever booked a viva, and its Supporting Moderator, what was agreed since (A5)."""
    told = 0
    for viva, agreed_at in vivas_adjusted(notices.VIVA_ADJUSTED.key, now):
        told += actions.tell_of_adjustment(by=None, now=now, viva_id=viva, agreed_at=agreed_at)
    return told


def _put_together(hands: Hands, run: PortfolioRun, now: datetime) -> int:
    """One whole portfolio; 0 when it failed: what the storage lost for a moment is tried again in a minute."""
    try:
        actions.finish_compiling(by=None, now=now, run_id=run.pk, whole=hands.whole_of(run, now))
    except TooLate as reason:
        _fail(run, str(reason), now)
        return 0
    except (StorageAway, Missing, Damaged):
        logger.exception("The portfolio of run %s could not be put together.", run.pk)
        return 0
    return 1


def _fail(run: PortfolioRun, reason: str, now: datetime) -> None:
    try:
        actions.fail_compiling(by=None, now=now, run_id=run.pk, reason=reason)
    except Refused as refusal:
        logger.warning("Run %s ended meanwhile: %s", run.pk, refusal)
