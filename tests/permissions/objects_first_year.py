"""Things of the End of First Year Assessment and outcomes for the matrix: one of Leeds, one of Bristol."""

from typing import Any

from assessments.actions._steps import agree_outcome
from assessments.models import FirstYear, Outcome
from assessments.states import Result, Stage
from ctts.common import clock
from tests.cast import Cast

from .matrix import Needs
from .records import record_at


def first_year(cast: Cast, place: str) -> FirstYear:
    """An attempt for which the supervisor has done something."""
    return FirstYear.objects.create(record=record_at(cast, place), attempt=1, opened_at=clock.now())


def outcome(cast: Cast, place: str) -> Outcome:
    """An outcome that its markers have agreed."""
    given: dict[str, Any] = {"by": None, "now": clock.now(), "content": {"sum": 4}}
    return agree_outcome(record_at(cast, place), Stage.PRACTICAL, 1, Result.PASS, **given)


THINGS = {"record in its first year": record_at, "first year": first_year}
MOMENTS = {"outcome": outcome}
URLS = {
    **{
        f"assessments:{name}": Needs("record in its first year")
        for name in ("record", "confirm_safety", "withdraw_safety", "put_forward")
    },
    **{f"assessments:{name}": Needs("first year") for name in ("first_year", "decide", "send_back")},
    **{
        f"assessments:{name}": Needs("outcome")
        for name in ("outcome", "confirm_outcome", "query_outcome", "release_outcome", "end_record")
    },
}
