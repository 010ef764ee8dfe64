"""Reading assessments: gates, attempts, marks and outcomes, and what waits for whom."""

from __future__ import annotations

from datetime import date

from assessments.access.stages import released_of as released_results
from assessments.queries.duties import (
    FirstYearPart,
    first_year_duties,
    first_year_others,
    first_years_around,
    office_duties,
)
from assessments.queries.duties_final import final_duties, final_others
from assessments.queries.first_year import (
    FrozenLine,
    attempt_of,
    attempts_of,
    confirmations_of,
    decided,
    decision_content,
    decision_digest,
    decisions_of,
    decisions_read,
    first_years_visible_to,
    frozen_lines,
    outcome_content,
    put_forward_content,
    put_forwards_of,
    reattempt_day,
    returns_of,
    safety_digest,
    strip_of,
)
from assessments.queries.outcomes import (
    RECOMPUTED,
    OutcomesWanted,
    doubts_about,
    events_of,
    gate_still_open,
    holds_together,
    names_in,
    next_attempt,
    none_left,
    not_for,
    outcome_digest,
    outcomes_by_state,
    outcomes_visible_to,
    outcomes_wanted,
    percent_of,
    queries_of,
    released_outcomes,
    standing_outcome,
    told_on_release,
)
from assessments.queries.portfolio import passed_portfolio, portfolio_of, portfolios_visible_to
from assessments.queries.practical import practical_sum
from assessments.queries.recomputed import recomputed, stands
from assessments.queries.stages import standings
from ctts.accounts.models import User
from ctts.common.parts import WaitingRow
from training.queries import TRAINEE, stands_as
from training.states import AppointmentKind

# Who stands around a first year: what else a person is, nothing is asked about it (N).
FIRST_YEAR_PARTS = frozenset({TRAINEE, str(AppointmentKind.SUPERVISOR), str(AppointmentKind.EXTERNAL_MODERATOR)})

__all__ = [
    "RECOMPUTED",
    "FrozenLine",
    "OutcomesWanted",
    "attempt_of",
    "attempts_of",
    "confirmations_of",
    "decided",
    "decision_content",
    "decision_digest",
    "decisions_of",
    "decisions_read",
    "doubts_about",
    "duties_and_others",
    "duties_for",
    "events_of",
    "first_years_visible_to",
    "frozen_lines",
    "gate_still_open",
    "holds_together",
    "names_in",
    "next_attempt",
    "none_left",
    "not_for",
    "others_for",
    "outcome_content",
    "outcome_digest",
    "outcomes_by_state",
    "outcomes_visible_to",
    "outcomes_wanted",
    "own_duties",
    "passed_portfolio",
    "percent_of",
    "portfolio_of",
    "portfolios_visible_to",
    "practical_sum",
    "put_forward_content",
    "put_forwards_of",
    "queries_of",
    "reattempt_day",
    "recomputed",
    "released_outcomes",
    "released_results",
    "returns_of",
    "safety_digest",
    "standing_outcome",
    "standings",
    "stands",
    "strip_of",
    "told_on_release",
]


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """What a person has to do in assessments (N), one row a duty."""
    return duties_and_others(user, today)[0]


def own_duties(user: User, today: date, stands: frozenset[str]) -> list[WaitingRow]:
    """The same for a caller who has asked as what they stand in training, for lists of their trainees (N)."""
    return _own(user, today, stands, _around(user, today, stands))


def others_for(user: User, today: date) -> list[WaitingRow]:
    """What a person waits for in assessments."""
    return duties_and_others(user, today)[1]


def duties_and_others(
    user: User, today: date, stands: frozenset[str] | None = None
) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """Both of a person, from one look at what they stand as; what they stand not as is not asked for.

    `stands`: as what, for a caller who has asked (`training.queries.stands_as`).
    """
    stands = stands_as(user, today) if stands is None else stands
    parts = _around(user, today, stands)
    return _own(user, today, stands, parts), [*first_year_others(parts), *final_others(user, today, stands)]


def _around(user: User, today: date, stands: frozenset[str]) -> list[FirstYearPart]:
    return first_years_around(user, today) if stands & FIRST_YEAR_PARTS else []


def _own(user: User, today: date, stands: frozenset[str], parts: list[FirstYearPart]) -> list[WaitingRow]:
    return [*first_year_duties(parts), *office_duties(user, today), *final_duties(user, today, stands)]
