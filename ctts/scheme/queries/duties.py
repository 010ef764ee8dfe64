"""What the scheme itself asks of the office: intakes to open, accreditations to decide (N, I6, C1)."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.parts import WaitingRow
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation
from ctts.scheme.queries.office import planned_to_open
from ctts.scheme.states import AccreditationState

AHEAD = timedelta(days=28)
ROLE = "scheme office"


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """For the office: each planned intake within four weeks of its first day, each accreditation applied for."""
    if not holds(user, Role.OFFICE, today):
        return []
    applied = Accreditation.objects.filter(state=AccreditationState.APPLIED).select_related("organisation", "scope")
    return [
        *(
            WaitingRow(
                what="Enter the fee and open the intake" if row.fee_gross_pence is None else "Open the intake",
                url=reverse("scheme:intake", args=[row.pk]),
                about=str(row),
                role=ROLE,
                due=row.opens_on,
            )
            for row in planned_to_open(today + AHEAD, today)
        ),
        *(
            WaitingRow(
                what="Decide an accreditation",
                url=reverse("scheme:decide", args=[row.pk]),
                about=f"{row.organisation}, {row.scope}",
                role=ROLE,
                button="Decide",
            )
            for row in applied.order_by("pk")
        ),
    ]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """Nobody waits for others here: what the office waits for shows on the pages of its things."""
    return []
