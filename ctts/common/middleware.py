"""What a browser is told after something was done."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FOUND, SEE_OTHER = 302, 303
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def see_other(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what was sent is answered with 303, wherever it leads (quality rule 1).

    302 leaves open whether the form is sent again to the next page; 303 says that it is fetched (RFC 9110, 15.4.4).
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == FOUND and request.method not in SAFE:
            response.status_code = SEE_OTHER
        return response

    return answer


def not_kept(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a browser keeps no page that was made in a session, unless its view says otherwise.

    Clinics share computers, and "Back" would show the pages of whoever has signed out (quality rule 13).
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer
