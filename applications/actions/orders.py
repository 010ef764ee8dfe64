"""What the office does with a purchase order: judges its document, cancels it (A3 f)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import access, notices, queries
from applications.actions._steps import lock, note, tell
from applications.models import Application, PurchaseOrder
from applications.states import PURCHASE_ORDER_MOVES
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.verdict import Invalid, TooLate, require


def _current(application: Application, purchase_order_id: int) -> PurchaseOrder:
    """The order that counts, when it is the one the page showed. Raises TooLate for another."""
    order = queries.current_order(application)
    if order is None or order.pk != purchase_order_id:
        raise TooLate("This purchase order does not count any more. Reload the page.")
    return order


@transaction.atomic
def judge_purchase_order(
    *, by: User, now: datetime, application_id: int, purchase_order_id: int, covers: bool
) -> PurchaseOrder:
    """Say of the purchase order that counts whether its document bears out what was typed: verified or insufficient.

    Raises NotAllowed, TooLate when another has taken its place or it is judged so already (A3 f).
    """
    application = lock(application_id)
    require(access.can_decide(by, application, london_date(now)))
    order = _current(application, purchase_order_id)
    before = {"state": str(order.state)}
    change_state(order, PURCHASE_ORDER_MOVES, "verify" if covers else "find_insufficient")
    note("purchase_order.judged", application, by, now, about=order, before=before, after={"state": str(order.state)})
    return order


@transaction.atomic
def cancel_purchase_order(
    *, by: User, now: datetime, application_id: int, purchase_order_id: int, reason: str
) -> PurchaseOrder:
    """The office cancels the purchase order that counts, also after the decision; the applicant is told why (A3 f).

    What was decided stays; before that, rule f is not met any more. Raises NotAllowed, Invalid without a reason,
    TooLate when it does not count any more or the application was declined or withdrawn.
    """
    application = lock(application_id)
    require(access.can_cancel_order(by, application, london_date(now)))
    order = _current(application, purchase_order_id)
    if not reason.strip():
        raise Invalid("Say why; the applicant reads it.", "reason")
    before = {"state": str(order.state)}
    change_state(order, PURCHASE_ORDER_MOVES, "cancel")
    after, words = {"state": str(order.state)}, {"reason": reason.strip()}
    note("purchase_order.cancelled", application, by, now, about=order, before=before, after=after, words=words)
    context = {"order": order, "reason": reason.strip()}
    tell(notices.ORDER_CANCELLED, application, application.applicant, now, f"order{order.pk}", context=context)
    return order
