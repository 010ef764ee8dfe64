"""Which progress reports are still owed, once some were sent (T7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

Period = tuple[date, date]
"""The first and the last day that a report is about."""


def reports_owed(days: Sequence[date], sent: Iterable[Period]) -> tuple[tuple[int, date], ...]:
    """Of the `days` by which reports are due those that no report has settled, each with its number (T7; default).

    A report settles every day of these that lies within its period: one about fifteen months takes the place of two.
    One in whose period no day is open was sent early, or between two, and settles the first that is.
    """
    owed = list(enumerate(days, start=1))
    for first, last in sorted(sent):
        settled = [one for one in owed if first <= one[1] <= last] or owed[:1]
        owed = [one for one in owed if one not in settled]
    return tuple(owed)
