"""What every program in the box shares: its limits, and the way to refuse a file in words."""

from __future__ import annotations

MEGABYTE = 1024 * 1024
MAX_PAGES = 5000
MAX_PIXELS = 64_000_000
MAX_SIDE = 20_000
MAX_MEMBERS = 4000
MAX_UNPACKED = 200 * MEGABYTE
MAX_STREAM = 256 * MEGABYTE
MAX_CHARACTERS = 2_000_000
PREVIEW_SIDE = 640


class Unacceptable(Exception):  # noqa: N818 — reads as the sentence it is
    """The file is not accepted; `str()` says why and what to do instead."""


DAMAGED = "This {kind} is damaged or incomplete. Open it on your computer, save it again, and upload the new copy."


def damaged(kind: str) -> Unacceptable:
    """The refusal of a file that cannot be opened; `kind` is a noun such as "PDF"."""
    return Unacceptable(DAMAGED.format(kind=kind))
