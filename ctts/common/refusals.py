"""Turns refusals into pages: 403, 404, 409, 422, 503. The status meanings are quality rule 1's."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ctts.common.verdict import Invalid, NotAllowed, TooLate

STATUS = {NotAllowed: 403, TooLate: 409, Invalid: 422}


class RefusalMiddleware:
    """Answers NotAllowed, TooLate and Invalid raised anywhere below a view with their page and its reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page (or JSON for scripts) for a refusal; None leaves any other exception to Django."""
        if isinstance(exception, (OperationalError, InterfaceError)):
            return unavailable(request)
        for kind, status in STATUS.items():
            if isinstance(exception, kind):
                return refusal(request, status, str(exception), role=getattr(exception, "role", False))
        return None


def refusal(request: HttpRequest, status: int, reason: str, *, role: bool = False) -> HttpResponse:
    """The page `templates/<status>.html` with its reason; JSON when the caller asked for JSON.

    `role`: the reader lacks a role, so the page says who gives roles.
    """
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"error": reason}, status=status)
    return render(request, f"{status}.html", {"reason": reason, "role": role}, status=status)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After while the database is away; rendered without asking the database anything."""
    response = render(None, "503.html", {"reason": ""}, status=503)  # no request: no query
    response["Retry-After"] = "10"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself could not be read."""
    return render(request, "400.html", {"reason": ""}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 raised by Django or a library."""
    return refusal(request, 403, "")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not this person's; nobody can tell which."""
    return refusal(request, 404, "")


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away (also when middleware met it), else 500; rendered without a database query."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable(request)
    return render(None, "500.html", {"reason": ""}, status=500)  # no request: no query


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose security token is missing or old; says how to go on without losing what was typed."""
    words = "This page was open for too long or in another sign-in. Go back, reload it, and send it again."
    return refusal(request, 403, words)
