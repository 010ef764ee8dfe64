"""What purchase orders ask of whom: of applicants, of somebody at their employers, of the office (A2, A3 f, N)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from applications import access
from applications.models import Application, OrderRequest, PurchaseOrder
from applications.queries.asking import open_requests
from applications.queries.orders import unchecked_orders, wanted_orders
from applications.states import ApplicationState, Part, PurchaseOrderState
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow, nudging
from ctts.common.prepared import prepared
from ctts.organisations.access import workplaces_of


def own_order_rows(mine: Iterable[Application], today: date) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """What an applicant gives or asks for again, and what somebody at the employer is asked for.

    `mine` are their applications in which they may enter a purchase order, or have to give another. On the last day of
    a link both wait: it may be over at any hour. While the fee is not set nobody is asked for anything (I6).
    """
    rows = {row.pk: row for row in mine if row.intake.fee_gross_pence is not None}
    asked = {request.application_id: request for request in _asked(list(rows))}
    still = {pk: request for pk, request in asked.items() if london_date(request.expires_at) >= today}
    accepted = [pk for pk, row in rows.items() if row.state == ApplicationState.ACCEPTED]
    wanted = wanted_orders().filter(application__any_of=accepted) if accepted else []
    alone = [order for order in wanted if not _is_asked(still.get(order.application_id), today)]
    own = [_to_give(rows[order.application_id], order) for order in alone]
    own += [_to_ask_again(rows[pk], asked[pk]) for pk in asked.keys() - still.keys() - set(accepted)]
    return own, [_with_employer(rows[pk], request) for pk, request in still.items()]


def _is_asked(asking: OrderRequest | None, today: date) -> bool:
    return asking is not None and london_date(asking.expires_at) > today


@prepared
def _asked(applications: Any) -> QuerySet[OrderRequest]:
    given = PurchaseOrder.objects.filter(application=OuterRef("application"), entered_at__gt=OuterRef("asked_at"))
    rows = open_requests().filter(application__any_of=applications)
    return rows.exclude(Exists(given.filter(state__in=PurchaseOrderState.current()))).order_by("pk")


def _to_ask_again(row: Application, asking: OrderRequest) -> WaitingRow:
    """The link by which somebody was asked has expired, and there is no order (A2)."""
    return WaitingRow(
        what=f"Ask for the purchase order again: the link to {asking.name} has expired",
        url=_in_the_form(row),
        about=f"Intake {row.intake}",
        role="applicant",
        since=london_date(asking.expires_at),
        due=row.deadline_on,
        button="Ask again",
    )


def _to_give(row: Application, order: PurchaseOrder) -> WaitingRow:
    return WaitingRow(
        what="Give another purchase order",
        url=_another(row),
        about=f"Intake {row.intake}",
        role="applicant",
        since=london_date(order.settled_at or order.entered_at),
        due=row.intake.enrolment_on,
        button="Give it",
    )


def _with_employer(row: Application, asking: OrderRequest) -> WaitingRow:
    since, due = london_date(asking.asked_at), london_date(asking.expires_at)
    url = _another(row) if row.state == ApplicationState.ACCEPTED else _in_the_form(row)
    asked = WaitingRow("Give the purchase order", url, asking.name, since=since, due=due)
    return nudging(asked, None, "They have no account: they can be asked again by another link")


def order_page(row: Application) -> str:
    """Where the applicant enters the purchase order now: in the form, or on a page of its own after acceptance; where
    they cannot, the page that says how the application stands.
    """
    if not access.can_enter_order(row.applicant, row):
        return reverse("applications:status", args=[row.pk])
    return _another(row) if row.state == ApplicationState.ACCEPTED else _in_the_form(row)


def _another(row: Application) -> str:
    return reverse("applications:replace_order", args=[row.pk])


def _in_the_form(row: Application) -> str:
    return reverse("applications:part", args=[row.pk, Part.PURCHASE_ORDER])


def orders_to_check(user: User, today: date) -> QuerySet[PurchaseOrder]:
    """What a member of the office checks after acceptance; not of whom they are part of (A3 f, A4)."""
    tied = Q(application__applicant=user) | Q(application__supervisor=user)
    return unchecked_orders().exclude(tied | Q(application__centre__in=workplaces_of(user, today)))
