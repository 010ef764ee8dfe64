"""The next gate of a record on its first page; what it asks for is declared by the app that decides it (screens 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ctts.accounts.models import User
from ctts.common.strips import Requirement
from ctts.common.ties import Declared
from training.models import TrainingRecord
from training.queries.overview import Overview


@dataclass(frozen=True, slots=True)
class NextGate:
    """What comes next in a training, a row for each rule of it; `url` is the page that is all about it."""

    title: str
    words: str
    url: str
    rows: Sequence[Requirement] = ()


Find = Callable[[TrainingRecord, User, date, Overview], NextGate]
shows_gate = Declared[Find]()  # the gate as one reader sees it: `find(record, reader, today, overview)` gives it


def next_gate(record: TrainingRecord, reader: User, today: date, overview: Overview) -> NextGate | None:
    """The gate that the trainee comes to next; None once the training has ended or all is passed, and for other
    readers, who find it with the assessments (screens 2)."""
    if reader.pk != record.trainee_id or record.ended_on is not None or overview.after is not None:
        return None
    return next((find(record, reader, today, overview) for find in shows_gate), None)
