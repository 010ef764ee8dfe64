"""Applications that look like the same person's under another account, for whoever reviews one (A1)."""

from __future__ import annotations

from collections.abc import Iterator

from applications.models import Application, PurchaseOrder
from applications.states import ApplicationState
from ctts.accounts.rules import sort_key

GIVEN_UP = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.DECLINED)


def twins_of(application: Application) -> list[str]:
    """A sentence for each other application with the same name and date of birth, and for each that gives a purchase
    order of the same number; two queries. They may be right: whoever reviews looks at them (A1, A3 f)."""
    return [*_same_person(application), *_same_order(application)]


def _others(application: Application) -> Iterator[Application]:
    rows = Application.objects.exclude(applicant=application.applicant_id).exclude(state__in=GIVEN_UP)
    same = rows.filter(date_of_birth_on=application.date_of_birth_on, date_of_birth_on__isnull=False)
    return same.select_related("applicant", "intake").order_by("pk").iterator()


def _same_person(application: Application) -> Iterator[str]:
    for other in _others(application):
        if sort_key(other.legal_name) == sort_key(application.legal_name):
            yield (
                f"Another account applies with the same name and date of birth: {other.applicant.email}, "
                f"{other.intake}, {other.get_state_display().lower()}. If it is one person, the accounts are merged."
            )


def _same_order(application: Application) -> Iterator[str]:
    numbers = application.purchase_orders.values("number")
    rows = PurchaseOrder.objects.filter(number__in=numbers).exclude(application__applicant=application.applicant_id)
    rows = rows.exclude(application__state__in=GIVEN_UP).select_related("application__applicant", "application__intake")
    for order in rows.order_by("pk"):
        of = order.application
        yield f"The purchase order number {order.number} stands in the application of {of.applicant}, {of.intake}, too."
