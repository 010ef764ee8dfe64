"""Purchase orders in one list, for the office and as a file for finance (A3 f)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.office import CancelOrderForm, InsufficientOrderForm, OrdersFilter
from applications.models import Application, PurchaseOrder
from applications.states import ApplicationState
from applications.views._shared import for_office_or_refuse
from applications.views._tables import ORDER_HEADINGS, OrdersTable, order_line
from ctts.common.confirming import confirmed
from ctts.common.exporting import KINDS, as_file, export_links
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence, Pill
from ctts.common.posted import data_of, today_of
from ctts.common.templatetags.formats import day, money
from ctts.common.verdict import TooLate, Verdict, require
from ctts.organisations.access import OFFICE

ROWS = 50
GONE = "This purchase order does not count any more. Reload the page."


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


@guarded(
    OFFICE, methods="GET POST", effect="cancels a purchase order; the applicant is mailed", asks=(CancelOrderForm,)
)
def cancel_purchase_order(request: HttpRequest, pk: int, order_id: int) -> HttpResponse:
    """The order that counts stops counting, with a reason (A3 f)."""
    application, order = _that_counts(request, pk, order_id, access.can_cancel_order)
    page = _cancel_page(application, order, CancelOrderForm(data_of(request)))
    common = {"by": request.user, "now": request.now, "application_id": pk, "purchase_order_id": order_id}

    def act() -> object:
        return actions.cancel_purchase_order(**common, **page.form.cleaned_data)

    return confirmed(request, page, act, "applications:review", pk, said="The purchase order is cancelled.")


@guarded(
    OFFICE,
    methods="GET POST",
    effect="finds a purchase order insufficient; the applicant is mailed",
    asks=(InsufficientOrderForm,),
)
def find_order_insufficient(request: HttpRequest, pk: int, order_id: int) -> HttpResponse:
    """After acceptance: the order that counts does not do, with what is wrong; another is wanted (A3 f)."""
    application, order = _that_counts(request, pk, order_id, access.can_find_insufficient)
    page = _insufficient_page(application, order, InsufficientOrderForm(data_of(request)))
    common = {"by": request.user, "now": request.now, "application_id": pk, "purchase_order_id": order_id}

    def act() -> object:
        return actions.judge_purchase_order(**common, covers=False, **page.form.cleaned_data)

    return confirmed(request, page, act, "applications:review", pk, said="The purchase order is insufficient.")


def _that_counts(
    request: HttpRequest, pk: int, order_id: int, may: Callable[..., Verdict]
) -> tuple[Application, PurchaseOrder]:
    """The application, and its order that counts, which the page showed. Raises NotAllowed, TooLate for another."""
    application = for_office_or_refuse(request, pk)
    require(may(request.user, application, today_of(request)))
    order = queries.current_order(application)
    if order is None or order.pk != order_id:
        raise TooLate(GONE)
    return application, order


def _insufficient_page(application: Application, order: PurchaseOrder, form: InsufficientOrderForm) -> Confirm:
    shown = {"application": application, "order": order, "reason": "(the reason you write below)"}
    return Confirm(
        title="Is this purchase order insufficient?",
        action="It is insufficient",
        kicker=f"{order.number} of {order.issuer}, {money(order.gross_pence)}",
        cancel_url=reverse("applications:review", args=[application.pk]),
        consequences=[
            Consequence("It goes on to count until another takes its place, or you cancel it."),
            Consequence(_then(application)),
            Consequence("A mail goes to", application.applicant.full_name),
        ],
        mails=[mail_preview("applications.order_insufficient", application.applicant, **shown)],
        form=form,
    )


def _cancel_page(application: Application, order: PurchaseOrder, form: CancelOrderForm) -> Confirm:
    shown = {"application": application, "order": order, "reason": "(the reason you write below)"}
    return Confirm(
        title="Cancel this purchase order?",
        action="Cancel the order",
        stay="Leave it as it is",
        kicker=f"{order.number} of {order.issuer}, {money(order.gross_pence)}",
        cancel_url=reverse("applications:review", args=[application.pk]),
        consequences=[
            Consequence("It counts no longer; this cannot be taken back."),
            Consequence(_then(application)),
            Consequence("A mail goes to", application.applicant.full_name),
        ],
        mails=[mail_preview("applications.order_cancelled", application.applicant, **shown)],
        form=form,
        danger=True,
    )


THEN = {
    ApplicationState.DRAFT: "The applicant gives another in the form; the mail says so.",
    ApplicationState.AWAITING_SUPERVISOR: (
        "The supervisor cannot confirm it without another: the mail asks the applicant to have it returned."
    ),
    ApplicationState.INFORMATION_REQUESTED: "The applicant gives another in the form; the mail says so.",
    ApplicationState.ENROLLED: "What was decided stays. Agree with the employer on what follows.",
}


def _then(application: Application) -> str:
    """What follows from an order that does not stand, by how far the application has come."""
    if application.state == ApplicationState.ACCEPTED:
        until = day(application.intake.enrolment_on)
        return f"What was decided stays. The applicant can give another until they are enrolled ({until})."
    covered = "The fee is not covered any more. Ask the applicant for another before you decide."
    return THEN.get(ApplicationState(application.state), covered)


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
