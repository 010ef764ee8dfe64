"""The employers' purchase orders, for the office and for finance (A3 f)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import PurchaseOrder
from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.models import Intake


def orders_for_office(
    user: User, today: date, *, intake: int | None = None, state: str = "", name: str = ""
) -> QuerySet[PurchaseOrder]:
    """Every purchase order for the office, the latest intake first, then by applicant; for anybody else none exists.

    `intake` (its id) and `state` narrow it, `name` by the words of number, issuer or applicant.
    """
    if not holds(user, Role.OFFICE, today):
        return PurchaseOrder.objects.none()
    rows = PurchaseOrder.objects.select_related("application__applicant", "application__centre", "application__intake")
    if intake is not None:
        rows = rows.filter(application__intake=intake)
    if state:
        rows = rows.filter(state=state)
    for word in name.split():
        rows = rows.filter(_says(word))
    by_applicant = ("application__applicant__sort_name", "application_id")
    return rows.order_by("-application__intake__enrolment_on", *by_applicant, "-entered_at", "-pk")


def intakes_with_orders() -> QuerySet[Intake]:
    """The intakes for which somebody entered a purchase order, the latest first."""
    held = PurchaseOrder.objects.filter(application__intake=OuterRef("pk"))
    return Intake.objects.filter(Exists(held)).order_by("-enrolment_on")


def _says(word: str) -> Q:
    applicant = Q(application__applicant__sort_name__contains=sort_key(word))
    return Q(number__icontains=word) | Q(issuer__icontains=word) | applicant
