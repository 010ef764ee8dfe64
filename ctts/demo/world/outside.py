"""A consultant of another hospital assesses by a one-time link, without an account: once done, once asked (T5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ctts.demo.world.applying import key_of
from ctts.demo.world.machine import note_sent
from ctts.demo.world.people import Town, supervisor_of
from ctts.demo.world.practice import assess
from ctts.demo.world.trainee import proof
from ctts.demo.world.ways import Way
from ctts.notifications.models import Message
from training import actions, queries
from training.models import Dops, ExternalAssessor, TrainingRecord

OWEN = actions.Outsider(
    "Dr Owen Vale", "Consultant clinical scientist", "St Elsewhere Hospital", "owen.vale@elsewhere.example", "CS04217"
)
PIA = actions.Outsider("Pia North", "Lead technologist", "St Elsewhere Hospital", "pia.north@elsewhere.example")


def by_link(town: Town, began_at: datetime, first: str, centre: str) -> Way:
    """One DOPS by a link is signed, countersigned and acknowledged; for another the link is sent and not opened yet."""
    record = TrainingRecord.objects.select_related("trainee").get(trainee=town.people[first])
    supervisor = town.people[supervisor_of(first, centre)]
    yield began_at
    dops = _ask(record, town, first, centre, OWEN, 31, began_at)
    yield (at := began_at + timedelta(hours=1))
    note_sent(Message.objects.filter(kind="training.dops_link", to_address=OWEN.email))
    _sign(dops, at)
    yield (at := began_at + timedelta(hours=2))
    given: dict[str, Any] = {"dops_id": dops.pk, "seen": _digest(dops), "authentication": proof(at)}
    actions.countersign_dops(by=supervisor, now=at, **given)
    yield (at := began_at + timedelta(hours=3))
    given = {"dops_id": dops.pk, "seen": _digest(dops), "comment": "Thank you.", "authentication": proof(at)}
    actions.acknowledge_dops(by=record.trainee, now=at, **given)
    yield (at := began_at + timedelta(hours=4))
    _ask(record, town, first, centre, PIA, 32, at)


def _ask(
    record: TrainingRecord, town: Town, first: str, centre: str, person: actions.Outsider, number: int, at: datetime
) -> Dops:
    """The supervisor names somebody, and the link is sent."""
    values = {"procedure": "Radiation survey of a room", "place": "Department, room 3"}
    given: dict[str, Any] = {"record_id": record.pk, "key": key_of(record.pk, "dops", number), "values": values}
    supervisor = town.people[supervisor_of(first, centre)]
    return actions.ask_external(by=supervisor, now=at, person=person, authentication=proof(at), **given)


def _sign(dops: Dops, at: datetime) -> None:
    """Whoever has the link gives the code, judges in four steps and signs."""
    external = ExternalAssessor.objects.get(dops=dops)
    actions.give_code(by=external, now=at, code=queries.code_of(external))
    assess(dops, external, 5, at)
    given: dict[str, Any] = {"post": OWEN.post, "registration": OWEN.registration}
    actions.sign_by_link(by=external, now=at, seen=_digest(dops), **given)


def _digest(dops: Dops) -> str:
    return queries.dops_digest(Dops.objects.get(pk=dops.pk))
