"""The page before a step: what will happen stands on it, a press takes the step (screens 18); or it asks one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ctts.common.forms import CrispyForm
from ctts.common.parts import Confirm
from ctts.common.posted import status_of, tried
from ctts.common.verdict import Invalid


def confirm_page(request: HttpRequest, confirm: Confirm, status: int | None = None) -> HttpResponse:
    """The page itself; without a `status` given it is 422 when its form was sent and is wrong, else 200."""
    wrong = confirm.form is not None and confirm.form.is_bound and confirm.form.errors
    code = (422 if wrong else 200) if status is None else status
    return render(request, "components/confirm_page.html", {"confirm": confirm}, status=code)


def ask_page(
    request: HttpRequest,
    form: CrispyForm,
    *,
    title: str,
    kicker: object,
    back_url: str,
    lede: str = "",
    danger: bool = False,
    status: int | None = None,
) -> HttpResponse:
    """A page that asks one form about one thing, which `kicker` names; without a `status` given it is the form's."""
    context = {"form": form, "title": title, "kicker": kicker, "lede": lede, "back_url": back_url, "danger": danger}
    code = status_of(form) if status is None else status
    return render(request, "components/ask_page.html", context, status=code)


def confirmed(
    request: HttpRequest, confirm: Confirm, act: Callable[[], Any], to: str, *args: Any, said: str = ""
) -> HttpResponse:
    """Show the page; once it is sent and `act()` took it, go to the page named `to` and say `said` there.

    What the action refuses stands beside its field with everything typed still there, or above the page where it
    asks nothing (422). Raises all else that `act` raises.
    """
    if request.method != "POST":
        return confirm_page(request, confirm)
    if confirm.form is not None:
        if not tried(confirm.form, act):
            return confirm_page(request, confirm)
    else:
        try:
            act()
        except Invalid as problem:
            messages.error(request, str(problem))
            return confirm_page(request, confirm, status=422)
    if said:
        messages.success(request, said)
    return redirect(to, *args)
