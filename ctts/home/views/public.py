"""Pages for anyone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ctts.common.guards import public
from ctts.common.posted import today_of
from ctts.home import queries


@public("the scheme presents itself")
def front(request: HttpRequest) -> HttpResponse:
    """What the scheme is, the next dates, and where to begin; signed-in people go to what waits for them."""
    if request.user.is_authenticated:
        return redirect("home:dashboard")
    return render(request, "home/front.html", {"facts": queries.front_page(today_of(request))})


@public("everyone may read how accessible the service is")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "home/accessibility.html")


@public("everyone may read what is done with their data")
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy statement."""
    return render(request, "home/privacy.html")
