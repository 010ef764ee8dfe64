"""How the scores of a trainee's DOPS move, item by item (T5; screens 24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from training.models import Dops, DopsScore
from training.states import DOPS_WRITTEN


@dataclass(slots=True)
class ItemTrend:
    """One item over the DOPS in which it was judged, the oldest observation first; None is not applicable."""

    number: int
    title: str
    days: list[date] = field(default_factory=list)
    scores: list[int | None] = field(default_factory=list)


def signed_first_to_last(rows: Sequence[Dops]) -> list[Dops]:
    """Of some DOPS those that are signed and stand, the oldest observation first; what is voided is left out."""
    signed = [row for row in rows if row.state in DOPS_WRITTEN and row.observed_on is not None]
    return sorted(signed, key=lambda row: (row.observed_on, row.pk))


def trend_by_item(rows: Sequence[Dops]) -> list[ItemTrend]:
    """The items of some signed DOPS in the order of the form, each with its scores; `rows` are in order of time.

    Forms are renewed: an item is the same by its title, and has the number of the newest form.
    """
    known = {row.pk: row for row in rows}
    scored: dict[int, list[tuple[int, str, int | None]]] = {pk: [] for pk in known}
    found = DopsScore.objects.filter(dops__in=list(known)).select_related("item").order_by("item__number")
    for one in found:
        scored[one.dops_id].append((one.item.number, one.item.title, one.score))
    items: dict[str, ItemTrend] = {}
    for pk, row in known.items():
        for number, title, score in scored[pk]:
            item = items.setdefault(title.casefold(), ItemTrend(number, title))
            item.number, item.title = number, title
            item.days.append(row.observed_on or row.asked_at.date())
            item.scores.append(score)
    return sorted(items.values(), key=lambda item: (item.number, item.title))


def scores_by_number(rows: Sequence[Dops]) -> dict[int, dict[int, int | None]]:
    """The scores of some DOPS by the number of the item, for a file of the log."""
    found: dict[int, dict[int, int | None]] = {row.pk: {} for row in rows}
    pairs = DopsScore.objects.filter(dops__in=list(found)).values_list("dops", "item__number", "score")
    for dops, number, score in pairs.order_by("dops", "item__number"):
        found[dops][number] = score
    return found
