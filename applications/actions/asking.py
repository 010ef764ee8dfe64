"""The employer's finance contact is asked for the purchase order, by a link that opens that upload alone (A2, A3 f)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from applications import access, notices, queries
from applications.actions._steps import lock, note, require_whole_fee, take_file, take_order, tell
from applications.models import Application, OrderRequest, PurchaseOrder
from applications.models.asking import OPEN_FOR
from applications.rules import pounds
from applications.states import Mover
from ctts.accounts.models import User
from ctts.accounts.rules import name_problem
from ctts.common.letters import Addressee
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile
from ctts.notifications.actions import notify

TICK_THAT_IT_IS_LESS = "Yours is for less: tick this if it takes the place of that one all the same."
ASKED_A_DAY = 5  # more within a day would be mail to strangers in the scheme's name
ASKED_ENOUGH = f"You have asked {ASKED_A_DAY} times within a day. Ask again tomorrow, or enter the order yourself."
UNANSWERED = {"given_at": None, "declined_at": None, "withdrawn_at": None}


@transaction.atomic
def ask_for_order(*, by: User, now: datetime, application_id: int, name: str, email: str, words: str) -> OrderRequest:
    """Ask somebody at the employer for the purchase order; a link goes to them that opens nothing else (A2).

    It opens for 28 days, while the applicant may enter one, in the form or after acceptance in the place of one that
    fell (A3 f); one that is too old ends with it. Raises NotAllowed for anyone but the applicant, TooLate once the
    application is handed in, somebody is asked already or while the fee is not set (I6), Invalid for one's own address,
    for what is no name, and for the sixth request within a day.
    """
    application = lock(application_id)
    require(access.can_enter_order(by, application))
    require(access.has_its_fee(application))
    if email.strip().lower() == by.email.lower():
        raise Invalid("This is your own address. Give that of somebody who can order for your employer.", "email")
    if problem := name_problem(name.strip()):
        raise Invalid(problem, "name")
    today = OrderRequest.objects.filter(asked_by=by, asked_at__gt=now - timedelta(days=1))
    if today.count() >= ASKED_A_DAY:
        raise Invalid(ASKED_ENOUGH, "email")
    OrderRequest.objects.filter(application=application, expires_at__lte=now, **UNANSWERED).update(withdrawn_at=now)
    given = {"name": name.strip(), "email": email.strip(), "words": words.strip()}
    with taken_means(TooLate(access.ASKED_ALREADY)):
        asked = OrderRequest.objects.create(
            application=application, asked_at=now, asked_by=by, expires_at=now + OPEN_FOR, **given
        )
    note("order_request.asked", application, by, now, about=asked)
    notify(
        notices.ORDER_ASKED,
        to=Addressee(asked.name, asked.email),
        key=f"{notices.ORDER_ASKED.key}:{asked.pk}",
        about=asked,
        within=application.applicant_id,
        now=now,
        context={"application": application, "asked": asked},
        link=str(asked.pk),
    )
    return asked


@transaction.atomic
def withdraw_order_request(*, by: User, now: datetime, request_id: int) -> OrderRequest:
    """The applicant takes the request back; the link opens nothing any more. Raises NotAllowed, TooLate once over."""
    application, asked = _locked(request_id)
    require(access.can_withdraw_order_request(by, asked, now))
    asked.withdrawn_at = now
    asked.save(update_fields=["withdrawn_at"])
    note("order_request.withdrawn", application, by, now, about=asked)
    return asked


@transaction.atomic
def keep_order_file(*, by: None, now: datetime, request_id: int, upload: ProvenFile) -> Document:
    """Take in the file of whoever was asked before their form is right: it is not lost when another field is wrong.

    Raises TooLate once the link opens nothing any more, Invalid (`document`) for the very file that the office rejected
    (A4), else as `documents.actions.store`.
    """
    application, asked = _locked(request_id)
    require(access.can_give_order(asked, application, now))
    document = take_file(application, upload=upload, by=by, now=now, purpose="applications.purchase_order")
    asked.document = document
    asked.save(update_fields=["document"])
    return document


@transaction.atomic
def give_order(
    *, by: None, now: datetime, request_id: int, key: UUID, values: Mapping[str, Any], smaller: bool = False
) -> PurchaseOrder:
    """Whoever was asked gives the purchase order, with the file that has arrived; the applicant is told (A2).

    It takes the place of an earlier one, of a larger one only where they say that they know (`smaller`); after
    acceptance the office checks it (A3 f). Amounts in pence. Raises TooLate while the link opens nothing, Invalid
    without a file, for less than the fee (`gross_pence`) and for less than what stands (`smaller`), DoneAlready for a
    form that was sent twice.
    """
    application, asked = _locked(request_id)
    if PurchaseOrder.objects.filter(key=key).exists():
        raise DoneAlready("This purchase order was given already.")
    require(access.can_give_order(asked, application, now))
    if asked.document is None:
        raise Invalid("Attach the purchase order.", "document")
    require_whole_fee(application, values["gross_pence"])
    earlier = queries.order_in_place(application)
    if earlier is not None and values["gross_pence"] < earlier.gross_pence and not smaller:
        raise Invalid(f"An order over {pounds(earlier.gross_pence)} stands. {TICK_THAT_IT_IS_LESS}", "smaller")
    given = {**values, "asked": asked}
    order = take_order(application, key=key, document=asked.document, values=given, now=now)
    asked.given_at = now
    asked.save(update_fields=["given_at"])
    facts = {"purchase_order": order.pk, "gross_pence": order.gross_pence}
    note("order_request.given", application, by, now, about=asked, after=facts, role=Mover.FINANCE)
    told = {"asked": asked, "order": order, "earlier": earlier}
    tell(notices.ORDER_GIVEN, application, application.applicant, now, f"asked{asked.pk}", context=told)
    return order


@transaction.atomic
def decline_order_request(*, by: None, now: datetime, request_id: int, reason: str) -> OrderRequest:
    """Whoever was asked says that they will not give it, and why; the applicant is told and can ask somebody else.

    Raises TooLate once the link opens nothing any more, Invalid without a reason.
    """
    application, asked = _locked(request_id)
    require(access.can_give_order(asked, application, now))
    if not reason.strip():
        raise Invalid("Say why in a few words; the applicant reads it.", "reason")
    asked.declined_at, asked.declined_because = now, reason.strip()
    asked.save(update_fields=["declined_at", "declined_because"])
    words = {"reason": asked.declined_because}
    note("order_request.declined", application, by, now, about=asked, role=Mover.FINANCE, words=words)
    told = {"asked": asked}
    tell(notices.ORDER_DECLINED, application, application.applicant, now, f"asked{asked.pk}", context=told)
    return asked


def _locked(request_id: int) -> tuple[Application, OrderRequest]:
    """The application first, as every action, then the request. Raises DoesNotExist."""
    application = lock(OrderRequest.objects.values_list("application", flat=True).get(pk=request_id))
    rows = OrderRequest.objects.select_for_update(of=("self",), no_key=True).select_related("document")
    asked = rows.get(pk=request_id)
    asked.application = application
    return application, asked
