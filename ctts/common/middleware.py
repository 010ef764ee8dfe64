"""What a browser is told after something was done."""

from __future__ import annotations

from collections.abc import Callable

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
