"""The employers' purchase orders, for the office and for finance (A3 f)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from applications.models import Application, Decision, PurchaseOrder
from applications.states import AFTER_ACCEPTANCE, ApplicationState, DecisionKind, PurchaseOrderState
from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.models import Intake


def orders_for_office(
    user: User, today: date, *, intake: int | None = None, state: str = "", name: str = ""
) -> QuerySet[PurchaseOrder]:
    """Every purchase order for the office, but one of their own (A4), the latest intake first, then by applicant; for
    anybody else none exists.

    `intake` (its id) and `state` narrow it, `name` by the words of number, issuer or applicant. `leaves_uncovered`:
    whoever it was given for is enrolled, and no order counts.
    """
    if not holds(user, Role.OFFICE, today):
        return PurchaseOrder.objects.none()
    rows = PurchaseOrder.objects.exclude(application__applicant=user)
    rows = rows.select_related("application__applicant", "application__centre", "application__intake")
    rows = rows.annotate(leaves_uncovered=Exists(uncovering_orders().filter(pk=OuterRef("pk"))))
    if intake is not None:
        rows = rows.filter(application__intake=intake)
    if state:
        rows = rows.filter(state=state)
    for word in name.split():
        rows = rows.filter(_says(word))
    by_applicant = ("application__applicant__sort_name", "application_id")
    return rows.order_by("-application__intake__enrolment_on", *by_applicant, "-entered_at", "-pk")


def orders_numbered(user: User, today: date, number: str) -> QuerySet[PurchaseOrder]:
    """Purchase orders whose number has this in it, the latest intake first; for anybody outside the office none."""
    return orders_for_office(user, today).filter(number__icontains=number)


def wanted_orders() -> QuerySet[PurchaseOrder]:
    """Orders in whose place another is wanted: the last one of an application that waits for its enrolment, which the
    office cancelled or found insufficient since it accepted (A3 f). What it accepted without is not asked for.
    """
    return _fallen_since_acceptance(ApplicationState.ACCEPTED)


def uncovering_orders() -> QuerySet[PurchaseOrder]:
    """The last orders of people who are enrolled, which fell since they were accepted: no order counts, and none can be
    given in the system any more (A3 f, E1)."""
    return _fallen_since_acceptance(ApplicationState.ENROLLED)


def _fallen_since_acceptance(state: ApplicationState) -> QuerySet[PurchaseOrder]:
    later = PurchaseOrder.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
    accepted = Decision.objects.filter(application=OuterRef("application"), kind=DecisionKind.ACCEPT)
    accepted_at = Subquery(accepted.order_by("-decided_at").values("decided_at")[:1])
    rows = PurchaseOrder.objects.filter(application__state=state, state__in=PurchaseOrderState.fallen())
    since = rows.filter(~Exists(later)).annotate(accepted_at=accepted_at)
    return since.filter(Q(settled_at__isnull=True) | Q(settled_at__gte=F("accepted_at")))


def unchecked_orders() -> QuerySet[PurchaseOrder]:
    """Orders that were given after the acceptance and which the office has not judged yet (A3 f)."""
    return PurchaseOrder.objects.filter(
        application__state__in=AFTER_ACCEPTANCE, state=PurchaseOrderState.RECEIVED, replaces__isnull=False
    )


WAITS = {
    PurchaseOrderState.CANCELLED: "The purchase order was cancelled and another is not there yet.",
    PurchaseOrderState.INSUFFICIENT: "The purchase order was found insufficient and another is not there yet.",
    PurchaseOrderState.RECEIVED: "Another purchase order was given and is not checked yet.",
}
UNCOVERED = "Enrolled, and no purchase order counts: settle the fee with the employer."


def order_notes(intake_id: int) -> dict[int, str]:
    """What waits about the purchase order of accepted applications of an intake, and that none counts for somebody
    enrolled, in words, by application; one query.

    No rule lets it hold up an enrolment (E1, I5): whoever enrols reads it.
    """
    sought = (wanted_orders(), unchecked_orders(), uncovering_orders())
    wanted, unchecked, uncovering = (rows.order_by().values("pk") for rows in sought)
    found = Q(pk__in=wanted) | Q(pk__in=unchecked) | Q(pk__in=uncovering)
    rows = PurchaseOrder.objects.filter(found, application__intake=intake_id)
    waits = rows.values_list("application", "state", "application__state")
    return {pk: _waits(PurchaseOrderState(state), of) for pk, state, of in waits}


def _waits(state: PurchaseOrderState, of: str) -> str:
    fallen = state.value in PurchaseOrderState.fallen()
    return UNCOVERED if fallen and of == ApplicationState.ENROLLED else WAITS[state]


def issuer_to_check(order: PurchaseOrder | None, application: Application) -> str:
    """What whoever enters a purchase order and the office are told where its issuer is neither the centre nor its
    trust, health board or company, whatever the capitals and punctuation; else nothing. It refuses nothing (A3 f), and
    nothing is said of one that does not stand any more.
    """
    centre = application.centre
    if order is None or centre is None or order.settled_because:
        return ""
    named = {sort_key(name) for name in (centre.name, centre.employer_group) if name}
    if sort_key(order.issuer) in named:
        return ""
    return f"The order is issued by {order.issuer}, the centre is {centre}: check that this is the employer."


def intakes_with_orders() -> QuerySet[Intake]:
    """The intakes for which somebody entered a purchase order, the latest first."""
    held = PurchaseOrder.objects.filter(application__intake=OuterRef("pk"))
    return Intake.objects.filter(Exists(held)).order_by("-enrolment_on")


def _says(word: str) -> Q:
    applicant = Q(application__applicant__sort_name__contains=sort_key(word))
    return Q(number__icontains=word) | Q(issuer__icontains=word) | applicant
