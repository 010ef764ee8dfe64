"""Between a session and the pages: how long it lasts, and no page before the second factor is set up (rule 15)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from ctts.accounts import access, lending
from ctts.accounts.models import User
from ctts.common.clock import machine_now
from ctts.common.refusals import can_be_sent_again, give_back
from ctts.common.requests import Request

TOO_MANY = "too_many_login_attempts"  # the library's code
STARTED, SEEN, WANTED = "accounts_started", "accounts_seen", "accounts_wanted"
SEEN_EVERY = 300  # seconds between two writes of "seen", so that not every page writes its session

Answer = Callable[[HttpRequest], HttpResponse]

# What somebody may do who must still set up their second factor.
SET_UP = {
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}


class SessionLimitMiddleware:
    """Ends a session after SESSION_COOKIE_AGE without a step, or SESSION_ABSOLUTE_SECONDS after it was opened.

    Real time on the machine's clock counts, not the scheme's.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._limit(request, int(machine_now().timestamp()))
        return self.get_response(request)

    def _limit(self, request: HttpRequest, at: int) -> None:
        session = request.session
        started, seen = session.setdefault(STARTED, at), session.setdefault(SEEN, at)
        if at - seen > settings.SESSION_COOKIE_AGE or at - started > settings.SESSION_ABSOLUTE_SECONDS:
            logout(request)
            messages.info(request, "You were signed out because your session had been open for long. Sign in again.")
        elif at - seen > SEEN_EVERY:
            session[SEEN] = at


class LentDeviceMiddleware:
    """A device that was handed over opens the one page for which it was, whatever address is asked for (T5).

    What somebody typed into another window of it comes back, to be sent once the owner has unlocked.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        lent = lending.lent(request.session)
        if lent is None or lent.opens(request.path, reverse("mfa_authenticate"), reverse("account_logout")):
            return self.get_response(request)
        if request.htmx:
            return HttpResponseClientRedirect(lent.home)
        if can_be_sent_again(request):
            return give_back(request, "This device was handed over before you sent this.")
        return redirect(lent.home)


class RefusedFormMiddleware:
    """Answers a form that the library's pages refuse with 422, and one that came too often with 429 (quality rule 1).

    The library shows both with 200, which a script, a proxy or a test takes for success.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Only the number changes; what was typed and what is wrong stand on the page as before."""
        errors = getattr((response.context_data or {}).get("form"), "errors", None)
        if request.method == "POST" and response.status_code == 200 and errors:
            codes = {error.code for error in errors.as_data().get(NON_FIELD_ERRORS, [])}
            response.status_code = 429 if TOO_MANY in codes else 422
        return response


class SecondFactorMiddleware:
    """Sends somebody whose role needs a second factor to setting it up, before anything else.

    The person is read anew for each request, so a role granted a moment ago counts. Public pages stay open.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Request, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """A redirect to the next step of the set-up, or None to go on."""
        if not request.user.is_authenticated or getattr(view, "guard", "").startswith("public:"):
            return None
        match = request.resolver_match
        step = _next_step(request.user)
        if not step or (match is not None and match.view_name in SET_UP):
            return None
        if request.method == "GET" and not request.htmx:
            request.session[WANTED] = request.get_full_path()
        return HttpResponseClientRedirect(step) if request.htmx else redirect(step)


def second_factor_first(request: HttpRequest, words: str) -> HttpResponse | None:
    """A redirect to the set-up of an authenticator app, with `words` saying why, for somebody who signs in a function
    that they have just been given; they come back here afterwards. None when it is set up (quality rule 15)."""
    if request.user.second_factor_at is not None:  # type: ignore[union-attr]  # only signed-in people come here
        return None
    messages.info(request, words)
    request.session[WANTED] = request.get_full_path()
    return redirect("mfa_activate_totp")


def _next_step(user: User) -> str:
    if access.lacks_authenticator(user):
        return reverse("mfa_activate_totp")
    if access.lacks_recovery_codes(user):
        return reverse("mfa_view_recovery_codes")
    return ""
