"""What is dated inside an interruption that is asked for backwards: it stays, and the office is told of it (E5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ctts.common.clock import london_midnight
from ctts.common.months import days_after
from training.models import Dops, TrainingRecord
from training.queries.items import standing_sign_offs
from training.queries.records import reviews_that_count
from training.states import DOPS_WRITTEN


@dataclass(frozen=True, slots=True)
class Inside:
    """What a record has on some days: of its Supervisor Reviews the days of the meetings, of the rest how many."""

    reviews: Sequence[date] = ()
    dops: int = 0
    signatures: int = 0


def dated_inside(record: TrainingRecord, first: date, last: date, today: date) -> Inside:
    """The signed reviews, the written DOPS and the standing signatures of the days from `first` to `last` (E5).

    Three queries; none where the first day is still to come, for nothing can stand there.
    """
    if first > today:
        return Inside()
    signed = standing_sign_offs().filter(item__record=record)
    held = reviews_that_count().filter(record=record, held_on__range=(first, last))
    moments = london_midnight(first), london_midnight(days_after(last, 1))
    return Inside(
        reviews=list(held.order_by("held_on").values_list("held_on", flat=True)),
        dops=Dops.objects.filter(record=record, state__in=DOPS_WRITTEN, observed_on__range=(first, last)).count(),
        signatures=signed.filter(signed_at__gte=moments[0], signed_at__lt=moments[1]).count(),
    )
