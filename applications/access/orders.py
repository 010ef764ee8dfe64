"""Who enters, gives, judges and cancels a purchase order (A2, A3 f)."""

from __future__ import annotations

from datetime import date, datetime

from applications.access.office import can_review
from applications.access.own import can_change
from applications.models import (
    Application,
    OrderRequest,
)
from applications.states import (
    AFTER_ACCEPTANCE,
    ApplicationState,
    OrderRequestStanding,
    Part,
    PurchaseOrderState,
)
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, late, no

ASKED_ALREADY = "Somebody is asked already. Take that request back first."
ENDED = {
    OrderRequestStanding.GIVEN: "The purchase order was given; nothing more is needed from you.",
    OrderRequestStanding.DECLINED: "You declined; nothing more is needed from you.",
    OrderRequestStanding.WITHDRAWN: "The applicant has taken this request back; nothing is needed from you.",
    OrderRequestStanding.EXPIRED: "This link was open for 28 days. Ask the applicant to send it again.",
}
MOVED_ON = "The application has moved on since you were asked; nothing is needed from you now."
HELD = (
    "The fee of the {intake} intake is not set yet, so no purchase order is taken now and nothing is needed from you. "
    "The link opens again once the scheme office has set the fee."
)
CLOSED_BY = {
    ApplicationState.WITHDRAWN: "The application was withdrawn since you were asked; nothing is needed from you.",
    ApplicationState.AWAITING_SUPERVISOR: "The applicant has handed the application in with a purchase order; nothing "
    "is needed from you now. The link opens again if it comes back to them.",
}
"""State of an application → what whoever was asked reads of a link that it closed."""


def has_its_fee(application: Application) -> Verdict:
    """Whether the fee of its intake is set: no order over an unknown amount is asked for (A3 f, I6)."""
    if application.intake.fee_gross_pence is None:
        return late(
            f"The fee of the {application.intake} intake is not set yet, so nobody can be asked for the order. The "
            "scheme office sets it, and you are mailed once it has."
        )
    return YES


def can_ask_for_order(user: User, application: Application, last: OrderRequest | None, now: datetime) -> Verdict:
    """The applicant asks while they may enter one, one person at a time; `last` is whom they asked last (A2, A3 f)."""
    if last is not None and last.standing(now) == OrderRequestStanding.OPEN:
        return late(ASKED_ALREADY)
    enter = can_enter_order(user, application)
    return has_its_fee(application) if enter else enter


def can_give_order(asked: OrderRequest, application: Application, now: datetime) -> Verdict:
    """Whether the link of a request opens now: not ended, not too old, the applicant could still change it, and the
    fee that the order covers is set, until when the link is held and not spent (A2, I6)."""
    standing = asked.standing(now)
    if standing != OrderRequestStanding.OPEN:
        return late(ENDED[standing])
    if not application.applicant.is_active or not can_enter_order(application.applicant, application):
        return late(CLOSED_BY.get(ApplicationState(application.state), MOVED_ON))
    if not has_its_fee(application):
        return late(HELD.format(intake=application.intake))
    return YES


def can_replace_order(user: User, application: Application) -> Verdict:
    """The applicant gives another purchase order from acceptance to enrolment, once the office has cancelled the last
    one or found it insufficient (A3 f). Nothing of what was decided or signed changes with it.
    """
    if user.pk != application.applicant_id:
        return no("Only the applicant gives another purchase order.")
    if application.state != ApplicationState.ACCEPTED:
        return late("Another purchase order is given here from acceptance to enrolment only.")
    states = application.purchase_orders.order_by("-entered_at", "-pk").values_list("state", flat=True)
    if states.first() not in PurchaseOrderState.fallen():
        return late("The office has your purchase order; no other is needed.")
    return YES


def can_enter_order(user: User, application: Application) -> Verdict:
    """The applicant enters the order in the form, or after acceptance in the place of one that fell (A2, A3 f)."""
    if application.state == ApplicationState.ACCEPTED:
        return can_replace_order(user, application)
    return can_change(user, application, Part.PURCHASE_ORDER)


def can_withdraw_order_request(user: User, asked: OrderRequest, now: datetime) -> Verdict:
    """The applicant takes back what nobody has answered."""
    if user.pk != asked.application.applicant_id:
        return no("Only the applicant takes the request back.")
    standing = asked.standing(now)
    return YES if standing == OrderRequestStanding.OPEN else late(f"This request is over: {standing.label.lower()}.")


def can_judge_order(user: User, application: Application, today: date) -> Verdict:
    """The office judges the document of a purchase order in review, and of what is given after acceptance (A3 f)."""
    review = can_review(user, application, today)
    if review and application.state not in {ApplicationState.IN_REVIEW, *AFTER_ACCEPTANCE}:
        return late(f"Its purchase order is not judged now: it is “{application.get_state_display()}”.")
    return review


def can_find_insufficient(user: User, application: Application, today: date) -> Verdict:
    """After acceptance an order that does not do is found so with a reason, which the applicant is mailed (A3 f)."""
    judge = can_judge_order(user, application, today)
    if judge and application.state not in AFTER_ACCEPTANCE:
        return late("In review the buttons at rule A3f say so; the applicant hears of it with your questions.")
    return judge


def can_cancel_order(user: User, application: Application, today: date) -> Verdict:
    """The office cancels a purchase order of an application that goes on or led to a training (A3 f)."""
    review = can_review(user, application, today)
    if review and application.state in {ApplicationState.DECLINED, ApplicationState.WITHDRAWN}:
        return late("This application has come to its end; its purchase order says what was given.")
    return review
