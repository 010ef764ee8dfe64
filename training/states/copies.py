"""States of a copy of the whole record that a trainee orders to take away (quality rule 18)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class CopyState(TextChoices):
    """One order of the whole record as one archive."""

    REQUESTED = "requested", "Being put together"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be put together"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Deleted"


COPY_MOVES: dict[str, Move] = {
    "finish": move(CopyState.REQUESTED, CopyState.READY),
    "fail": move(CopyState.REQUESTED, CopyState.FAILED),
    "cancel": move(CopyState.REQUESTED, CopyState.CANCELLED),
    "expire": move(CopyState.READY, CopyState.EXPIRED),
}
