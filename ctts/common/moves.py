"""Legal moves between states: one table a thing, used by actions, buttons, tests and the database trigger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import models

from ctts.common.verdict import YES, TooLate, Verdict, late


@dataclass(frozen=True, slots=True)
class Move:
    """A named step: from any of `sources` to `target`."""

    sources: frozenset[str]
    target: str


Moves = Mapping[str, Move]


def move(sources: Iterable[str] | str, target: str) -> Move:
    """Declare a step; `sources` is one state or several."""
    names = [sources] if isinstance(sources, str) else sources
    return Move(frozenset(str(name) for name in names), str(target))


def can_move(thing: models.Model, moves: Moves, step: str, field: str = "state") -> Verdict:
    """Whether `step` is legal from the present state of `thing`; the reason names that state."""
    if getattr(thing, field) in moves[step].sources:
        return YES
    shown = getattr(thing, f"get_{field}_display")()
    return late(f"This cannot be done now: it is “{shown}”.")


def change_state(thing: models.Model, moves: Moves, step: str, field: str = "state", **columns: Any) -> None:
    """Take `step` on a locked row and save that one column, and `columns` that change with it, in one statement.

    Raises TooLate when the step is not legal from the present state.
    """
    verdict = can_move(thing, moves, step, field)
    if not verdict:
        raise TooLate(verdict.reason)
    changed = {**columns, field: moves[step].target}
    for name, value in changed.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(changed))


def move_rows(rows: models.QuerySet[Any], moves: Moves, step: str, field: str = "state", **columns: Any) -> int:
    """Take `step` on each of `rows` whose state allows it, and set `columns`, in one statement; returns how many.

    For rows whose constraints tie other columns to the state, and for many rows at once.
    """
    allowed = rows.filter(**{f"{field}__in": moves[step].sources})
    return allowed.update(**{**columns, field: moves[step].target})


def legal_pairs(moves: Moves) -> list[tuple[str, str]]:
    """Every (from, to) pair of a table, sorted, each once; staying in a state is always legal and not listed."""
    return sorted({(s, m.target) for m in moves.values() for s in m.sources if s != m.target})


def fsm_trigger(name: str, moves: Moves, field: str = "state") -> pgtrigger.FSM:
    """The database's copy of the table: an UPDATE that is not one of its moves is refused, whoever sends it."""
    return pgtrigger.FSM(name=name, field=field, transitions=legal_pairs(moves))
