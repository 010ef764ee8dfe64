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
    waiting = queries.waiting_for(request.user, london_date(request.now))
    return render(
        request, "home/dashboard.html", {"waiting": waiting, "open_duties": sum(len(g.rows) for g in waiting)}
    )
