"""Changes of circumstances: one waits for the supervisor, one for the office, one interruption is granted (E5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ctts.common.clock import london_date
from ctts.demo.world.applying import key_of
from ctts.demo.world.trainee import Events, Trainee
from training import actions, queries
from training.models import ChangeRequest
from training.states import ChangeKind

AWAY_IN = timedelta(days=20)
AWAY = timedelta(days=41)


def changing(trainee: Trainee, now: datetime) -> Events:
    """What somebody has asked for in the last days, and how far it has come."""
    ask = ASKING.get(trainee.who.first)
    if ask is not None:
        yield now - timedelta(days=3), partial(ask, trainee)


def _new_supervisor(trainee: Trainee, at: datetime) -> None:
    """It waits for the supervisor."""
    values = {"new_supervisor": trainee.town.people["sara"], "from_on": london_date(at) + timedelta(days=30)}
    _sent(trainee, ChangeKind.SUPERVISOR, at, **values, reason="My rotation moves to Sara's section in the new year.")


def _four_days(trainee: Trainee, at: datetime) -> None:
    """It waits for the office."""
    values = {"percent": 80, "from_on": london_date(at) + timedelta(days=14)}
    change = _sent(trainee, ChangeKind.LESS_THAN_FULL_TIME, at, **values, reason="I care for my father one day a week.")
    _answered(trainee, change, at + timedelta(hours=1))


def _leave(trainee: Trainee, at: datetime) -> None:
    """It is granted, and lies ahead."""
    first = london_date(at) + AWAY_IN
    days = {"from_on": first, "until_on": first + AWAY}
    change = _sent(trainee, ChangeKind.INTERRUPTION, at, **days, reason="Parental leave.")
    _answered(trainee, change, at + timedelta(hours=1))
    later = at + timedelta(hours=3)
    given: dict[str, Any] = {"change_id": change.pk, "seen": _seen(change, later), "words": "All the best."}
    actions.grant_change(by=trainee.town.people["oscar"], now=later, **given)


ASKING = {"tamsin": _new_supervisor, "thea": _four_days, "tonya": _leave}


def _sent(trainee: Trainee, kind: ChangeKind, at: datetime, **values: Any) -> ChangeRequest:
    key = key_of(trainee.record.pk, "change")
    given: dict[str, Any] = {"record_id": trainee.record.pk, "kind": kind, "key": key, "values": values}
    change = actions.write_change(by=trainee.person, now=at, **given)
    return actions.send_change(by=trainee.person, now=at, change_id=change.pk, seen=_seen(change, at))


def _answered(trainee: Trainee, change: ChangeRequest, at: datetime) -> None:
    given: dict[str, Any] = {"change_id": change.pk, "seen": _seen(change, at), "supports": True}
    actions.answer_change(by=trainee.supervisor, now=at, words="The department can arrange it.", **given)


def _seen(change: ChangeRequest, at: datetime) -> str:
    return queries.change_digest(change, queries.effect_of(change, london_date(at)))
