"""Calendar arithmetic of the scheme: days, months and the London wall clock. Standard library only.

Months are always added to the original anchor and clamped to the end of the month (E2); a chain of single months would
lose days (31 January, 28 February, 28 March).
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MONTHS_IN_YEAR = 12
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # what the rules count from it still lies in the calendar

Month = tuple[int, int]
"""A calendar month: (year, month), month 1 to 12."""


def plain_day(value: object, name: str = "day") -> date:
    """`value` if it is a day; raises TypeError for anything else.

    A datetime is refused although Python counts it as a date: which day it falls on depends on a zone.
    """
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError(f"{name} must be a date, not {type(value).__name__}.")
    return value


def in_words(day: date) -> str:
    """ "31 December 2027": a day in a sentence of a rule, which knows no settings and no templates."""
    return f"{day.day} {day:%B %Y}"


def aware_instant(value: object, name: str = "instant") -> datetime:
    """`value` if it is a datetime with a zone; raises TypeError for anything else, ValueError when it is naive."""
    if not isinstance(value, datetime):
        raise TypeError(f"{name} must be a datetime, not {type(value).__name__}.")
    if value.utcoffset() is None:
        raise ValueError(f"{name} must carry a time zone: without one nobody knows which day it falls on.")
    return value


def london_day(instant: datetime) -> date:
    """The calendar day in Europe/London on which an aware `instant` falls (I1).

    Raises TypeError for what is no datetime, ValueError for a naive one and beyond the years 1 to 9999.
    """
    try:
        return aware_instant(instant).astimezone(LONDON).date()
    except OverflowError as error:
        raise ValueError("This instant lies beyond the calendar.") from error


def london_start(day: date) -> datetime:
    """The instant (UTC) at which `day` begins in Europe/London: a cut-off closes at the start of the following day."""
    return datetime.combine(plain_day(day), time.min, tzinfo=LONDON).astimezone(UTC)


def london_instant(day: date, at: time) -> datetime:
    """The instant (UTC) at which a clock in London shows `at` on `day`; in the hour that comes twice, the first time.

    Raises ValueError for a time that the clocks leave out that day, whose message can be shown to whoever typed it.
    """
    here = datetime.combine(plain_day(day), at)
    instant = here.replace(tzinfo=LONDON).astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != here:
        raise ValueError("The clocks leave this time out on that day. Choose another.")
    return instant


def add_months(anchor: date, n: int) -> date:
    """The same day of the month `n` months after `anchor` (before it when negative), clamped to the month's end (E2).

    Raises TypeError for a datetime or a number that is not whole, ValueError beyond the years 1 to 9999.
    """
    plain_day(anchor, "anchor")
    if isinstance(n, bool) or not isinstance(n, int):
        raise TypeError(f"A number of months is a whole number, not {type(n).__name__}.")
    year, month = month_after(month_of(anchor), n)
    return date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))


def month_of(day: date) -> Month:
    """The calendar month of a day."""
    return plain_day(day).year, day.month


def month_after(month: Month, n: int = 1) -> Month:
    """The calendar month `n` after `month` (before it when negative); raises ValueError beyond the years 1 to 9999."""
    year, index = divmod(month[0] * MONTHS_IN_YEAR + month[1] - 1 + n, MONTHS_IN_YEAR)
    if not date.min.year <= year <= date.max.year:
        raise ValueError("This month lies beyond the calendar.")
    return year, index + 1


def first_day(month: Month) -> date:
    """The first day of a calendar month; raises ValueError for a month that does not exist."""
    return date(*month, 1)


def last_day(month: Month) -> date:
    """The last day of a calendar month; raises ValueError for a month that does not exist."""
    return date(*month, calendar.monthrange(*month)[1])


def days_after(day: date, n: int) -> date:
    """The day `n` days after `day`; raises ValueError beyond the years 1 to 9999."""
    try:
        return plain_day(day) + timedelta(days=n)
    except OverflowError as error:
        raise ValueError("This day lies beyond the calendar.") from error
