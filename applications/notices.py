"""What people hear about an application."""

from __future__ import annotations

from applications.queries.asking import order_request_door
from applications.queries.enquiring import enquiry_door
from applications.states import DecisionKind
from ctts.notifications.notices import Notice
from ctts.notifications.queries import invitation_door

SUPERVISOR_INVITED = Notice(
    key="applications.supervisor_invited", title="You are named as a Training Supervisor", link=invitation_door
)
SUPERVISOR_ASKED = Notice(key="applications.supervisor_asked", title="An application waits for your confirmation")
SUPERVISOR_REMINDED = Notice(
    key="applications.supervisor_reminded", title="An application still waits for your confirmation"
)
COORDINATOR_TOLD = Notice(
    key="applications.coordinator_told",
    title="Somebody of your centre applies",
    can_mute=True,
    hears=("coordinator",),
)
TAKEN_BACK = Notice(
    key="applications.taken_back",
    title="An application was taken back",
    can_mute=True,
    hears=("supervisor", "supports"),
)
REOPENED = Notice(key="applications.reopened", title="An application is with the applicant again")
SUPERVISOR_LOST = Notice(
    key="applications.supervisor_lost", title="Your supervisor can no longer confirm your application"
)
CENTRE_STOPPED = Notice(
    key="applications.centre_stopped", title="Your centre is not accredited for your scope of practice any more"
)
CENTRE_AGAIN = Notice(
    key="applications.centre_again", title="Your centre is accredited for your scope of practice again"
)
RETURNED = Notice(key="applications.returned", title="Your supervisor returned your application")
RECEIVED = Notice(key="applications.received", title="Your application is received")
ARRIVED = Notice(key="applications.arrived", title="An application has arrived", can_mute=True, hears=("office",))
CONFIRMED_ANEW = Notice(
    key="applications.confirmed_anew",
    title="A Training Supervisor confirmed an application that is received already",
    can_mute=True,
    hears=("applicant", "office"),
)
REPLACED = Notice(
    key="applications.supervisor_replaced",
    title="An application names another Training Supervisor",
    can_mute=True,
    hears=("supervisor", "supports"),
)
QUESTIONS = Notice(key="applications.questions", title="The office has questions about your application")
ANSWERED = Notice(key="applications.answered", title="An applicant has answered", can_mute=True, hears=("office",))
ACCEPTED = Notice(key="applications.accepted", title="Your application is accepted")
DECLINED = Notice(key="applications.declined", title="The decision on your application")
DEFERRED = Notice(key="applications.deferred", title="Your application is deferred")
ORDER_CANCELLED = Notice(key="applications.order_cancelled", title="Your purchase order is cancelled")
ORDER_INSUFFICIENT = Notice(
    key="applications.order_insufficient", title="Your purchase order does not cover what it has to"
)
ORDER_VERIFIED = Notice(
    key="applications.order_verified",
    title="Your purchase order is verified",
    can_mute=True,
    hears=("applicant",),
)
ORDER_REPLACED = Notice(
    key="applications.order_replaced",
    title="Another purchase order waits for the office",
    can_mute=True,
    hears=("office",),
)
LETTER_MAILS = {DecisionKind.ACCEPT: ACCEPTED, DecisionKind.DECLINE: DECLINED, DecisionKind.DEFER: DEFERRED}
ADJUSTMENT_ASKED = Notice(key="applications.adjustment_asked", title="Somebody asks for a reasonable adjustment")
ADJUSTMENT_AGREED = Notice(key="applications.adjustment_agreed", title="A reasonable adjustment is agreed for you")
ADJUSTMENT_DECLINED = Notice(
    key="applications.adjustment_declined", title="The decision on your request for a reasonable adjustment"
)
ADJUSTMENT_CONTINUED = Notice(
    key="applications.adjustment_continued", title="Your reasonable adjustment goes on unchanged"
)
ADJUSTMENT_QUESTION = Notice(
    key="applications.adjustment_question", title="A question about your request for a reasonable adjustment"
)
ADJUSTMENT_ANSWERED = Notice(
    key="applications.adjustment_answered", title="Your question about a reasonable adjustment is answered"
)
ADJUSTMENT_REVIEW = Notice(key="applications.adjustment_review", title="A reasonable adjustment is due for its review")
CHASED = Notice(key="applications.chased", title="The office asks you to go on with an application")
OBJECTED = Notice(key="applications.objected", title="A co-ordinator objects to an application")
OBJECTION_TAKEN_BACK = Notice(key="applications.objection_taken_back", title="An objection was taken back")
LATE_ENTRY = Notice(key="applications.late_entry", title="An application that waits for you may come late")
OBJECTION_CONSIDERED = Notice(key="applications.objection_considered", title="Your objection was considered")
WITHDRAWN = Notice(key="applications.withdrawn", title="An application was withdrawn")
CUTOFF_REMINDER = Notice(key="applications.cutoff_reminder", title="The cut-off is near")
ROLLED_OVER = Notice(key="applications.rolled_over", title="Your application moved to the next intake")
FEE_SET = Notice(key="applications.fee_set", title="The fee of your intake is set")
ORDER_ASKED = Notice(
    key="applications.order_asked",
    title="Somebody asks you for a purchase order",
    link=order_request_door,
)
ORDER_GIVEN = Notice(key="applications.order_given", title="Your employer gave the purchase order")
ORDER_DECLINED = Notice(key="applications.order_declined", title="Your employer did not give the purchase order")
ENQUIRY_MADE = Notice(
    key="applications.enquiry_made",
    title="Somebody asks the scheme a question",
    can_mute=True,
    hears=("office",),
)
ENQUIRY_ANSWERED = Notice(
    key="applications.enquiry_answered", title="The scheme answers your question", link=enquiry_door
)
