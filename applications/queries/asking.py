"""Whoever was asked for the purchase order by a link: for the applicant's page, and for the one who comes with it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from applications import access
from applications.models import Application, OrderRequest
from ctts.accounts import sealing
from ctts.accounts.queries import behind_door
from ctts.common.clock import london_date

DOOR = b"ctts.applications.order_request"


def last_order_request(application: Application) -> OrderRequest | None:
    """Who was asked for the purchase order last; None when nobody was."""
    found: OrderRequest | None = application.order_requests.first()
    return found


def open_order_request(application: Application, today: date) -> OrderRequest | None:
    """Who is asked for the purchase order and has this day and longer to give it; None when nobody is."""
    unanswered = open_requests().filter(application=application).first()
    return unanswered if unanswered and london_date(unanswered.expires_at) > today else None


def open_requests() -> QuerySet[OrderRequest]:
    """Requests that nobody has answered or taken back; the link of one may be too old."""
    return OrderRequest.objects.filter(given_at=None, declined_at=None, withdrawn_at=None)


def own_order_request(person_id: int, request_id: int) -> OrderRequest | None:
    """One request of an applicant; None for another's."""
    rows = OrderRequest.objects.select_related("application__applicant", "application__intake")
    return rows.filter(application__applicant=person_id, pk=request_id).first()


def order_request_path(asked: OrderRequest) -> str:
    """The path of the link in the mail; made anew each time, stored nowhere."""
    token = sealing.door_token(DOOR, asked.pk, asked.nonce)
    return reverse("applications:asked_for_order", kwargs={"pk": asked.pk, "token": token})


def order_request_for(request_id: int, token: str) -> OrderRequest | None:
    """The request a link leads to, ended or not; None for a wrong link."""
    rows = OrderRequest.objects.select_related(
        "application__applicant", "application__intake", "application__centre", "application__scope", "document"
    )
    return behind_door(rows, DOOR, request_id, token)


def order_request_door(reference: str, now: datetime) -> str | None:
    """For `Notice(link=…)`: the path that opens the request with this id; None when it opens nothing any more."""
    asked = OrderRequest.objects.select_related("application__applicant").filter(pk=int(reference)).first()
    return order_request_path(asked) if asked and access.can_give_order(asked, asked.application, now) else None
