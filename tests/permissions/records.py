"""The training records of both places, made once however many kinds of things stand on them."""

from __future__ import annotations

from tests.cast import Cast
from tests.training import practice
from training.models import TrainingRecord


def record_at(cast: Cast, place: str) -> TrainingRecord:
    """Tara's record at Leeds or Tom's at Bristol, with supervisor, co-ordinator and External Moderator."""
    trainee = {"leeds": cast.tara, "bristol": cast.tom}[place]
    rows = TrainingRecord.objects.select_related("trainee", "scope", "centre", "rules")
    return rows.filter(trainee=trainee).first() or practice.record_of(cast, place, many=2)
