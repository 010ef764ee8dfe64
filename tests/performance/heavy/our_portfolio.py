"""What our own compiling of the same files costs (F3), in a process in which Django is set up.

`portfolio` starts it with rounds and a folder. The database is the one that the environment names; what is done in it
is undone.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.test import override_settings

from assessments import actions, compiling
from assessments.compiling.assembling import put_together
from assessments.models import PortfolioRun
from ctts.common import clock
from ctts.documents.proving import prove
from tests.assessments.final_stages import world as f
from tests.performance.heavy.spending import Spent, spent


@dataclass(frozen=True, slots=True)
class Compiled:
    """A portfolio: its pages, what laying out our own cost once, and what putting together costs each time."""

    pages: int
    own: Spent
    rounds: list[Spent]


def compiled(folder: Path, rounds: int) -> Compiled:
    """Give the files to a trainee as evidence, lay out their portfolio once, and put it together so many times."""
    run = _asked_for(folder)
    kept: list[Any] = []
    own = spent(lambda: _lay_out(run, kept))
    pages: list[int] = []
    taken = [spent(lambda: pages.append(put_together(*kept).pages)) for _ in range(rounds)]
    return Compiled(pages[0], own, taken)


def _lay_out(run: PortfolioRun, kept: list[Any]) -> None:
    """Our own pages, each part and the front; what is put together afterwards goes into `kept`."""
    for part in run.items.order_by("position"):
        compiling.make_part(part, f.NOW)
    compiling.whole_of(run, f.NOW, joined=lambda *given: kept.extend(given))


def _asked_for(folder: Path) -> PortfolioRun:
    """The run of a trainee who has pressed "Compile from my record"; each file shows one competency."""
    record = f.make_final().tara
    items = f.items_of(record)
    files = sorted([*folder.glob("*.pdf"), *folder.glob("*.jpg")])
    for number, path in enumerate(files):
        upload = prove(name=path.name, chunks=[path.read_bytes()])
        f.evidence_of(record, upload, items[number * len(items) // len(files)], title=f"Piece {number + 1}")
    return actions.compile_portfolio(by=record.trainee, now=f.NOW, record_id=record.pk)


def main() -> None:
    """Compile the files of a folder; nothing stays behind."""
    rounds, folder = int(sys.argv[1]), Path(sys.argv[2])
    with TemporaryDirectory() as kept, override_settings(STORAGE_URL=f"file://{kept}"), transaction.atomic():
        clock.set_offset(at=f.NOW)
        found = compiled(folder, rounds)
        transaction.set_rollback(True)
    print(json.dumps(asdict(found)))  # noqa: T201 — what the benchmark reads
