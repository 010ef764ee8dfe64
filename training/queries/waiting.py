"""What waits for a person with each of their trainees: the rows of Waiting for me, counted for lists (N, screens 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from ctts.accounts.models import User
from ctts.common.parts import WaitingRow
from ctts.common.ties import Declared
from training.queries.duties import duties_for
from training.queries.records import stands_in_request

Stands = frozenset[str]
adds_duties = Declared[Callable[[User, date, Stands], Iterable[WaitingRow]]]()
"""What apps above ask of people around a trainee; each row names the `record` it lies in."""


def waiting_by_record(user: User, today: date, now: datetime | None = None) -> dict[int, list[WaitingRow]]:
    """What waits for a person, by the training it lies in; the most urgent first, as Waiting for me has it."""
    stands = stands_in_request(user, today)
    rows = [*duties_for(user, today, now), *(row for ask in adds_duties for row in ask(user, today, stands))]
    found: dict[int, list[WaitingRow]] = {}
    for row in sorted(rows, key=lambda row: (row.due or date.max, row.since or date.max, row.what, row.about)):
        if row.record is not None:
            found.setdefault(row.record, []).append(row)
    return found
