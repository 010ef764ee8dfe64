"""A trainee of the demo world brings a log from before: imported from a spreadsheet, unsigned (T5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from ctts.common.clock import london_date
from ctts.demo.world.applying import key_of
from ctts.demo.world.people import Town
from ctts.demo.world.ways import Way
from training import actions, queries
from training.models import PlanItem, TrainingRecord
from training.states import EarlierKind

HEADINGS = ["Date", "Procedure", "Place", "Competency", "Assessor", "Overall judgement", "Done well"]
DONE = (
    ("Wipe test of a workplace", "Hot lab", "Dr Owen Vale", "competent", "Careful and complete."),
    ("Dose rate at a barrier", "Room 4", "Pia North", "not_yet_competent", "Good record; the units were mixed up."),
)


def earlier_log(town: Town, at: datetime, first: str) -> Way:
    """Two DOPS of the first weeks, tried out and imported ten minutes later."""
    record = TrainingRecord.objects.select_related("trainee").get(trainee=town.people[first])
    codes = list(PlanItem.objects.filter(record=record).order_by("position").values_list("item__code", flat=True))
    yield at
    rows = [
        [2 + place, [f"{record.start_on + timedelta(days=3 + place):%d/%m/%Y}", procedure, room, codes[place], *said]]
        for place, (procedure, room, *said) in enumerate(DONE)
    ]
    table = {"sheet": "Log", "headings": HEADINGS, "rows": rows}
    file = actions.ReadFile("DOPS before.xlsx", sha256(str(rows).encode()).hexdigest(), table)
    given: dict[str, Any] = {"record_id": record.pk, "kind": EarlierKind.DOPS, "key": key_of(record.pk, "earlier", 1)}
    batch = actions.try_import(by=record.trainee, now=at, file=file, **given)
    yield (at := at + timedelta(minutes=10))
    seen = queries.dry_run(batch, london_date(at)).digest
    actions.import_entries(by=record.trainee, now=at, import_id=batch.pk, seen=seen)
