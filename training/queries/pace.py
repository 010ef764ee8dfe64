"""Where the pace of signing so far leads a trainee, and what it takes to be there in time (T2, Y3; screens: charts)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ctts.scheme.rules import SchemeNumbers, share_needed
from training.models import TrainingRecord
from training.rules import forecast, needed_a_month
from training.states import MilestoneKind, RecordState

WHOLE = 100  # per cent


@dataclass(frozen=True, slots=True)
class Pace:
    """At the pace so far `percent` of the agreed list is signed on `on`; it is wanted by `by_on`, the milestone `by`.

    `a_month`: how many to sign in each month from today on to be there in time; None once that day is over.
    """

    percent: int
    on: date
    by: str
    by_on: date
    a_month: int | None

    @property
    def is_in_time(self) -> bool:
        """Whether the pace so far is enough."""
        return self.on <= self.by_on


def pace_of(
    record: TrainingRecord,
    signed_on: Iterable[date],
    total: int,
    due: Mapping[MilestoneKind, date],
    pauses: Sequence[tuple[date, date]],
    numbers: SchemeNumbers,
    today: date,
) -> Pace | None:
    """The forecast for what is wanted next: the share of the first year (Y3), then the whole list for the portfolio.

    None while nobody can say (`rules.forecast`), when all is signed, and while training does not run.
    """
    if record.state != RecordState.ACTIVE:
        return None
    dates = list(signed_on)
    goals = (
        (numbers.first_year_percent, MilestoneKind.FIRST_YEAR_EVIDENCE),
        (WHOLE, MilestoneKind.PORTFOLIO),
    )
    for percent, kind in goals:
        left = share_needed(total, percent) - len(dates)
        if left <= 0:
            continue
        on = forecast(dates, total, percent, start_on=record.start_on, today=today, pauses=pauses, numbers=numbers)
        return Pace(percent, on, kind.label, due[kind], needed_a_month(left, today, due[kind])) if on else None
    return None
