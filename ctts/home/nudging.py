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
from training.queries import in_an_interruption

INTERRUPTED = "Not while the training is interrupted"


def nudgeable(rows: Iterable[WaitingRow], today: date) -> list[WaitingRow]:
    """Each row with the way to nudge whom it waits for, or when they were nudged and may be again (screens 1).

    A row that names nobody says itself why, where that is not obvious.
    """
    found = left_in_peace(rows)
    duties = [row.waits.duty for row in found if row.waits]
    last = last_nudges(duties, today) if duties else {}
    return [_with_nudge(row, row.waits, last) if row.waits else row for row in found]


def why_no_nudge(row: WaitingRow, today: date) -> str:
    """Why nobody of a row can be nudged now, and from which day somebody can be again (screens 1)."""
    [shown] = nudgeable([row], today)
    return f"{shown.nudged}." if shown.nudged else "Whoever it waits for has no access any more."


def left_in_peace(rows: Iterable[WaitingRow]) -> list[WaitingRow]:
    """The rows, quiet where an app before training waits for a trainee whose training is interrupted (N).

    Training says so itself of its own rows.
    """
    found = list(rows)
    asked = {person for row in found if (waits := _to_ask(row)) for person in waits.people}
    resting = in_an_interruption(asked) if asked else set()
    return [_quiet(row, waits) if (waits := _to_ask(row)) and resting & {*waits.people} else row for row in found]


def _to_ask(row: WaitingRow) -> WaitsFor | None:
    """Whom to ask about: an app before training waits for the person whose dossier it is."""
    waits = row.waits
    return waits if waits and waits.duty.startswith("applications.") and waits.within in waits.people else None


def _quiet(row: WaitingRow, waits: WaitsFor) -> WaitingRow:
    return replace(row, waits=replace(waits, quiet=INTERRUPTED))


def _with_nudge(row: WaitingRow, waits: WaitsFor, last: dict[tuple[str, int], date]) -> WaitingRow:
    nudged = [last[waits.duty, person] for person in waits.people if (waits.duty, person) in last]
    if waits.quiet:
        return replace(row, nudged=waits.quiet)
    if len(nudged) < len(waits.people):
        return replace(row, nudge_url=reverse("home:nudge", args=[waits.duty]))
    again = may_be_nudged_from(max(nudged))
    return replace(row, nudged=f"Nudged {day(max(nudged))}; again from {day(again)}")
