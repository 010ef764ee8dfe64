"""What becomes of a purchase order: the office judges its document, or cancels it; after acceptance the applicant gives
another in its place (A3 f)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from applications import access, notices, queries
from applications.actions._steps import lock, note, take_file, take_order, tell
from applications.models import Application, PurchaseOrder
from applications.states import AFTER_ACCEPTANCE, PURCHASE_ORDER_MOVES
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.documents.access import can_attach
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile

GIVEN_ALREADY = "This purchase order was given already."
SAY_WHY = "Say why; the applicant reads it."


def _current(application: Application, purchase_order_id: int) -> PurchaseOrder:
    """The order that counts, when it is the one the page showed. Raises TooLate for another."""
    order = queries.current_order(application)
    if order is None or order.pk != purchase_order_id:
        raise TooLate("This purchase order does not count any more. Reload the page.")
    return order


@transaction.atomic
def judge_purchase_order(
    *, by: User, now: datetime, application_id: int, purchase_order_id: int, covers: bool, reason: str = ""
) -> PurchaseOrder:
    """Say of the purchase order that counts whether its document bears out what was typed: verified or insufficient.

    In review the applicant hears of it with the office's questions. After acceptance they are told at once, and why
    when it does not do, for another is wanted; the decision stays. Raises NotAllowed, TooLate when another has taken
    its place, it is judged so already or the application is in no such state, Invalid where a reason is needed (A3 f).
    """
    application = lock(application_id)
    require(access.can_judge_order(by, application, london_date(now)))
    order = _current(application, purchase_order_id)
    why = "" if covers or application.state not in AFTER_ACCEPTANCE else reason.strip()
    if not covers and application.state in AFTER_ACCEPTANCE and not why:
        raise Invalid(SAY_WHY, "reason")
    before = {"state": str(order.state)}
    step = "verify" if covers else "find_insufficient"
    change_state(order, PURCHASE_ORDER_MOVES, step, settled_at=now, settled_because=why)
    after, words = {"state": str(order.state)}, {"reason": why} if why else None
    note("purchase_order.judged", application, by, now, about=order, before=before, after=after, words=words)
    if application.state in AFTER_ACCEPTANCE:
        notice = notices.ORDER_INSUFFICIENT if why else notices.ORDER_VERIFIED
        key, context = f"order{order.pk}:{now.isoformat()}", {"order": order, "reason": why}
        tell(notice, application, application.applicant, now, key, context=context)
    return order


@transaction.atomic
def cancel_purchase_order(
    *, by: User, now: datetime, application_id: int, purchase_order_id: int, reason: str
) -> PurchaseOrder:
    """The office cancels the purchase order that counts, also after the decision; the applicant is told why (A3 f).

    What was decided stays, and until enrolment another can be given in its place; before the decision, rule f is not
    met any more. Raises NotAllowed, Invalid without a reason, TooLate when it does not count any more or the
    application was declined or withdrawn.
    """
    application = lock(application_id)
    require(access.can_cancel_order(by, application, london_date(now)))
    order = _current(application, purchase_order_id)
    if not reason.strip():
        raise Invalid(SAY_WHY, "reason")
    before = {"state": str(order.state)}
    change_state(order, PURCHASE_ORDER_MOVES, "cancel", settled_at=now, settled_because=reason.strip())
    after, words = {"state": str(order.state)}, {"reason": reason.strip()}
    note("purchase_order.cancelled", application, by, now, about=order, before=before, after=after, words=words)
    context = {"order": order, "reason": reason.strip()}
    tell(notices.ORDER_CANCELLED, application, application.applicant, now, f"order{order.pk}", context=context)
    return order


@transaction.atomic
def keep_replacing_file(*, by: User, now: datetime, application_id: int, key: UUID, upload: ProvenFile) -> Document:
    """Take in the file of another purchase order before its form is right: it is not lost when another field is wrong.

    `key` is the form's. Raises NotAllowed, TooLate as `replace_purchase_order`, DoneAlready for a form that was sent
    twice, Invalid (`document`) for the very file that the office rejected (A4), else as `documents.actions.store`.
    """
    application = _to_give_another(application_id, by, key)
    return take_file(application, upload=upload, by=by, now=now, purpose="applications.purchase_order")


@transaction.atomic
def replace_purchase_order(
    *, by: User, now: datetime, application_id: int, key: UUID, document: Document, values: Mapping[str, Any]
) -> PurchaseOrder:
    """Between acceptance and enrolment the applicant gives another purchase order for one that fell (A3 f).

    The earlier one stays in the history, what was handed in and signed stays as it was, and the office checks the new
    one. Amounts in pence. Raises NotAllowed for anyone but the applicant, TooLate while the office lets the last one
    stand and outside that time, Invalid (`gross_pence`) for less than the fee, DoneAlready for a form sent twice.
    """
    application = _to_give_another(application_id, by, key)
    require(can_attach(by, document))
    order = take_order(application, key=key, document=document, values={**values, "entered_by": by}, now=now)
    facts = {"gross_pence": order.gross_pence, "replaces": order.replaces_id}
    note("purchase_order.replaced", application, by, now, about=order, after=facts)
    return order


def _to_give_another(application_id: int, by: User, key: UUID) -> Application:
    application = lock(application_id)
    if application.purchase_orders.filter(key=key, entered_by=by).exists():
        raise DoneAlready(GIVEN_ALREADY)
    require(access.can_replace_order(by, application))
    return application
