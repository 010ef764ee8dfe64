"""Turns refusals into pages: 403, 404, 405, 409, 422, 503. The status meanings are quality rule 1's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve

from ctts.common.brought import Brought, brought_to
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate

# Never written into a page: passwords, tokens, one-time codes. A postcode is none, and neither is a centre's code.
SECRET = re.compile(r"password|token|secret|(^|_)otp($|_)|_or_code$", re.IGNORECASE)
ROW_ID = re.compile(r"-[0-9]+$")  # of the row that a field is about: "note-144"
TYPED_BY = "typed_by"
ANOTHER = "This was typed while somebody else was signed in here."
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
                done, brought = isinstance(exception, DoneAlready), getattr(exception, "brought", None)
                role, lost = getattr(exception, "role", False), request.method == "POST"
                told: dict[str, Any] = {"role": role, "done": done, "lost": lost, "brought": brought}
                told["standing"] = getattr(exception, "standing", False)
                return refusal(request, status, str(exception), place=getattr(exception, "place", ""), **told)
        return None


def refusal(
    request: HttpRequest,
    status: int,
    reason: str,
    *,
    role: bool = False,
    done: bool = False,
    standing: bool = False,
    lost: bool = False,
    brought: Brought | None = None,
    place: str = "",
) -> HttpResponse:
    """The page `templates/<status>.html` with its reason; JSON when the caller asked for JSON.

    `role`: the reader lacks a role, so the page says who gives roles. `done`: the same form was carried out before.
    `standing`: it was refused as things stand and stood, so the page speaks of no change.
    `lost`: a page of ours sent it, so the page shows what was typed; a role may have ended while somebody wrote.
    `brought`: what came, in the words of its form. `place`: where to look again, where that is known.
    """
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"error": reason}, status=status)
    typed = typed_words(request, brought) if lost or status == STATUS[TooLate] else []
    opened = status == STATUS[TooLate] and request.method in {"GET", "HEAD"}
    again = place or (_above(request.path) if opened else page_before(request))
    changed = request.method == "POST" and not standing
    context = {"reason": reason, "role": role, "done": done, "changed": changed, "typed": typed, "again": again}
    return render(request, f"{status}.html", context, status=status)


def not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    """405 with its page: an address that only takes what a form sends was opened, from a kept tab or by hand."""
    response = render(request, "405.html", {"again": nearest_page(request.path)}, status=405)
    response["Allow"] = ", ".join(methods)
    return response


def page_before(request: HttpRequest) -> str:
    """Where to look again: the page of ours that sent this, or the nearest above it that opens; empty when unknown."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host():
        return ""
    if _opens(before.path):
        return before._replace(scheme="", netloc="").geturl()
    return _above(before.path)


def nearest_page(path: str) -> str:
    """The nearest address above `path` that opens as a page: of "/applications/7/review/A3b/" the review."""
    above = f"{path.rstrip('/').rpartition('/')[0]}/"
    return above if above == "/" or _opens(above) else nearest_page(above)


def _above(path: str) -> str:
    above = nearest_page(path)
    return "" if above == "/" else above  # the start page is offered anyway


def _opens(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return "GET" in getattr(view, "methods", ["GET"])


def too_often(request: HttpRequest, reason: str, *, seconds: int, brought: Brought | None = None) -> HttpResponse:
    """429 whose page and Retry-After say the same of how long to wait; what a form brought stands on it (rule 2)."""
    typed = typed_words(request, brought) if brought is not None else []
    context = {"reason": reason, "seconds": seconds, "minutes": seconds // 60, "typed": typed}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def typed_words(request: HttpRequest, brought: Brought | None = None) -> list[tuple[str, str]]:
    """(label, words) of what a refused form brought, to be read and copied: nothing typed is lost (rule 2).

    All that `brought`, or the forms that the view says it asks (`guarded`), know of: words, days and numbers as they
    were typed, choices and ticks as the page called them; of the rest what is prose, with more than one word, called
    by the name of its field. Keys, digests and secrets are not shown.
    """
    known = brought_here(request) | (brought or Brought())
    typed: dict[tuple[str, str], None] = {}
    for name, sent in _kept(request):
        words = known.chosen.get(name, sent).strip()
        if len(words.split()) > (0 if name in known.labels else 1):
            label = known.labels.get(name) or ROW_ID.sub("", name).replace("_", " ").capitalize()
            typed[(label, words)] = None
    return list(typed)


def brought_here(request: HttpRequest) -> Brought:
    """What came, in the words of the forms that the view says it asks; nothing where it says none."""
    asked = getattr(request.resolver_match.func, "asks", ()) if request.resolver_match else ()
    return brought_to(asked, request.POST)


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
    if typed_by_another(request):
        return not_theirs(request)
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


def typed_by_another(request: HttpRequest) -> bool:
    """Whether a page made for somebody else sent this: their words must never carry the name of who is signed in now.

    The page names its person by script (static/js/ctts.js); without script the security token alone decides. What is
    open to everybody is nobody's.
    """
    found = request.resolver_match
    if request.method != "POST" or found is None or str(getattr(found.func, "guard", "")).startswith("public: "):
        return False
    typed_by = request.POST.get(TYPED_BY)
    return bool(typed_by) and request.user.is_authenticated and typed_by != str(request.user.pk)


def not_theirs(request: HttpRequest) -> HttpResponse:
    """403 for what another person typed; it waits in the page until that person is signed in again."""
    if can_be_sent_again(request):
        return give_back(request, ANOTHER, another=True)
    if "X-Autosave" in request.headers:
        return JsonResponse({"error": ANOTHER, "another": True}, status=403)
    return refusal(request, 403, ANOTHER)


def give_back(request: HttpRequest, why: str, *, another: bool = False) -> HttpResponse:
    """403 with what was typed, and how to go on: sign in elsewhere, or just send it again.

    `another`: somebody else typed it, so they have to sign in first.
    """
    context = {
        "why": why,
        "another": another,
        "kept": _kept(request),
        "files": bool(request.FILES),
        "login_url": None if request.user.is_authenticated else resolve_url(settings.LOGIN_URL),
    }
    return render(request, "again.html", context, status=403)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of all that was typed or chosen, without secrets; files have to be chosen again."""
    signing_in = request.path.startswith(resolve_url(settings.LOGIN_URL).removesuffix("login/"))
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if not (SECRET.search(name) or (signing_in and name == "code"))
    ]
