"""The interruptions of many trainings, asked once for all that is reckoned with them (E5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from training.models import Interruption, TrainingRecord

Pauses = Mapping[int, Sequence[tuple[date, date]]]


def pauses_of(records: Iterable[TrainingRecord]) -> Pauses:
    """First and last day of each interruption, by record; one query."""
    found: dict[int, list[tuple[date, date]]] = {row.pk: [] for row in records}
    for record, starts_on, ends_on in Interruption.objects.filter(record__in=list(found)).values_list(
        "record", "starts_on", "ends_on"
    ):
        found[record].append((starts_on, ends_on))
    return found
