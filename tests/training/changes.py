"""Requests for a change of circumstances in each of their states, made by the actions that pages call (E5)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from ctts.accounts.models import User
from tests.training import practice as p
from training import actions, queries
from training.models import ChangeRequest, TrainingRecord
from training.states import ChangeKind

WHY = "I move house."
ASKED: dict[str, dict[str, Any]] = {
    "name": {"new_name": "Tara Quinn-Abbott", "from_on": date(2026, 6, 1)},
    "contact": {"telephone": "0113 496 0001", "from_on": date(2026, 6, 1)},
    "less_than_full_time": {"percent": 50, "from_on": date(2026, 7, 1)},
    "interruption": {"from_on": date(2026, 7, 1), "until_on": date(2026, 7, 30)},
    "extension": {"until_on": date(2028, 6, 30)},
    "withdrawal": {"from_on": date(2026, 6, 30)},
}
"""What is asked for of each kind that names nobody else; the clock stands at 10 June 2026."""


def values(kind: str, **changes: Any) -> dict[str, Any]:
    """What the form of a kind gives."""
    return {**ASKED.get(kind, {}), "reason": WHY, **changes}


def written(record: TrainingRecord, kind: str, now: Any = p.NOW, **changes: Any) -> ChangeRequest:
    """A request that is not sent."""
    upload = changes.pop("upload", None)
    given = {"record_id": record.pk, "kind": ChangeKind(kind), "key": uuid4(), "values": values(kind, **changes)}
    return actions.write_change(by=record.trainee, now=now, upload=upload, **given)


def seen(change: ChangeRequest, today: date = p.TODAY, **terms: Any) -> str:
    """What a page shows of a request and its effect."""
    rows = ChangeRequest.objects.select_related("record__rules", "record__intake", "new_supervisor", "new_centre")
    fresh = rows.get(pk=change.pk)
    return queries.change_digest(fresh, queries.effect_of(fresh, today, **terms))


def sent(record: TrainingRecord, kind: str, **changes: Any) -> ChangeRequest:
    """A request that was sent, to the supervisor or straight to the office."""
    change = written(record, kind, **changes)
    return actions.send_change(by=record.trainee, now=p.NOW, change_id=change.pk, seen=seen(change))


def answered(record: TrainingRecord, by: User, kind: str, **changes: Any) -> ChangeRequest:
    """A request that its supervisor supports."""
    change = sent(record, kind, **changes)
    given = {"change_id": change.pk, "seen": seen(change), "supports": True, "words": "Agreed with the department."}
    return actions.answer_change(by=by, now=p.NOW, **given)


def grant(change: ChangeRequest, by: User, now: Any = p.NOW, words: str = "", **terms: Any) -> ChangeRequest:
    """The office grants what its page shows."""
    digest = seen(change, now.date(), **terms)
    return actions.grant_change(by=by, now=now, change_id=change.pk, seen=digest, words=words, **terms)


def granted(scene: p.Scene, kind: str, **changes: Any) -> ChangeRequest:
    """A request of Tara, supported by Sam where he is asked, and granted by Olive."""
    if kind in ("name", "contact"):
        return grant(sent(scene.tara, kind, **changes), scene.cast.olive)
    return grant(answered(scene.tara, scene.cast.sam, kind, **changes), scene.cast.olive)
