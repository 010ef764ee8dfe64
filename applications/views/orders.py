"""Purchase orders in one list, for the office and as a file for finance (A3 f)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from applications import queries
from applications.forms.office import OrdersFilter
from applications.views._tables import ORDER_HEADINGS, OrdersTable, order_line
from ctts.common.exporting import KINDS, as_file, export_links
from ctts.common.guards import guarded
from ctts.common.parts import Pill
from ctts.common.posted import today_of
from ctts.organisations.access import OFFICE

ROWS = 50


@guarded(OFFICE)
def orders(request: HttpRequest) -> HttpResponse:
    """Every purchase order with what it covers and what the office found of it, filters in the address."""
    filters = OrdersFilter(request.GET, intakes=queries.intakes_with_orders())
    wanted = filters.wanted()
    found = queries.orders_for_office(request.user, today_of(request), **wanted)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    links = export_links(lambda kind: reverse("applications:export_orders", args=[kind]), _address(wanted))
    context = {
        "table": OrdersTable(page.object_list, exports=links if page.object_list else []),
        "page": page,
        "form": filters,
        "pills": _pills(filters, wanted),
    }
    return render(request, "applications/orders.html", context)


@guarded(OFFICE)
def export_orders(request: HttpRequest, kind: str) -> HttpResponse:
    """The same rows as a file, with every amount (screens 21)."""
    if kind not in KINDS:
        raise Http404
    filters = OrdersFilter(request.GET, intakes=queries.intakes_with_orders())
    today = today_of(request)
    found = queries.orders_for_office(request.user, today, **filters.wanted())
    lines = (order_line(row) for row in found.iterator(chunk_size=500))
    return as_file(kind, f"Purchase orders {today.isoformat()}", ORDER_HEADINGS, lines)


def _pills(filters: OrdersFilter, wanted: dict[str, Any]) -> list[Pill]:
    words = {
        "intake": str(filters.cleaned_data.get("intake")),
        "state": str(dict(filters.fields["state"].choices).get(wanted["state"], "")),
        "name": f"Words: {wanted['name']}",
    }
    held = {name: value for name, value in wanted.items() if value}
    return [Pill(words[name], _address({n: v for n, v in held.items() if n != name})) for name in held]


def _address(wanted: dict[str, Any]) -> str:
    return f"?{urlencode({name: value for name, value in wanted.items() if value})}"
