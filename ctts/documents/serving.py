"""Sends a file to a browser: in parts when asked, never to a shared cache, with nothing in it that could act.

The owning app has decided that this person may read it; the state is asked here, so that nobody can forget (quality
rule 12). RFC 9110 sections 13 (conditions) and 14 (ranges), RFC 6266 (names).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags

from ctts.common.verdict import Invalid, TooLate, require
from ctts.documents import access, rules, storage
from ctts.documents.models import Document
from ctts.documents.states import SHOWN_IN_PLACE, MediaType

logger = logging.getLogger(__name__)

AWAY = "This file cannot be read from the storage just now. Try again in a few minutes."
# Nothing loads, nothing runs, nothing is sent; a sandbox without rights. Browsers' own PDF viewers work in it.
LOCKED = "default-src 'none'; sandbox; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent: content by its address, and how it is called."""

    sha256: str
    size: int
    media_type: str
    name: str


def serve(
    document: Document,
    *,
    reader: access.Person | None,
    headers: Mapping[str, str],
    method: str = "GET",
    inline: bool = False,
) -> HttpResponseBase:
    """The response with the file itself: 200, 206, 304 or 416; a download unless `inline` and a PDF or picture.

    `headers` and `method` are the request's. Raises TooLate (409) while it is being checked (but for its uploader),
    when it is refused or withdrawn, or when the storage is away.
    """
    sent = Sent(document.sha256, document.size, document.media_type, document.original_name)
    return _answer(document, sent, reader=reader, headers=headers, method=method, inline=inline)


def serve_pdf(
    document: Document,
    *,
    reader: access.Person | None,
    headers: Mapping[str, str],
    method: str = "GET",
    inline: bool = True,
) -> HttpResponseBase:
    """Like `serve`, but the PDF that was made of an office file; of any other file, the file itself."""
    if not document.pdf_sha256:
        return serve(document, reader=reader, headers=headers, method=method, inline=inline)
    name = rules.safe_name(document.original_name, MediaType.PDF)
    sent = Sent(document.pdf_sha256, document.pdf_size or 0, MediaType.PDF, name)
    return _answer(document, sent, reader=reader, headers=headers, method=method, inline=inline)


def serve_preview(
    document: Document, *, reader: access.Person | None, headers: Mapping[str, str], method: str = "GET"
) -> HttpResponseBase:
    """The small picture of the first page (PNG), shown in place; 404 where none could be made."""
    require(access.can_open(reader, document))
    if not document.preview_sha256:
        return HttpResponse(status=404)
    name = f"preview-{document.pk}.png"
    sent = Sent(document.preview_sha256, document.preview_size or 0, MediaType.PNG, name)
    return _answer(document, sent, reader=reader, headers=headers, method=method, inline=True)


def _answer(
    document: Document,
    sent: Sent,
    *,
    reader: access.Person | None,
    headers: Mapping[str, str],
    method: str,
    inline: bool,
) -> HttpResponseBase:
    require(access.can_open(reader, document))
    return serve_stored(sent, headers=headers, method=method, inline=inline)


def serve_stored(
    sent: Sent, *, headers: Mapping[str, str], method: str = "GET", inline: bool = False
) -> HttpResponseBase:
    """Like `serve`, for content that is no Document: what a row of the owning app keeps for a time. That it may still
    be sent, the owning app has asked. Raises TooLate (409) when the storage is away."""
    etag = f'"{sent.sha256}"'
    if _has_it(headers.get("If-None-Match", ""), etag):
        return _dressed(HttpResponseNotModified(), sent, etag, inline=inline)
    try:
        span = rules.asked_span(_asked_range(headers, etag), sent.size)
    except Invalid:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{sent.size}"})
        return _dressed(refused, sent, etag, inline=inline)
    whole = rules.Span(0, sent.size - 1)
    response = _body(sent, span or whole, method)
    if span is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.start}-{span.end}/{sent.size}"
    response["Content-Length"] = str((span or whole).length)
    return _dressed(response, sent, etag, inline=inline)


def _has_it(condition: str, etag: str) -> bool:
    """Whether the browser's copy is the same; addresses are hashes, so weak and strong comparison agree."""
    known = parse_etags(condition) if condition else []
    return "*" in known or any(found.removeprefix("W/") == etag for found in known)


def _asked_range(headers: Mapping[str, str], etag: str) -> str:
    """The Range header, unless If-Range says that the browser's beginning is of another file."""
    condition = headers.get("If-Range", "").strip()
    return headers.get("Range", "") if not condition or condition == etag else ""


def _body(sent: Sent, span: rules.Span, method: str) -> HttpResponseBase:
    kind = str(sent.media_type)  # WSGI takes plain strings, no members of an enumeration
    if method == "HEAD":
        return HttpResponse(content_type=kind)
    return StreamingHttpResponse(_pieces(sent, span), content_type=kind)


def _pieces(sent: Sent, span: rules.Span) -> Iterator[bytes]:
    try:
        return storage.current().pieces(sent.sha256, span.start, span.length)
    except (storage.Missing, storage.StorageAway) as problem:
        logger.exception("Content that a row needs could not be read.")
        raise TooLate(AWAY) from problem


def _dressed(response: HttpResponseBase, sent: Sent, etag: str, *, inline: bool) -> HttpResponseBase:
    """The headers every answer carries, refusals too."""
    in_place = inline and sent.media_type in SHOWN_IN_PLACE
    disposition = content_disposition_header(as_attachment=not in_place, filename=sent.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = LOCKED
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response
