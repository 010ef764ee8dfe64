"""What the pages of things that can be had as PDF share: the answer to asking, and the PDF itself (T4, T5, T10)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ctts.documents.serving import serve
from training.queries import OnPaper

BEING_MADE = "The PDF is being made. It stands on this page within a minute; reload it then."


def being_made(request: HttpRequest, page: str, pk: int) -> HttpResponse:
    """Back to the page of the thing, where the PDF will stand, narrowed as it was."""
    messages.success(request, BEING_MADE)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse(page, args=[pk]) + query)


def paper_served(request: HttpRequest, paper: OnPaper) -> HttpResponse:
    """The PDF that was made last. Raises Http404 while there is none."""
    if paper.made is None:
        raise Http404
    return serve(paper.made.document, reader=request.user, headers=request.headers, method=request.method)
