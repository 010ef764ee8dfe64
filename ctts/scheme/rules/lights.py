"""How an accreditation stands, as one of the four lights (C1)."""

from __future__ import annotations

from datetime import date

from ctts.common.months import add_months
from ctts.scheme.rules.numbers import SchemeNumbers
from ctts.scheme.states import VALID_ACCREDITATION, AccreditationState


def accreditation_light(
    state: str, ends_on: date | None, today: date, numbers: SchemeNumbers, *, late: bool = False
) -> tuple[str, str] | None:
    """Key of the light and its reason; None where nothing has to be watched (declined, withdrawn, expired) (C1).

    `ends_on` is the last day, included; `late`: a condition is past its day. At risk: that, suspended, over, or within
    the last reminder before the end.
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
    months = numbers.accreditation_reminder_months
    if ends_on <= add_months(today, min(months)):
        return "at_risk", f"it ends within {min(months)} months"
    if ends_on <= add_months(today, max(months)):
        return "attention", f"it ends within {max(months)} months"
    if state == AccreditationState.CONDITIONS:
        return "attention", "conditions have to be met"
    return "on_track", f"it is valid until {ends_on.year}"
