"""Who may open a page: declared on the view itself, listed by `manage.py list_routes`, checked by a guard test.

`@guarded(OFFICE, methods="GET POST", effect="accepts an application")` or `@public("the register checks diplomas")`.
An undeclared view fails the build (tests/architecture).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpResponse

from ctts.common.refusals import can_be_sent_again, give_back, not_allowed, not_theirs, typed_by_another
from ctts.common.requests import Request
from ctts.common.verdict import YES, Verdict, require

View = Callable[..., HttpResponse]
Asks = tuple[type[BaseForm], ...]
SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Guard:
    """A named door: `check(user, now)` answers for a signed-in person; *objects* are the queries' work."""

    name: str
    check: Callable[[Any, datetime], Verdict]


SIGNED_IN = Guard("signed-in", lambda user, now: YES)


def _allowed_methods(methods: str) -> tuple[str, ...]:
    names = tuple(methods.split())
    return (*names, "HEAD") if "GET" in names else names


def _declare(view: View, guard: str, methods: str, effect: str, asks: Asks, door: Guard | None = None) -> View:
    view.guard = guard  # type: ignore[attr-defined]  # functions carry their declaration
    view.door = door  # type: ignore[attr-defined]  # as above
    view.methods = methods.split()  # type: ignore[attr-defined]  # as above
    view.asks = asks  # type: ignore[attr-defined]  # as above
    view.effect = effect  # type: ignore[attr-defined]  # as above
    return view


def guarded(guard: Guard, *, methods: str = "GET", effect: str = "", asks: Asks = ()) -> Callable[[View], View]:
    """Open a view only to signed-in people whom `guard` lets in, for `methods` only.

    Signed out: redirect to sign-in, or back with what was typed. Refused: NotAllowed (403). Another method: 405.
    `effect` says in a few words what a POST changes, for `list_routes`; a view that takes POST must say it. `asks`: the
    forms that the view makes of what was posted: their words come back where it, or the guard, refuses before (quality
    rule 2).
    """

    def decorate(view: View) -> View:
        allowed = _allowed_methods(methods)

        @wraps(view)
        def door(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                if request.method in allowed and can_be_sent_again(request):
                    return give_back(request, "You were signed out before you sent this.")
                return redirect_to_login(request.get_full_path())
            if typed_by_another(request):
                return not_theirs(request)
            require(guard.check(request.user, request.now))
            if request.method not in allowed:
                return not_allowed(request, allowed)
            return view(request, *args, **kwargs)

        return _declare(door, guard.name, methods, effect, asks, guard)

    return decorate


def lets_in(view: View, user: Any, now: datetime) -> Verdict:
    """Whether the guard of a view lets a signed-in person in; what is public lets everybody in."""
    guard: Guard | None = getattr(view, "door", None)
    return guard.check(user, now) if guard else YES


def public(reason: str, *, methods: str = "GET", effect: str = "", asks: Asks = ()) -> Callable[[View], View]:
    """Open a view to everyone; `reason` says why, and is shown by `list_routes`. `asks` as of `guarded`."""

    def decorate(view: View) -> View:
        allowed = _allowed_methods(methods)

        @wraps(view)
        def door(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return not_allowed(request, allowed)
            return view(request, *args, **kwargs)

        return _declare(door, f"public: {reason}", methods, effect, asks)

    return decorate
