"""How an accreditation stands, as one of the four lights (C1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ctts.common.months import add_months, days_after, in_words
from ctts.scheme.rules.numbers import SchemeNumbers
from ctts.scheme.states import VALID_ACCREDITATION, AccreditationState

Days = tuple[date, date]


def gap_before(starts_on: date, others: Iterable[Days], today: date) -> Days | None:
    """The first and last day from today on, before an accreditation begins, that no earlier one covers; else None (C1).

    `others` are the first and last days of the centre's other valid ones for the scope: on the days of the gap nobody
    can apply there.
    """
    over = [days_after(last, 1) for first, last in others if first < starts_on]
    begins = max([today, *over])
    return (begins, days_after(starts_on, -1)) if begins < starts_on else None


def gap_in_words(gap: Days, today: date) -> str:
    """Of a gap what a co-ordinator and the office read of it (C1)."""
    first, last = gap
    if first <= today:
        return f"it holds from {in_words(days_after(last, 1))}: nobody can apply until then"
    return f"nobody can apply from {in_words(first)} through {in_words(last)}"


def accreditation_light(
    state: str,
    ends_on: date | None,
    today: date,
    numbers: SchemeNumbers,
    *,
    late: bool = False,
    met: bool = False,
    gap: Days | None = None,
    followed: bool = False,
) -> tuple[str, str] | None:
    """Key of the light and its reason; None where nothing has to be watched (declined, withdrawn, expired) (C1).

    `ends_on` is the last day, included; `late`: a condition is past its day; `met`: all are met; `gap`:
    `gap_before` it; `followed`: another goes on where it ends, so that nobody is reminded of its end. At risk: late,
    suspended, over, in the gap, or within the last reminder before the end.
    """
    if state == AccreditationState.APPLIED:
        return "attention", "the application waits for a decision"
    if state == AccreditationState.SUSPENDED:
        return "at_risk", "it is suspended: no new applicants"
    if state not in VALID_ACCREDITATION or ends_on is None:
        return None
    if ends_on < today:
        return "at_risk", "its last day is over"
    if late:
        return "at_risk", "a condition is past its day"
    if gap is not None:
        return "at_risk" if gap[0] <= today else "attention", gap_in_words(gap, today)
    months = () if followed else numbers.accreditation_reminder_months
    if months and ends_on <= add_months(today, min(months)):
        return "at_risk", f"it ends within {min(months)} months"
    if months and ends_on <= add_months(today, max(months)):
        return "attention", f"it ends within {max(months)} months"
    if state == AccreditationState.CONDITIONS:
        return "attention", "all conditions are met: the office decides anew" if met else "conditions have to be met"
    if followed:
        return "on_track", f"another follows on from {in_words(days_after(ends_on, 1))}"
    return "on_track", f"it is valid until {ends_on.year}"
