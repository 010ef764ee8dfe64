"""Everyone's first page: what is waiting for me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ctts.common.clock import london_date
from ctts.common.guards import SIGNED_IN, guarded
from ctts.home import queries


@guarded(SIGNED_IN)
def dashboard(request: HttpRequest) -> HttpResponse:
    """All duties of a person in all their roles, computed from states (N; screens 1)."""
    today = london_date(request.now)
    waiting = queries.waiting_for(request.user, today)
    context = {"waiting": waiting, "open_duties": sum(len(group.rows) for group in waiting)}
    if not waiting:
        context["nothing"] = queries.when_nothing_waits(request.user, today)
    return render(request, "home/dashboard.html", context)
