"""Reading assessments: gates, attempts, marks and outcomes, and what waits for whom."""

from collections.abc import Callable
from datetime import date

from assessments.queries.duties_final import final_duties, final_others
from assessments.queries.outcomes import next_attempt, released_results
from assessments.queries.portfolio import passed_portfolio, portfolio_of, portfolios_visible_to
from assessments.queries.practical import practical_sum
from assessments.queries.recomputed import recomputed
from assessments.queries.stages import standings
from ctts.accounts.models import User
from ctts.common.parts import WaitingRow

__all__ = [
    "duties_for",
    "next_attempt",
    "others_for",
    "passed_portfolio",
    "portfolio_of",
    "portfolios_visible_to",
    "practical_sum",
    "recomputed",
    "released_results",
    "standings",
]

DutiesOf = Callable[[User, date], list[WaitingRow]]
# Each thing adds its function.
DUTIES: tuple[DutiesOf, ...] = (final_duties,)
OTHERS: tuple[DutiesOf, ...] = (final_others,)


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """What a person has to do in assessments (N), one row a duty."""
    return [row for duties in DUTIES for row in duties(user, today)]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What a person waits for in assessments."""
    return [row for others in OTHERS for row in others(user, today)]
