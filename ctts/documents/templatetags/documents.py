"""How a page shows a file: `{% load documents %}{% file_line item.document url reader=user preview_url=… %}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template

from ctts.common.parts import FileLink
from ctts.documents import access
from ctts.documents.models import Document
from ctts.documents.states import PICTURES, MalwareResult, Origin

register = template.Library()


@register.inclusion_tag("documents/_file_line.html")
def file_line(
    document: Document, url: str, *, reader: access.Person, title: str = "", preview_url: str = ""
) -> dict[str, Any]:
    """A file with its type, size and pages; a link when `reader` may open it now, else its state and the reason.

    `url` and `preview_url` are addresses of the owning app, which has decided that `reader` may see the file at all.
    The uploader is also told what was taken out. No query is asked.
    """
    verdict = access.can_open(reader, document)
    own = reader.pk == document.uploaded_by_id
    return {
        "document": document,
        "link": FileLink(
            title or document.original_name, url, document.media_type, document.size, note=", ".join(_notes(document))
        ),
        "reason": verdict.reason,
        "shows_state": not document.is_ready,
        "preview_url": preview_url if verdict and document.has_preview else "",
        "removed": document.removed_in_words if own else [],
    }


def _notes(document: Document) -> Iterator[str]:
    """Pages, where they say something, and whether an upload was not scanned for malware."""
    if document.pages and document.media_type not in PICTURES:
        yield f"{document.pages} page{'' if document.pages == 1 else 's'}"
    if document.origin != Origin.MADE and document.malware == MalwareResult.NOT_SCANNED:
        yield "not scanned for malware"
