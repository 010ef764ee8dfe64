"""The text of a PDF and a picture of its first page, by PDFium."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError

from .preview import leave_preview
from .reading import Text
from .words import PREVIEW_SIDE

READING_SECONDS = 40


def work(folder: Path) -> dict[str, Any]:
    """Leave `text` and, when the first page can be drawn, `preview`; facts: pages, whether text was left out."""
    pdf = PdfDocument(folder / "source")
    text, end = Text(), monotonic() + READING_SECONDS
    facts: dict[str, Any] = {"pages": len(pdf), "unread_pages": 0}
    for place in range(len(pdf)):
        if text.full or monotonic() > end:
            facts["unread_pages"] = len(pdf) - place
            break
        text.add(_text_of(pdf, place) + "\n\f")
    _draw(pdf, folder)
    pdf.close()
    written = text.leave(folder)
    return {**facts, "truncated": written["truncated"] or facts["unread_pages"] > 0}


def _text_of(pdf: PdfDocument, place: int) -> str:
    """The text of one page; empty for a page that PDFium cannot read, so that the others still count."""
    try:
        page = pdf[place]
        words = page.get_textpage()
        found: str = words.get_text_range()
        words.close()
        page.close()
    except PdfiumError:
        return ""
    return found.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "")


def _draw(pdf: PdfDocument, folder: Path) -> None:
    """A page that cannot be drawn leaves no preview; the file itself is not judged here."""
    try:
        page = pdf[0]
        longest = max(page.get_width(), page.get_height())
        drawn = page.render(scale=PREVIEW_SIDE / max(longest, 1.0), may_draw_forms=False)
        leave_preview(drawn.to_pil(), folder)
    except (PdfiumError, ValueError, MemoryError):
        return
