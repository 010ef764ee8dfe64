"""Turns refusals into pages: 403, 404, 409, 422, 503. The status meanings are quality rule 1's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url

from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate

# Never written into a page: passwords, codes, tokens.
SECRET = re.compile(r"password|code|otp|token|secret", re.IGNORECASE)
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
                more = {"role": getattr(exception, "role", False), "done": isinstance(exception, DoneAlready)}
                return refusal(request, status, str(exception), **more)
        return None


def refusal(request: HttpRequest, status: int, reason: str, *, role: bool = False, done: bool = False) -> HttpResponse:
    """The page `templates/<status>.html` with its reason; JSON when the caller asked for JSON.

    `role`: the reader lacks a role, so the page says who gives roles. `done`: the same form was carried out before.
    """
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"error": reason}, status=status)
    typed = typed_words(request) if status == STATUS[TooLate] else []
    context = {"reason": reason, "role": role, "done": done, "typed": typed}
    return render(request, f"{status}.html", context, status=status)


def too_often(request: HttpRequest, reason: str, *, seconds: int) -> HttpResponse:
    """429 whose page and Retry-After say the same of how long to wait."""
    response = render(request, "429.html", {"reason": reason, "seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def typed_words(request: HttpRequest) -> list[tuple[str, str]]:
    """(field, words) of the prose that a refused form brought, to be read and copied: nothing typed is lost (rule 2).

    Prose is what has more than one word; keys, choices, digests and secrets are not shown.
    """
    words = ((name, value.strip()) for name, value in _kept(request))
    return [(name.replace("_", " ").capitalize(), value) for name, value in words if len(value.split()) > 1]


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
    """403 for a form whose security token is missing or old; what was typed comes back with it where it may."""
    if can_be_sent_again(request):
        return give_back(request, "The page you sent this from was made in another sign-in.")
    words = "This page was open for too long or in another sign-in. Go back, reload it, and send it again."
    return refusal(request, 403, words)


# --- a form that came without a session, or with the security token of another one (quality rule 2) ---


def can_be_sent_again(request: HttpRequest) -> bool:
    """Whether a form can be given back, to be sent again by one press: one of our own pages sent it, not its script.

    A page of somebody else must never get its words into a form of ours that waits for a press.
    """
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    by_script = "X-Autosave" in request.headers or "HX-Request" in request.headers
    return request.method == "POST" and request.headers.get("Origin") in ours and not by_script and bool(_kept(request))


def give_back(request: HttpRequest, why: str) -> HttpResponse:
    """403 with what was typed, and how to go on: sign in elsewhere, or just send it again."""
    context = {
        "why": why,
        "kept": _kept(request),
        "files": bool(request.FILES),
        "login_url": None if request.user.is_authenticated else resolve_url(settings.LOGIN_URL),
    }
    return render(request, "again.html", context, status=403)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of all that was typed or chosen, without secrets; files have to be chosen again."""
    return [(name, str(value)) for name, values in request.POST.lists() for value in values if not SECRET.search(name)]
