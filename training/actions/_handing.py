"""Steps with a device that was handed over which several actions share (T5)."""

from __future__ import annotations

from datetime import datetime

from training.access import Doer
from training.actions._external import lock_dops
from training.actions._practice import note
from training.models import HandOver
from training.states import HandOverEnd


def lock_hand_over(hand_over_id: int) -> HandOver:
    """A hand-over as it stands now, with its DOPS of a locked record. Raises DoesNotExist."""
    dops = lock_dops(HandOver.objects.values_list("dops", flat=True).get(pk=hand_over_id))
    found = HandOver.objects.select_related("assessor", "handed_by").get(pk=hand_over_id)
    found.dops = dops
    return found


def end_hand_over(handed: HandOver, end: HandOverEnd, *, by: Doer, now: datetime) -> None:
    """The device opens this DOPS no more; what was saved stays."""
    handed.ended_at, handed.ended_as = now, end
    handed.save(update_fields=["ended_at", "ended_as"])
    note("dops.handed_back", handed.dops.record, handed, by=by, now=now, dops=handed.dops_id, how=str(end))
