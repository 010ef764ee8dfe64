"""Files of an application for accreditation, after asking whether this person sees the application (C3)."""

from django.http import Http404

from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import today_of
from ctts.documents.serving import serve, serve_preview
from ctts.scheme import queries


def _document(request, pk, document_id):
    found = queries.file_of_application(request.user, today_of(request), pk, document_id)
    if found is None:
        raise Http404
    return found


@guarded(SIGNED_IN)
def file(request, pk, document_id):
    """A document of the centre, shown in place where the browser can."""
    found = _document(request, pk, document_id)
    return serve(found, reader=request.user, headers=request.headers, method=request.method, inline=True)


@guarded(SIGNED_IN)
def preview(request, pk, document_id):
    """The small picture of its first page; 404 where none could be made."""
    found = _document(request, pk, document_id)
    return serve_preview(found, reader=request.user, headers=request.headers, method=request.method)
