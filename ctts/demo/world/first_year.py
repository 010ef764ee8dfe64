"""The End of First Year Assessment of a trainee: put forward, decided, confirmed, released (Y, F1)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from assessments import actions, queries
from assessments.models import FirstYear, Outcome
from assessments.states import Result
from ctts.common.digest import sha256
from ctts.demo.world.moderators import moderator_of
from ctts.demo.world.practice import observe
from ctts.demo.world.trainee import Events, Stage, Trainee, proof


def first_year(trainee: Trainee) -> Events:
    """From the moderator's indicative DOPS to the released pass, as far as the trainee has come."""
    if trainee.stage < Stage.GATE_OPEN:
        return
    early = trainee.stage == Stage.GATE_OPEN  # months before anybody would ask for it
    yield trainee.on(5.6 if early else 9.5, 11), lambda at: observe(trainee, moderator_of(trainee), 20, at)
    yield trainee.on(5.8 if early else 11, 9), partial(_confirm_safety, trainee)
    if trainee.stage >= Stage.PUT_FORWARD:
        yield trainee.on(11.1, 9), partial(_put_forward, trainee)
    if trainee.stage >= Stage.DECIDED:
        yield trainee.on(11.4, 16), partial(_decide, trainee)
    yield from settled(trainee, 11.6, Stage.CONFIRMED, Stage.SECOND_YEAR)


def settled(trainee: Trainee, month: float, confirmed: Stage, released: Stage) -> Events:
    """One of the office confirms the outcome that waits, another releases it, for whoever has come so far (F1)."""
    if trainee.stage >= confirmed:
        yield trainee.on(month, 9), partial(_confirm, trainee)
    if trainee.stage >= released:
        yield trainee.on(month, 15), partial(_release, trainee)


def _confirm_safety(trainee: Trainee, at: datetime) -> None:
    seen = queries.safety_digest(queries.attempt_of(trainee.record), actions.SAFETY_WORDS)
    given: dict[str, Any] = {"record_id": trainee.record.pk, "seen": seen}
    actions.confirm_safety(by=trainee.supervisor, now=at, authentication=proof(at), **given)


def _put_forward(trainee: Trainee, at: datetime) -> None:
    seen = sha256(queries.put_forward_content(queries.attempt_of(trainee.record)))
    actions.put_forward(by=trainee.supervisor, now=at, record_id=trainee.record.pk, seen=seen)


def _decide(trainee: Trainee, at: datetime) -> None:
    row = FirstYear.objects.get(record=trainee.record)
    seen = queries.decision_digest(queries.attempt_of(trainee.record))
    given: dict[str, Any] = {
        "result": Result.PASS,
        "words": "Solid evidence, and a calm practice.",
        "authentication": proof(at),
    }
    actions.decide(by=moderator_of(trainee), now=at, first_year_id=row.pk, seen=seen, **given)


def _last_outcome(trainee: Trainee) -> Outcome:
    rows = Outcome.objects.select_related("record__rules", "record__trainee")
    return rows.filter(record=trainee.record).latest("agreed_at", "pk")


def _confirm(trainee: Trainee, at: datetime) -> None:
    outcome = _last_outcome(trainee)
    seen = queries.outcome_digest(outcome)
    actions.confirm_outcome(by=trainee.town.people["olive"], now=at, outcome_id=outcome.pk, seen=seen)


def _release(trainee: Trainee, at: datetime) -> None:
    outcome = _last_outcome(trainee)
    seen = queries.outcome_digest(outcome)
    actions.release_outcome(by=trainee.town.people["oscar"], now=at, outcome_id=outcome.pk, seen=seen)
