"""Why what an assessor typed of a DOPS, and could not save, is not taken as it stands (T5, screens 13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ctts.scheme.queries import numbers_of
from training.access import Doer
from training.models import Dops
from training.queries.dops import items_of_step, kept_steps, scores_of
from training.rules import day_fault, not_applicable_words, too_many_not_applicable

NOT_APPLICABLE = "na"


def refused_steps(assessor: Doer, dops: Dops, today: date) -> dict[int, str]:
    """Steps whose kept text cannot be saved as it stands, each with the reason that its form would give (T5)."""
    kept = {step: _texts(fields) for step, fields in kept_steps(assessor, dops).items()}
    found = {}
    fault = _day_fault(kept.get(1, {}).get("observed_on", ""), dops.record.start_on, today)
    if fault:
        found[1] = fault
    judged = [step for step in (2, 3) if step in kept]
    numbers = numbers_of(dops.record.rules)
    if judged and too_many_not_applicable(_as_typed(dops, kept), numbers):
        found.update({step: not_applicable_words(numbers) for step in judged})
    return found


def _day_fault(text: str, start: date, today: date) -> str:
    """Why the day that is typed cannot be; empty for one that can, and for what is no day: its field says that."""
    try:
        return day_fault(date.fromisoformat(text), start, today)
    except ValueError:
        return ""


def _as_typed(dops: Dops, kept: Mapping[int, Mapping[str, str]]) -> list[int | None]:
    """The scores as they would stand with what is typed in place of what is saved; every true score counts as one."""
    known = scores_of(dops)
    found = [score for step in (2, 3) if step not in kept for score in _saved(dops, step, known)]
    texts = [text for step in (2, 3) for name, text in kept.get(step, {}).items() if name.startswith("item_")]
    return [*found, *(None if text == NOT_APPLICABLE else 0 for text in texts)]


def _saved(dops: Dops, step: int, known: Mapping[int, int | None]) -> list[int | None]:
    return [known[item.pk] for item in items_of_step(dops, step) if item.pk in known]


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    """Kept fields as one text each: the last that was sent under a name."""
    return {name: _last(value) for name, value in fields.items()}


def _last(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else str((value or [""])[-1])
