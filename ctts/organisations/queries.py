"""Lists of people by role, and of centres."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from ctts.accounts.models import Invitation, User
from ctts.accounts.queries import people_named
from ctts.accounts.rules import same_address
from ctts.organisations.access import on_day, organisations_where
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.states import Kind, Nation, Role


def people_with(role: Role, today: date, organisation_id: int | None = None) -> QuerySet[User]:
    """Active people who hold `role` on `today` (at one organisation when given), by name."""
    rows = Affiliation.objects.filter(on_day(today), role=role)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return User.objects.filter(pk__in=rows.values("person"), is_active=True).order_by("sort_name", "pk")


def coordinators_of(organisation: Organisation, today: date) -> list[User]:
    """The Training Co-ordinators of a centre; where it has none, those of the consortium it is a member of (C2)."""
    own = list(people_with(Role.COORDINATOR, today, organisation.pk))
    if own or organisation.consortium_id is None:
        return own
    return list(people_with(Role.COORDINATOR, today, organisation.consortium_id))


def centres_co_ordinated_by(user: User, today: date) -> QuerySet[Organisation]:
    """The centres of which `user` is Training Co-ordinator, and the members of a consortium they co-ordinate (C2)."""
    ids = organisations_where(user, [Role.COORDINATOR], today)
    return centres().filter(Q(pk__in=ids) | Q(consortium_id__in=ids))


def centres() -> QuerySet[Organisation]:
    """All training centres and consortia, by name; public reference data."""
    return Organisation.objects.filter(kind__in=[Kind.CENTRE, Kind.CONSORTIUM])


def organisations_for_office() -> QuerySet[Organisation]:
    """Every centre, consortium and employer with its sites, by name; who of the office may ask is the page's guard."""
    return Organisation.objects.prefetch_related("sites")


def affiliations_for_office() -> QuerySet[Affiliation]:
    """Every role that anybody holds or held, newest first, with person and place; for the office's pages."""
    rows = Affiliation.objects.select_related("person", "organisation", "granted_by")
    return rows.order_by("-starts_on", "-pk")


def people_for_office(text: str, role: str, today: date) -> QuerySet[User]:
    """People by name with the roles they hold on `today` as `roles_now`; for the office's pages.

    `text` finds them by the beginnings of folded names or by a part of an e-mail address, `role` (a key) by a role held
    on `today`; both empty: everybody.
    """
    found = User.objects.all()
    if text:
        by_address = Q(email__contains=same_address(text))
        found = User.objects.filter(by_address | Q(pk__in=people_named(text).values("pk")))
    present = Affiliation.objects.filter(on_day(today))
    if role:
        found = found.filter(pk__in=present.filter(role=role).values("person"))
    roles = Prefetch("affiliations", present.select_related("organisation").order_by("pk"), to_attr="roles_now")
    return found.prefetch_related(roles).order_by("sort_name", "pk")


def invitations_of(person: User) -> QuerySet[Invitation]:
    """All invitations of a person, newest first, with who sent them; for the office's page of the person."""
    return Invitation.objects.filter(person=person).select_related("invited_by").order_by("-invited_at", "-pk")


def people_at(organisation: Organisation, today: date) -> QuerySet[Affiliation]:
    """Who holds which role at an organisation on `today`, by role and name; for the office's pages."""
    rows = Affiliation.objects.filter(on_day(today), organisation=organisation)
    return rows.select_related("person").order_by("role", "person__sort_name", "pk")


def nation_of(organisation: Organisation) -> Nation:
    """The nation whose working days count for a centre: that of its first site, England when it has none yet."""
    site = organisation.sites.order_by("pk").first()
    return Nation(site.nation) if site else Nation.ENGLAND
