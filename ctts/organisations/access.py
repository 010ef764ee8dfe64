"""Who holds which role where on a day; who may give roles; and the guards of pages by role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from ctts.accounts import access as accounts
from ctts.accounts.models import User
from ctts.accounts.queries import has_proved_address
from ctts.common.clock import london_date
from ctts.common.guards import Guard
from ctts.common.memo import forget, remembered
from ctts.common.months import in_words
from ctts.common.prepared import prepared
from ctts.common.verdict import YES, Verdict, as_it_stands, both, late, no, no_role
from ctts.organisations.following import may_end
from ctts.organisations.models import Affiliation, Organisation, RoleProposal, Site, SupervisorTraining
from ctts.organisations.states import PRIVILEGED, Role

CORRECTED = "This entry was corrected before. Correct the newer one."
OFFICE_AT_LEAST = 2
Held = frozenset[tuple[str, int | None]]


def on_day(today: date) -> Q:
    """The condition for dated rows (`starts_on`, `ends_on`, both days included) that hold on `today`."""
    return Q(starts_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))


def held_by(user: User, today: date) -> Held:
    """Every (role, organisation id or None) of a person on `today`; asked once for each user object and day.

    The user of a request is loaded anew, so a changed role acts on the next request (quality rule 15).
    """
    return remembered(user, "roles", today, lambda: frozenset(_held(user.pk, today) if user.is_active else ()))


@prepared
def _held(user: Any, today: Any) -> QuerySet[Affiliation, tuple[str, int | None]]:
    return Affiliation.objects.filter(on_day(today), person=user).values_list("role", "organisation_id")


def forget_held(user: User) -> None:
    """Ask the database again for this user object's roles, after one was given or ended."""
    forget(user, "roles")


def holds(user: User, role: Role, today: date, at: int | None = None) -> bool:
    """Whether a person holds `role` on `today`: anywhere, or at the organisation with id `at`."""
    return any(held == role and (at is None or where == at) for held, where in held_by(user, today))


def organisations_where(user: User, roles: Iterable[Role], today: date) -> set[int]:
    """Ids of the organisations at which a person holds one of `roles` on `today`."""
    wanted = set(roles)
    return {where for role, where in held_by(user, today) if role in wanted and where is not None}


def workplaces_of(person: User, today: date) -> set[int]:
    """Ids of the organisations a person belongs to in any role on `today` (E4: same centre)."""
    return {where for _, where in held_by(person, today) if where is not None}


def needs_second_factor(person: User, today: date) -> bool:
    """Whether a role held on `today` makes a second factor obligatory (quality rule 15)."""
    return any(role in PRIVILEGED for role, _ in held_by(person, today))


def co_ordinates(user: User, organisation: Organisation, today: date) -> bool:
    """Whether `user` is Training Co-ordinator of a centre on `today`, or of the consortium it is a member of (C2)."""
    return bool({organisation.pk, organisation.consortium_id} & organisations_where(user, [Role.COORDINATOR], today))


def is_office(user: User, today: date) -> Verdict:
    """Whether `user` works in the scheme office on `today`."""
    return YES if holds(user, Role.OFFICE, today) else no_role("This page is for the scheme office.")


def can_close_site(user: User, site: Site, today: date) -> Verdict:
    """Whether `user` may change or close a site: the office, while it is open (C2)."""
    office = is_office(user, today)
    if office and site.closed_on is not None:
        return late("This site is closed already; open it again first.")
    return office


def can_reopen_site(user: User, site: Site, today: date) -> Verdict:
    """Whoever may close a site may open it again once it is closed (C2)."""
    office = is_office(user, today)
    if office and site.closed_on is None:
        return late("This site is open already.")
    return office


def can_grant(user: User, person: User, role: Role, today: date) -> Verdict:
    """Whether `user` may give or end `role` for `person`: the office may, and nobody for themselves."""
    if user.pk == person.pk:
        return no("Nobody can give or end a role of their own.")
    return is_office(user, today)


def can_set_last_day(user: User, held: Affiliation, today: date) -> Verdict:
    """Whether `user` may give a role its last day, some day: as who may give it, until it has ended, and unless it was
    called off."""
    if held.called_off_at is not None:
        return late("This role was called off.")
    if held.ends_on is not None and held.ends_on < today:
        return late("This role has ended already.")
    return can_grant(user, held.person, Role(held.role), today)


def can_end_role(user: User, held: Affiliation, ends_on: date, today: date) -> Verdict:
    """Whether `user` may end a role on this day: never so that fewer than two of the office are left, since from then
    on nobody could be given its role (decision 11); nor where an app says what waits for it."""
    return both(can_set_last_day(user, held, today), _can_be_without(held.person, Role(held.role), ends_on))


def can_call_off_role(user: User, held: Affiliation, today: date) -> Verdict:
    """Whether `user` may call off a role: as who may give it, before its first day, where the office keeps its two and
    no app says what waits for it."""
    if held.called_off_at is not None:
        return late("This role was called off already.")
    if held.starts_on <= today:
        return late("This role has begun. End it instead.")
    before = held.starts_on - timedelta(days=1)
    may = can_grant(user, held.person, Role(held.role), today)
    return both(may, _can_be_without(held.person, Role(held.role), before))


def can_end_access(user: User, person: User, today: date) -> Verdict:
    """Whether `user` may end the access of `person` now: likewise never of one of the last two of the office."""
    may = accounts.can_deactivate(user, person)
    for role in sorted({role for role, _ in held_by(person, today)}):
        may = both(may, _can_be_without(person, Role(role), today))
    return may


def _can_be_without(person: User, role: Role, ends_on: date) -> Verdict:
    """Whether a person may lose a role after a day, for what depends on it, in the office and in the apps."""
    may = two_are_left(person, ends_on) if role == Role.OFFICE else YES
    for judge in may_end:
        may = both(may, judge(person, role, ends_on))
    return as_it_stands(may)


def two_are_left(person: User, ends_on: date) -> Verdict:
    """Whether two of the office with an account in use are left without `person` on each later day of theirs."""
    day = first_day_without(Role.OFFICE, person, ends_on, fewer_than=OFFICE_AT_LEAST)
    if day is None:
        return YES
    return late(
        f"Two members of the office have to be left, since two give its role; from {in_words(day)} on there "
        "would be fewer. Propose somebody else for it first, and have that confirmed."
    )


def first_day_without(
    role: Role, person: User, ends_on: date, *, fewer_than: int = 1, apart_from: int | None = None
) -> date | None:
    """The first day after `ends_on` on which a person holds a role and, without them, fewer than so many with access
    do; None where there is none. `apart_from`: whoever of the others does not count.

    Of the others those count who have proved their address: whoever was invited and never came could do nothing.
    Somebody whose own last day is known already counts until then, so every day after one of those is looked at.
    """
    first = ends_on + timedelta(days=1)
    rows = Affiliation.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), role=role)
    there = Q(person=person) | Q(person__in=User.objects.filter(has_proved_address()).values("pk"))
    held = list(rows.filter(there, person__is_active=True))
    others = [row for row in held if row.person_id not in (person.pk, apart_from)]
    for day in [first, *sorted(row.ends_on + timedelta(days=1) for row in others if row.ends_on)]:
        on = {row.person_id for row in held if row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)}
        if person.pk in on and len(on - {person.pk, apart_from}) < fewer_than:
            return day
    return None


def can_enter_training(user: User, person: User, today: date) -> Verdict:
    """Whether `user` may enter when `person` did the Training Supervisors' course: the office, or a Training
    Co-ordinator of a centre where the person is Training Supervisor; nobody for themselves, nor under an account that
    was merged into another (C2).
    """
    if user.pk == person.pk:
        return no("Nobody enters training dates of their own: the scheme office does.")
    if is_office(user, today):
        return late(accounts.MERGED) if person.merged_into_id is not None else YES
    where = organisations_where(person, [Role.SUPERVISOR], today)
    members = Organisation.objects.filter(pk__in=where, consortium__isnull=False)
    where |= set(members.values_list("consortium_id", flat=True))
    mine = organisations_where(user, [Role.COORDINATOR], today)
    return YES if where & mine else no("Only the office or the Training Co-ordinator of the centre enters this.")


def can_correct_training(user: User, training: SupervisorTraining, today: date) -> Verdict:
    """Who may enter a person's training dates corrects them too, an entry that was not corrected before (C2)."""
    may = can_enter_training(user, training.person, today)
    if may and SupervisorTraining.objects.filter(replaces=training).exists():
        return late(CORRECTED)
    return may


def can_give(user: User, person: User, role: Role, today: date) -> Verdict:
    """The same for a role that begins: of nobody whose account is closed."""
    may = can_grant(user, person, role, today)
    words = "This account is closed: nobody can sign in with it. Give access again first."
    return both(may, accounts.in_use(person, words))


def can_change_address(user: User, person: User, today: date) -> Verdict:
    """Whether `user` may put another address in the place of a person's: of nobody in the office, which two give.

    Whoever has somebody's address can sign in as them: one member could become the second that confirms their own
    proposal. A member changes their own under "Your account", or is proposed anew.
    """
    office = is_office(user, today)
    if office and holds(person, Role.OFFICE, today):
        return no("A member of the office changes their own address, under “Your account”.")
    return both(office, accounts.can_change_address(user, person))


def can_settle_proposal(user: User, proposal: RoleProposal, today: date) -> Verdict:
    """Whether `user` may refuse a proposal for the office, or take their own back: not whom it is about."""
    office = is_office(user, today)
    if office and user.pk == proposal.person_id:
        return no("Nobody settles a proposal about themselves.")
    if office and proposal.settled_at is not None:
        return late("This proposal is settled already.")
    return office


def can_confirm_proposal(user: User, proposal: RoleProposal, today: date) -> Verdict:
    """Whether `user` may confirm a proposal for the office: a second member, neither proposer nor proposed."""
    may = can_settle_proposal(user, proposal, today)
    if may and user.pk == proposal.proposed_by_id:
        return no("You proposed it: another member of the office confirms it.")
    return may


def role_guard(*roles: Role) -> Guard:
    """The guard of pages for people who hold one of `roles` anywhere; the objects they see are the queries' work."""
    words = " or ".join(role.label for role in roles)

    def check(user: User, now: datetime) -> Verdict:
        today = london_date(now)
        return YES if any(holds(user, role, today) for role in roles) else no_role(f"This page is for: {words}.")

    return Guard("role: " + ", ".join(role.value for role in roles), check)


OFFICE = role_guard(Role.OFFICE)
SUPERVISOR = role_guard(Role.SUPERVISOR)
COORDINATOR = role_guard(Role.COORDINATOR)
OFFICE_OR_COORDINATOR = role_guard(Role.OFFICE, Role.COORDINATOR)
MODERATOR = role_guard(Role.MODERATOR)
