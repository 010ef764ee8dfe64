"""States of earlier logs that are imported from a spreadsheet: DOPS, reviews, reflections from before (T4, T5, T6)."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class EarlierKind(TextChoices):
    """What the rows of an imported log are about."""

    DOPS = "dops", "DOPS"
    REVIEW = "review", "Supervisor Reviews"
    REFLECTION = "reflection", "Reflective pieces"


class ImportState(TextChoices):
    """One spreadsheet of earlier entries: tried out, imported, undone."""

    TRIED = "tried", "Tried out"
    IMPORTED = "imported", "Imported, unsigned"
    UNDONE = "undone", "Undone"
    DROPPED = "dropped", "Not imported"


IMPORT_MOVES: dict[str, Move] = {
    "import": move(ImportState.TRIED, ImportState.IMPORTED),
    "undo": move(ImportState.IMPORTED, ImportState.UNDONE),
    "drop": move(ImportState.TRIED, ImportState.DROPPED),
}
