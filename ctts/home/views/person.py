"""Everyone's first page: what is waiting for me."""

from __future__ import annotations

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ctts.common.clock import london_date
from ctts.common.guards import SIGNED_IN, guarded
from ctts.home import queries

A_PAGE = 25


@guarded(SIGNED_IN)
def dashboard(request: HttpRequest) -> HttpResponse:
    """All duties of a person in all their roles, computed from states (N; screens 1); of long groups the first.

    `group` and `what` in the address open one group, or one kind of duty in it, twenty-five a page.
    """
    today = london_date(request.now)
    waiting = queries.waiting_for(request.user, today)
    context: dict[str, object] = {"open_duties": sum(len(group.rows) for group in waiting), "opened": None}
    if not waiting:
        context["nothing"] = queries.when_nothing_waits(request.user, today)
    opened = queries.narrowed(waiting, request.GET.get("group", ""), request.GET.get("what", ""))
    if opened is None:
        context["waiting"] = [queries.shortened(group) for group in waiting]
    else:
        page = Paginator(opened.rows, A_PAGE).get_page(request.GET.get("page"))
        context.update(opened=opened, page=page, what=request.GET.get("what", ""))
        context["waiting"] = [replace(opened, rows=list(page.object_list), total=len(opened.rows))]
    return render(request, "home/dashboard.html", context)
