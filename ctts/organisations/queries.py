"""Lists of people by role, and of centres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from ctts.accounts.models import Invitation, User
from ctts.accounts.queries import has_proved_address, people_named
from ctts.accounts.rules import same_address
from ctts.common.digest import sha256
from ctts.organisations.access import holds, on_day, organisations_where
from ctts.organisations.models import Affiliation, Organisation, RoleProposal, Site, SiteStep, SupervisorTraining
from ctts.organisations.states import Kind, Nation, Role


def people_with(role: Role, today: date, organisation_id: int | None = None) -> QuerySet[User]:
    """Active people who hold `role` on `today` (at one organisation when given), by name.

    Only those who have proved their address: until then it may be a stranger's, what is mailed names trainees, and
    nobody is there who could act (quality rule 15).
    """
    return invited_to(role, today, organisation_id).filter(has_proved_address())


def invited_to(role: Role, today: date, organisation_id: int | None = None) -> QuerySet[User]:
    """The same, and those who were invited and have not come yet."""
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
    """Every role that is held, was held or was to be held, newest first, with person and place; for the office's
    pages."""
    rows = Affiliation.every.select_related("person", "organisation", "granted_by")
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


def people_found(user: User, today: date, text: str) -> QuerySet[User]:
    """People by the beginnings of their names or, where an @ is in it, a part of their address; for the office only."""
    if not holds(user, Role.OFFICE, today):
        return User.objects.none()
    found = User.objects.filter(email__contains=same_address(text)) if "@" in text else people_named(text)
    return found.order_by("sort_name", "pk")


def centres_of_reader(user: User, today: date) -> QuerySet[Organisation]:
    """The centres whose pages a person opens: every centre and employer for the office, those they co-ordinate (C2)."""
    if holds(user, Role.OFFICE, today):
        return organisations_for_office().prefetch_related(None)
    return centres_co_ordinated_by(user, today)


def invitations_of(person: User) -> QuerySet[Invitation]:
    """All invitations of a person, newest first, with who sent them and whether each is but a new link of one before
    (`renews`); for the office's page of the person."""
    before = Invitation.objects.filter(person=OuterRef("person"), purpose=OuterRef("purpose"), pk__lt=OuterRef("pk"))
    rows = Invitation.objects.filter(person=person).annotate(renews=Exists(before))
    return rows.select_related("invited_by").order_by("-invited_at", "-pk")


def people_at(organisation: Organisation, today: date) -> QuerySet[Affiliation]:
    """Who holds which role at an organisation on `today` and has access, by role and name; for the office's pages."""
    rows = Affiliation.objects.filter(on_day(today), organisation=organisation, person__is_active=True)
    return rows.select_related("person").order_by("role", "person__sort_name", "pk")


def nation_of(organisation: Organisation) -> Nation:
    """The nation whose working days count for a centre: that of its first open site, England when it has none yet."""
    site = organisation.sites.order_by(F("closed_on").desc(nulls_first=True), "pk").first()
    return Nation(site.nation) if site else Nation.ENGLAND


def sites_open_on(day: date) -> QuerySet[Site]:
    """Sites that are open on a day, by name; a closed one through its last day (C2)."""
    return Site.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=day)).order_by("name", "pk")


def sites_for_office() -> QuerySet[Site]:
    """Every site with its organisation, closed ones too; for the office's pages."""
    return Site.objects.select_related("organisation").order_by("name", "pk")


def site_steps_of(organisation: Organisation) -> QuerySet[SiteStep]:
    """Every time a site of an organisation was closed or opened again, the newest first, with who did it (C2)."""
    return SiteStep.objects.filter(site__organisation=organisation).select_related("site", "by")


def members_of(consortium: Organisation) -> QuerySet[Organisation]:
    """The centres and employers that are members of a consortium, by name (C2)."""
    return Organisation.objects.filter(consortium=consortium).order_by("name", "pk")


def organisation_version(organisation: Organisation) -> str:
    """A digest of what the office changes of an organisation: what a form says it has seen."""
    return sha256(
        {name: getattr(organisation, name) for name in ("name", "ods_code", "employer_group", "consortium_id")}
    )


def site_version(site: Site) -> str:
    """A digest of what the office changes of a site: what a form says it has seen."""
    return sha256({name: getattr(site, name) for name in ("name", "postcode", "nation", "closed_on")})


@dataclass(frozen=True, slots=True)
class SupervisorStanding:
    """A Training Supervisor of a centre, the course they did last, and whether it stands today."""

    person: User
    training: SupervisorTraining | None
    stands: bool


def trainings_of(person: User) -> QuerySet[SupervisorTraining]:
    """All that was entered about a person's courses, corrections too, the latest first, with who entered it.

    `corrected`: another entry stands in its place.
    """
    newer = Exists(SupervisorTraining.objects.filter(replaces=OuterRef("pk")))
    return SupervisorTraining.objects.filter(person=person).select_related("by").annotate(corrected=newer)


def trainings_in_force(person: User) -> QuerySet[SupervisorTraining]:
    """The courses that are entered for a person, each as it was corrected last, the earliest first."""
    return _in_force().filter(person=person).order_by("attended_on", "pk")


def _in_force() -> QuerySet[SupervisorTraining]:
    return SupervisorTraining.objects.filter(replaced_by__isnull=True, void=False)


def supervisors_of(organisation: Organisation, today: date) -> list[SupervisorStanding]:
    """The Training Supervisors of a centre by name, each with their course; nothing is blocked by it (C2)."""
    people = list(invited_to(Role.SUPERVISOR, today, organisation.pk))
    latest: dict[int, SupervisorTraining] = {}
    for row in _in_force().filter(person__in=people).order_by("attended_on", "pk"):
        latest[row.person_id] = row
    rows = [(person, latest.get(person.pk)) for person in people]
    return [SupervisorStanding(person, row, row is not None and row.stands(today)) for person, row in rows]


def people_whose_training_is_entered_by(user: User, today: date) -> QuerySet[User]:
    """Whose training dates a person may enter: the office everybody's, a Training Co-ordinator those of the Training
    Supervisors of their centres (C2).
    """
    if holds(user, Role.OFFICE, today):
        return User.objects.all()
    held = Affiliation.objects.filter(on_day(today), role=Role.SUPERVISOR)
    there = held.filter(organisation__in=centres_co_ordinated_by(user, today))
    return User.objects.filter(pk__in=there.values("person"))


def training_for(user: User, today: date, pk: int) -> SupervisorTraining | None:
    """One entry that a person may correct, with whose it is."""
    people = people_whose_training_is_entered_by(user, today)
    return SupervisorTraining.objects.filter(pk=pk, person__in=people).select_related("person").first()


def open_proposals() -> QuerySet[RoleProposal]:
    """Who is proposed for the office and waits for a second member, the oldest first; for the office's pages."""
    rows = RoleProposal.objects.filter(settled_at__isnull=True).select_related("person", "proposed_by")
    return rows.order_by("proposed_at", "pk")


def proposals_for_office() -> QuerySet[RoleProposal]:
    """Every proposal for the office, settled or not; for the office's pages."""
    return RoleProposal.objects.select_related("person", "proposed_by", "settled_by")


def proposals_to_confirm(user: User) -> QuerySet[RoleProposal]:
    """The proposals that this member of the office may confirm: neither made by them nor about them."""
    return open_proposals().exclude(proposed_by=user).exclude(person=user)


def purpose_of(role: Role, organisation: Organisation | None = None) -> str:
    """What an invitation to a role says that it is for: "… invites you to be Trainer at Leeds Teaching Hospital"."""
    place = f" at {organisation.name}" if organisation else ""
    return f"to be {role.label}{place}"[:200]


def role_in_words(held: Affiliation) -> str:
    """ "Training Supervisor, Leeds Teaching Hospital"."""
    label = str(Role(held.role).label)
    return f"{label}, {held.organisation.name}" if held.organisation else label
