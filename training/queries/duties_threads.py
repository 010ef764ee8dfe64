"""What a question in a thread of messages asks of whom: an answer; reading it does not take the row away (T11, N)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow
from training.access import FUNCTIONS
from training.queries.part import DutiesOf, Part, Rows


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
    """Whoever asked waits for an answer."""
    for thread in part.open_threads:
        if thread.last_by == part.user.pk:
            yield _row(f"Answer “{thread.subject}”", thread, "Whoever reads the thread")


def _function(part: Part, thread: Any) -> str:
    """As what somebody reads the thread: the first function of theirs that it is addressed to."""
    for name, kind in FUNCTIONS.items():
        if getattr(thread, name) and thread.record_id in part.appointed(kind):
            return str(kind.label)
    return "scheme office"


def _row(what: str, thread: Any, about: str, role: str = "") -> WaitingRow:
    url = reverse("training:thread", args=[thread.pk])
    return WaitingRow(what, url, about, role, london_date(thread.last_at), button="Read")


THREAD_DUTIES: tuple[DutiesOf, ...] = (_questions,)
THREAD_OTHERS: tuple[DutiesOf, ...] = (_questions_with_others,)
