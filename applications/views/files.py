"""Files of an application, after asking whether this person sees the application."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase

from applications import queries
from applications.models import Application
from applications.views._shared import application_or_404
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import today_of
from ctts.documents.models import Document
from ctts.documents.serving import serve, serve_preview


def _document(request: HttpRequest, application: Application, document_id: int) -> Document:
    today = today_of(request)
    found = queries.documents_visible_to(request.user, application, today).filter(pk=document_id).first()
    if found is None:
        raise Http404
    return found


@guarded(SIGNED_IN)
def document(request: HttpRequest, pk: int, document_id: int) -> HttpResponseBase:
    """A certificate, purchase order or letter; `?download=1` saves it instead of showing it."""
    found = _document(request, application_or_404(request, pk), document_id)
    inline = "download" not in request.GET
    return serve(found, reader=request.user, headers=request.headers, method=request.method or "GET", inline=inline)


@guarded(SIGNED_IN)
def preview(request: HttpRequest, pk: int, document_id: int) -> HttpResponseBase:
    """The small picture of its first page; 404 where none could be made."""
    found = _document(request, application_or_404(request, pk), document_id)
    return serve_preview(found, reader=request.user, headers=request.headers, method=request.method or "GET")
