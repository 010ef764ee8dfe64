"""What the scheme itself asks of the office and of co-ordinators: intakes, accreditations (N, I6, C1, C3)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.parts import WaitingRow
from ctts.organisations.access import holds
from ctts.organisations.queries import centres_co_ordinated_by
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation, CentreApplication
from ctts.scheme.queries.centres import accreditations_ending
from ctts.scheme.queries.numbers import numbers_on
from ctts.scheme.queries.office import planned_to_open
from ctts.scheme.states import OPEN_APPLICATIONS, AccreditationState, CentreApplicationState

AHEAD = timedelta(days=28)
ROLE = "scheme office"
COORDINATOR = "Training Co-ordinator"


def duties_for(user: User, today: date) -> list[WaitingRow]:
    """For the office: each planned intake within four weeks of its first day, each accreditation applied for. For a
    Training Co-ordinator: each accreditation to renew, each application that is begun and not sent.
    """
    office = [*_intakes_to_open(today), *_to_decide()] if holds(user, Role.OFFICE, today) else []
    mine = [*_to_renew(user, today), *_to_send(user, today)] if holds(user, Role.COORDINATOR, today) else []
    return office + mine


def _intakes_to_open(today: date) -> list[WaitingRow]:
    return [
        WaitingRow(
            what="Enter the fee and open the intake" if row.fee_gross_pence is None else "Open the intake",
            url=reverse("scheme:intake", args=[row.pk]),
            about=str(row),
            role=ROLE,
            due=row.opens_on,
        )
        for row in planned_to_open(today + AHEAD, today)
    ]


def _to_decide() -> list[WaitingRow]:
    applied = Accreditation.objects.filter(state=AccreditationState.APPLIED).select_related("organisation", "scope")
    return [
        WaitingRow(
            what="Decide an accreditation",
            url=reverse("scheme:decide", args=[row.pk]),
            about=str(row),
            role=ROLE,
            button="Decide",
        )
        for row in applied.order_by("pk")
    ]


def _to_renew(user: User, today: date) -> list[WaitingRow]:
    """Accreditations from their first reminder on, unless a draft is begun or an application waits (C1)."""
    rows = accreditations_ending(today, numbers_on(today)).filter(organisation__in=centres_co_ordinated_by(user, today))
    same = {"organisation": OuterRef("organisation"), "scope": OuterRef("scope")}
    begun = Exists(CentreApplication.objects.filter(state__in=OPEN_APPLICATIONS, **same))
    applied = Exists(Accreditation.objects.filter(state=AccreditationState.APPLIED, **same))
    return [
        WaitingRow(
            what="Renew the accreditation",
            url=f"{reverse('scheme:begin_application', args=[row.organisation_id])}?scope={row.scope_id}",
            about=str(row),
            role=COORDINATOR,
            due=row.ends_on,
            button="Renew",
        )
        for row in rows.exclude(begun | applied)
    ]


def _of(user: User, today: date, state: CentreApplicationState) -> list[CentreApplication]:
    mine = centres_co_ordinated_by(user, today)
    rows = CentreApplication.objects.filter(state=state, organisation__in=mine)
    return list(rows.select_related("organisation", "scope", "renews").order_by("begun_at", "pk"))


def _to_send(user: User, today: date) -> list[WaitingRow]:
    return [
        WaitingRow(
            what="Finish the application for accreditation",
            url=reverse("scheme:application", args=[row.pk]),
            about=str(row),
            role=COORDINATOR,
            since=london_date(row.begun_at),
            due=row.renews.ends_on if row.renews else None,
        )
        for row in _of(user, today, CentreApplicationState.DRAFT)
    ]


def others_for(user: User, today: date) -> list[WaitingRow]:
    """For a Training Co-ordinator: applications for accreditation that the office decides (C3)."""
    if not holds(user, Role.COORDINATOR, today):
        return []
    return [
        WaitingRow(
            what="The office decides on the accreditation",
            url=reverse("scheme:application", args=[row.pk]),
            about=str(row),
            role=COORDINATOR,
            since=london_date(row.sent_at or row.begun_at),
        )
        for row in _of(user, today, CentreApplicationState.SENT)
    ]
