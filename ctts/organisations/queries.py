"""Lists of people by role, and of centres."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.states import Kind, Nation, Role


def people_with(role: Role, today: date, organisation_id: int | None = None) -> QuerySet[User]:
    """Active people who hold `role` on `today` (at one organisation when given), by name."""
    rows = Affiliation.objects.filter(on_day(today), role=role)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return User.objects.filter(pk__in=rows.values("person"), is_active=True).order_by("sort_name", "pk")


def centres() -> QuerySet[Organisation]:
    """All training centres and consortia, by name; public reference data."""
    return Organisation.objects.filter(kind__in=[Kind.CENTRE, Kind.CONSORTIUM])


def nation_of(organisation: Organisation) -> Nation:
    """The nation whose working days count for a centre: that of its first site, England when it has none yet."""
    site = organisation.sites.order_by("pk").first()
    return Nation(site.nation) if site else Nation.ENGLAND
