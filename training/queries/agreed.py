"""What was agreed in Supervisor Reviews and is due, read within the one question about what seldom waits (T4, N)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F
from django.db.models.functions import JSONObject

from training.models import ReviewAction
from training.states import REVIEW_UNSIGNED

A_WEEK = timedelta(days=7)  # from so long before its day on it waits for whoever does it


@dataclass(frozen=True, slots=True)
class DueAction:
    """An action agreed in a signed review on `held_on`, with its day, that nobody has closed."""

    pk: int
    record: int
    text: str
    owner: str
    due_on: date
    held_on: date


def due_actions(records: Any, soon: Any) -> ArraySubquery:
    """What was agreed in signed reviews of these records, is not closed, and has a day until `soon`, the first due
    first: a column of another question, which `actions_told` reads (T4)."""
    rows = ReviewAction.objects.filter(review__record__any_of=records, closed_at__isnull=True, due_on__lte=soon)
    rows = rows.exclude(review__state__in=REVIEW_UNSIGNED).order_by("due_on", "pk")
    days = {"due_on": F("due_on"), "held_on": F("review__held_on")}
    told = JSONObject(pk=F("pk"), record=F("review__record"), text=F("text"), owner=F("owner"), **days)
    return ArraySubquery(rows.values_list(told))


def actions_told(column: Iterable[dict[str, Any]]) -> list[DueAction]:
    """The rows of such a column."""
    days = ("due_on", "held_on")
    return [DueAction(**{**row, **{name: date.fromisoformat(row[name]) for name in days}}) for row in column]
