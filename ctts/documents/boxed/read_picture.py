"""A small copy of a picture; pictures have no text to read."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from PIL import Image

from .preview import leave_preview
from .words import MAX_PIXELS, PREVIEW_SIDE


def work(folder: Path) -> dict[str, Any]:
    """Leave `preview`; facts: one page, no text."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(folder / "source", formats=("JPEG", "PNG", "WEBP")) as picture:
        picture.draft("RGB", (PREVIEW_SIDE * 2, PREVIEW_SIDE * 2))
        leave_preview(picture, folder)
    (folder / "text").write_bytes(b"")
    return {"pages": 1, "truncated": False}
