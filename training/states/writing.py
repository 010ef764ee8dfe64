"""States of reflective pieces and long case studies (T6)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class WritingState(TextChoices):
    """A reflective piece or a long case study (T6)."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    COMMENTED = "commented", "Commented on"


WRITING_MOVES: dict[str, Move] = {
    "submit": move((WritingState.DRAFT, WritingState.COMMENTED), WritingState.SUBMITTED),
    "comment": move(WritingState.SUBMITTED, WritingState.COMMENTED),
    "reopen": move((WritingState.SUBMITTED, WritingState.COMMENTED), WritingState.DRAFT),
}

WRITING_SUBMITTED = frozenset({WritingState.SUBMITTED, WritingState.COMMENTED})
"""Counts as submitted (Y6): being commented on takes nothing away."""


class ReflectionModel(TextChoices):
    """The model a reflective piece follows (T6)."""

    WHAT = "what", "What / So what / Now what"
    GIBBS = "gibbs", "Gibbs"
    KOLB = "kolb", "Kolb"
    FREE = "free", "Free"


class CommentFate(TextChoices):
    """What became of a comment, in the words of the author of the piece (T6)."""

    CHANGED = "changed", "Changed"
    KEPT = "kept", "Not changed, because"
