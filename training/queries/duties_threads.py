"""What a question in a thread of messages asks of whom: an answer; reading it does not take the row away (T11, N)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow
from training.queries.part import DutiesOf, Part, Rows


def _questions(part: Part) -> Rows:
    """Whoever reads a thread answers what was asked last in it; the first answer is enough."""
    for thread in part.questions:
        if thread.last_by != part.user.pk:
            mine = thread.record.trainee_id == part.user.pk
            about = thread.last_name if mine else f"{thread.last_name}, {thread.record.trainee}"
            yield _row(f"Answer “{thread.subject}”", thread, about, "trainee" if mine else "reader of the thread")


def _questions_with_others(part: Part) -> Rows:
    """Whoever asked waits for an answer."""
    for thread in part.questions:
        if thread.last_by == part.user.pk:
            yield _row(f"Answer “{thread.subject}”", thread, "Whoever reads the thread")


def _row(what: str, thread: Any, about: str, role: str = "") -> WaitingRow:
    url = reverse("training:thread", args=[thread.pk])
    return WaitingRow(what, url, about, role, london_date(thread.last_at), button="Read")


THREAD_DUTIES: tuple[DutiesOf, ...] = (_questions,)
THREAD_OTHERS: tuple[DutiesOf, ...] = (_questions_with_others,)
