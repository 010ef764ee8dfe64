"""Collects the text of a file up to the most that is kept, in a form that the database takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .words import MAX_CHARACTERS


class Text:
    """Text read so far; `full` once there is more than is kept."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    @property
    def full(self) -> bool:
        """Whether nothing more is taken."""
        return self.length > MAX_CHARACTERS

    def add(self, piece: str) -> None:
        """Take one more piece, unless full."""
        if not self.full:
            self.pieces.append(piece)
            self.length += len(piece)

    def leave(self, folder: Path) -> dict[str, Any]:
        """Write `text` (UTF-8, without NUL and half characters); facts: whether something was left out."""
        whole = "".join(self.pieces).replace("\x00", "")[:MAX_CHARACTERS]
        (folder / "text").write_bytes(whole.encode("utf-8", errors="ignore"))
        return {"truncated": self.full}
