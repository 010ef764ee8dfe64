"""Steps shared by reviews, DOPS and pieces: notes on the audit, moves, stale texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.moves import Moves, change_state
from ctts.common.verdict import Invalid, TooLate
from ctts.scheme.models import DopsForm, Scope
from ctts.scheme.queries import dops_form_for
from training.actions._steps import role_of
from training.models import TrainingRecord


class StaleText(TooLate):
    """Another window, or another person, changed the text since this one was opened; the page shows both."""


def fresh(seen: str, now_says: str) -> None:
    """Refuse to decide about, or write over, what changed since the page was made. Raises StaleText."""
    if seen != now_says:
        raise StaleText("This was changed in another window since you opened it. Nothing of yours was written over it.")


def form_for(scope: Scope) -> DopsForm:
    """The DOPS form with which a new DOPS of a scope is begun (T5). Raises TooLate while none is entered."""
    try:
        return dops_form_for(scope)
    except DopsForm.DoesNotExist as problem:
        raise TooLate(f"No DOPS form is entered for {scope} yet. The office enters it first.") from problem


def want(text: str, field: str, words: str) -> str:
    """The text without blanks at its ends. Raises Invalid beside `field` when nothing is left."""
    if not text.strip():
        raise Invalid(words, field)
    return text.strip()


def note(
    what: str, record: TrainingRecord, about: Model, *, by: User, now: datetime, words: str = "", **after: Any
) -> None:
    """Put something about a row of a trainee's dossier on the audit; `words` are what somebody wrote to say why."""
    said = {"reason": words} if words else None
    role = role_of(by, record, now)
    audit(f"training.{what}", by=by, at=now, about=about, within=record.trainee_id, after=after, role=role, words=said)


def step(
    thing: Any,
    moves: Moves,
    name: str,
    *,
    what: str,
    by: User,
    now: datetime,
    words: str = "",
    columns: Mapping[str, Any] | None = None,
    **after: Any,
) -> None:
    """Take a legal step with a locked row and put it on the audit; `columns` change with the state in one statement.

    `words` are what somebody wrote to say why. Raises TooLate when the step is not legal from the present state.
    """
    before = {"state": str(thing.state)}
    change_state(thing, moves, name, **(columns or {}))
    facts = {"state": str(thing.state), **after}
    record = thing.record
    audit(
        f"training.{what}",
        by=by,
        at=now,
        about=thing,
        within=record.trainee_id,
        before=before,
        after=facts,
        role=role_of(by, record, now),
        words={"reason": words} if words else None,
    )
