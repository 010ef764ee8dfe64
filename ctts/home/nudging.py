"""Rows of "Waiting for others": who of them can be nudged now, and when the others can be again (screens 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.urls import reverse

from ctts.common.parts import WaitingRow, WaitsFor
from ctts.common.templatetags.formats import day
from ctts.notifications.queries import last_nudges
from ctts.notifications.rules import may_be_nudged_from


def nudgeable(rows: Iterable[WaitingRow], today: date) -> list[WaitingRow]:
    """Each row with the way to nudge whom it waits for, or when they were nudged and may be again (screens 1)."""
    found = list(rows)
    duties = [row.waits.duty for row in found if row.waits]
    last = last_nudges(duties, today) if duties else {}
    return [_with_nudge(row, row.waits, last) if row.waits else row for row in found]


def _with_nudge(row: WaitingRow, waits: WaitsFor, last: dict[tuple[str, int], date]) -> WaitingRow:
    nudged = [last[waits.duty, person] for person in waits.people if (waits.duty, person) in last]
    if waits.quiet:
        return replace(row, nudged=waits.quiet)
    if len(nudged) < len(waits.people):
        return replace(row, nudge_url=reverse("home:nudge", args=[waits.duty]))
    again = may_be_nudged_from(max(nudged))
    return replace(row, nudged=f"Nudged {day(max(nudged))}; again from {day(again)}")
