"""Who waits until the fee of their intake is set (A2, A3 f, I6)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from applications.access import has_its_fee, has_left
from applications.models import Application, PurchaseOrder
from applications.queries.facts import facts_of
from applications.rules import missing_before_supervisor, only_the_fee
from applications.states import ROLLS_OVER, ApplicationState, PurchaseOrderState
from ctts.scheme.models import Intake


def begun_for(intake: Intake) -> QuerySet[Any]:
    """Applications for an intake that are not received or were put off to it, each with the `order_pence` of the order
    that counts (A3 f)."""
    counting = PurchaseOrder.objects.filter(application=OuterRef("pk"), state__in=PurchaseOrderState.current())
    rows = Application.objects.filter(intake=intake, state__in=ROLLS_OVER | {ApplicationState.DEFERRED})
    return rows.annotate(order_pence=Subquery(counting.values("gross_pence")[:1]))


def waits_for_fee(application: Application, today: date) -> bool:
    """Whether the scheme office has the next move: all is there but what hangs on the fee, which is not set (A2, I6).

    A draft of which something else is missing is the applicant's; what waits for a supervisor who cannot confirm it
    before the intake opens is nobody's but the office's.
    """
    if application.state not in ROLLS_OVER or has_its_fee(application):
        return False
    if application.state == ApplicationState.AWAITING_SUPERVISOR:
        return not has_left(application)
    return only_the_fee(missing_before_supervisor(facts_of(application, today)))
