"""The small picture that lists show of a file."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from .words import PREVIEW_SIDE

COLOURS = 256
PLAIN = frozenset({"RGB", "RGBA", "L"})


def leave_preview(picture: Image.Image, folder: Path) -> None:
    """Write `preview`: a PNG of at most PREVIEW_SIDE pixels a side, on white, in a palette to keep it small."""
    small = picture.copy() if picture.mode in PLAIN else picture.convert("RGBA")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small = small.convert("RGBA")
    ground = Image.new("RGB", small.size, "white")
    ground.paste(small, mask=small.getchannel("A"))
    ground.quantize(COLOURS).save(folder / "preview", format="PNG", optimize=True)
