"""The second year of a trainee up to the marking: the Practical sealed, the portfolio compiled and sealed (F2, F3)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from assessments import actions, queries
from assessments.queries.portfolio import seal_digest
from ctts.demo.world.competencies import paper
from ctts.demo.world.first_year import settled
from ctts.demo.world.machine import SOON, check_file, compile_portfolios
from ctts.demo.world.moderators import moderator_of
from ctts.demo.world.practice import observe
from ctts.demo.world.trainee import Events, Stage, Trainee, proof

COMPILED = ("tegan",)  # the others upload theirs
PORTFOLIO = "portfolio.pdf"


def second_year(trainee: Trainee) -> Events:
    """The final DOPS, the Practical, and the portfolio, for whoever has come so far."""
    if trainee.stage < Stage.SEALED:
        return
    yield trainee.on(14, 11), lambda at: observe(trainee, moderator_of(trainee), 21, at)
    yield trainee.on(14.2, 9), partial(_seal_practical, trainee)
    yield from settled(trainee, 14.5, Stage.MARKING, Stage.MARKING)
    yield trainee.on(15, 9), partial(_prepare, trainee)
    yield trainee.on(15.1, 9), partial(_seal_portfolio, trainee)


def _seal_practical(trainee: Trainee, at: datetime) -> None:
    seen = queries.practical_sum(trainee.record).digest
    given: dict[str, Any] = {"record_id": trainee.record.pk, "seen": seen}
    actions.seal_practical(by=moderator_of(trainee), now=at, authentication=proof(at), **given)


def _prepare(trainee: Trainee, at: datetime) -> None:
    """Compiled from the record by the worker, or uploaded as one PDF and checked."""
    given: dict[str, Any] = {"by": trainee.person, "now": at, "record_id": trainee.record.pk}
    if trainee.who.first in COMPILED:
        actions.compile_portfolio(**given)
        compile_portfolios(at + SOON)
    else:
        made = actions.upload_portfolio(**given, upload=paper(PORTFOLIO))
        if made.document is not None:
            check_file(made.document, at)


def _seal_portfolio(trainee: Trainee, at: datetime) -> None:
    found = queries.portfolio_of(trainee.record)
    if found is None:
        raise LookupError("The portfolio was compiled the day before.")
    given: dict[str, Any] = {"record_id": trainee.record.pk, "seen": seal_digest(found)}
    actions.seal_portfolio(by=trainee.person, now=at, authentication=proof(at), **given)
    actions.tell_markers(by=None, now=at + SOON, attempt_id=found.attempt_id)
