"""Proves that a file is a photograph as iPhones take them (HEIC), and keeps it as the JPEG that every browser shows.

libheif decodes; whatever else stands in the file is left behind as with every picture (quality rule 12).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pillow_heif

from . import clean_picture


def work(folder: Path) -> dict[str, Any]:
    """Clean `source` into `target`; facts as of `clean_picture`. Raises Unacceptable in words."""
    # One thread: the memory of each would count against the cap of the box.
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    return clean_picture.clean(folder, ("HEIF",))
