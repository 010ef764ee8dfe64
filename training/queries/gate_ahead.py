"""The next gate in a few lines, for the agenda of a monthly review, declared by the app that decides it
(screens 23)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ctts.common.ties import Declared
from training.models import TrainingRecord


@dataclass(frozen=True, slots=True)
class AheadLine:
    """One line of the gate: what it counts, how much there is ("4 of 6"), and whether that is enough."""

    label: str
    have: str
    met: bool


@dataclass(frozen=True, slots=True)
class GateAhead:
    """The gate that comes next: its name, a sentence on where it stands, the page that is all about it, its lines."""

    title: str
    words: str
    url: str
    lines: Sequence[AheadLine] = ()


tells_gate_ahead = Declared[Callable[[TrainingRecord], GateAhead]]()


def gate_ahead(record: TrainingRecord) -> GateAhead | None:
    """What the next gate of a record asks for; None where no app tells of one."""
    return next((tell(record) for tell in tells_gate_ahead), None)
