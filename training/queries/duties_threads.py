"""What a question in a thread of messages asks of whom: an answer; reading it does not take the row away (T11, N)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import OFFICES, WaitingRow, WaitsFor, nudging
from training.access import FUNCTIONS
from training.queries.part import NOBODY_APPOINTED, DutiesOf, Part, Rows, waits_for_trainee
from training.queries.part_asked import holders_on


def _questions(part: Part) -> Rows:
    """Whoever reads a thread answers what was asked last in it; the first answer is enough."""
    for thread in part.open_threads:
        if thread.last_by != part.user.pk:
            trainee = str(thread.record.trainee)
            about = thread.last_name if trainee == thread.last_name else f"{thread.last_name}, {trainee}"
            mine = thread.record.trainee_id == part.user.pk
            about, role = (thread.last_name, "trainee") if mine else (about, _function(part, thread))
            yield _row(f"Answer “{thread.subject}”", thread, about, role)


def _questions_with_others(part: Part) -> Rows:
    """Whoever asked waits for the trainee and those it is addressed to; the office has its own list."""
    mine = [thread for thread in part.open_threads if thread.last_by == part.user.pk]
    held = holders_on([thread.record_id for thread in mine], part.today) if mine else {}
    for thread in mine:
        row = _row(f"Answer “{thread.subject}”", thread, "Whoever reads the thread")
        yield nudging(row, _asked_in(thread, held, part.user.pk), OFFICES if thread.to_office else NOBODY_APPOINTED)


def _asked_in(thread: Any, held: Mapping[tuple[int, str], set[int]], asker: int) -> WaitsFor | None:
    """Who is nudged about a question: whoever else reads the thread, but a trainee whose training is interrupted."""
    record, duty = thread.record, f"training.thread:{thread.pk}"
    kinds = [kind for name, kind in FUNCTIONS.items() if getattr(thread, name)]
    people = set().union(*(held.get((record.pk, kind), set()) for kind in kinds)) - {asker}
    if record.trainee_id == asker:
        return WaitsFor(duty, tuple(sorted(people)), asker) if people else None
    trainee = waits_for_trainee(duty.removeprefix("training."), record)
    if trainee.quiet and people:
        return replace(trainee, people=tuple(sorted(people)), quiet="")
    return replace(trainee, people=tuple(sorted({record.trainee_id, *people})))


def _function(part: Part, thread: Any) -> str:
    """As what somebody reads the thread: the first function of theirs that it is addressed to."""
    for name, kind in FUNCTIONS.items():
        if getattr(thread, name) and thread.record_id in part.appointed(kind):
            return str(kind.label)
    return "scheme office"


def _row(what: str, thread: Any, about: str, role: str = "") -> WaitingRow:
    url = reverse("training:thread", args=[thread.pk])
    return WaitingRow(what, url, about, role, london_date(thread.last_at), button="Read", record=thread.record_id)


THREAD_DUTIES: tuple[DutiesOf, ...] = (_questions,)
THREAD_OTHERS: tuple[DutiesOf, ...] = (_questions_with_others,)
