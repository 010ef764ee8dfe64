"""Reading assessments: gates, attempts, marks and outcomes, and what waits for whom."""

from datetime import date

from assessments.queries.outcomes import next_attempt, released_results
from ctts.accounts.models import User
from ctts.common.parts import WaitingRow

__all__ = ["duties_for", "next_attempt", "others_for", "released_results"]


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """What a person has to do in assessments (N), one row a duty."""
    return []


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What a person waits for in assessments."""
    return []
