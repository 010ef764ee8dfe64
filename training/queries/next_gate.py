"""The next gate of a record, on its first page and in the agenda of a review; what it asks for is declared by the app
that decides it (screens 2, 23)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ctts.accounts.models import User
from ctts.common.strips import Requirement
from ctts.common.ties import Declared
from training.models import TrainingRecord
from training.queries.overview import Overview
from training.rules import Readiness
from training.states import AppointmentKind


@dataclass(frozen=True, slots=True)
class NextGate:
    """What comes next in a training, a row for each rule of it; `url` is the page that is all about it."""

    title: str
    words: str
    url: str
    rows: Sequence[Requirement] = ()


@dataclass(frozen=True, slots=True)
class GateReader:
    """For whom, and on which day, what stands behind each row is looked up; and who supervises and moderates then."""

    person: User
    today: date
    supervisors: Sequence[User]
    moderators: Sequence[User]


shows_gate = Declared[Callable[[TrainingRecord, Readiness, GateReader | None], NextGate]]()
"""`find(record, counts, reader)` gives the gate; without a reader its rows are bare, which costs a fraction."""


def next_gate(record: TrainingRecord, reader: User, today: date, overview: Overview) -> NextGate | None:
    """The gate that the trainee comes to next; None once the training has ended or all is passed, and for other
    readers, who find it with the assessments (screens 2)."""
    if reader.pk != record.trainee_id or record.ended_on is not None or overview.after is not None:
        return None
    supervisors = [row.person for row in overview.people if row.kind == AppointmentKind.SUPERVISOR]
    moderators = [row.person for row in overview.people if row.kind == AppointmentKind.EXTERNAL_MODERATOR]
    whose = GateReader(reader, today, supervisors, moderators)
    return next((find(record, overview.counts, whose) for find in shows_gate), None)


def gate_in_brief(record: TrainingRecord, counts: Readiness) -> NextGate | None:
    """The next gate in a few lines, for the agenda of a review (screens 23); None where no app tells of one."""
    return next((find(record, counts, None) for find in shows_gate), None)
