"""The areas of a person by their roles, what everybody meets on the front page and at the foot of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from applications.access import applying_now
from assessments.queries.sections import SECTIONS
from ctts.accounts.models import User
from ctts.organisations.access import held_by, holds
from ctts.organisations.states import Role
from ctts.scheme import queries as scheme_queries
from ctts.scheme.models import Intake
from ctts.scheme.states import IntakeState
from training import queries as training_queries


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the front page tells: the intakes that take applications now, and those to come with whether their first
    day is still to come (the office opens an intake); of each, the Induction Day once it is entered (I3, T9)."""

    open: tuple[Intake, ...]
    coming: tuple[tuple[Intake, bool], ...]
    inductions: Mapping[int, date]

    @property
    def rows(self) -> list[tuple[Intake, bool, date | None]]:
        """Every intake with whether its first day is still to come, and its Induction Day; the earliest first."""
        found = [(row, False) for row in self.open] + list(self.coming)
        ordered = sorted(found, key=lambda one: one[0].enrolment_on)
        return [(row, later, self.inductions.get(row.pk)) for row, later in ordered]


def stands_of(user: User, today: date) -> frozenset[str]:
    """As what a person stands in or around training; asked once for each user object and day, as their roles are."""
    return training_queries.stands_in_request(user, today)


def hears_as(user: User, today: date) -> frozenset[str]:
    """As what a person gets mails: the roles they hold, as what they stand around training, and as applicant (N)."""
    applies = ["applicant"] if applying_now().filter(applicant=user).exists() else []
    stands = stands_of(user, today) - {training_queries.APPLIES}
    return frozenset([*stands, *(role for role, _ in held_by(user, today)), *applies])


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is on a day, as far as areas depend on it: their roles, and as what they stand in training."""

    user: User
    today: date
    stands: frozenset[str]


def areas_of(user: User, today: date, path: str) -> list[Area]:
    """The navigation of a signed-in person: what waits, then one area for each role held; one query beside roles."""
    standing = Standing(user, today, stands_of(user, today))
    found = [("Waiting for me", "home:dashboard")]
    found += [(label, name) for label, name, applies in AREAS if applies(standing)]
    return _areas(found, path)


def public_areas(path: str) -> list[Area]:
    """The navigation of a visitor."""
    return _areas(PUBLIC_AREAS, path)


def _areas(entries: Iterable[tuple[str, str]], path: str) -> list[Area]:
    return [Area(label, reverse(name), _is_within(name, path)) for label, name in entries]


def _is_within(name: str, path: str) -> bool:
    """Whether a page belongs to the area whose first page has this name."""
    urls = [reverse(one) for one in (name, *PAGES_OF.get(name, ()))]
    return any(path == url or (url != "/" and path.startswith(url)) for url in urls)


def _role(role: Role) -> Callable[[Standing], bool]:
    return lambda who: holds(who.user, role, who.today)


def _trains(who: Standing) -> bool:
    """Whether the person is or was a trainee."""
    return training_queries.TRAINEE in who.stands


def _has_trainees(who: Standing) -> bool:
    """Whether the person is appointed to a trainee, or co-ordinates a centre."""
    return holds(who.user, Role.COORDINATOR, who.today) or bool(_around(who))


def _around(who: Standing) -> frozenset[str]:
    """As what the person is appointed to a trainee."""
    return who.stands - {training_queries.TRAINEE, training_queries.SUPPORTS, training_queries.APPLIES}


def may_apply(who: Standing) -> bool:
    """Whether an application of their own may be somebody's business: they hold no role beyond working somewhere, and
    either have had one or have no part in the training of others."""
    roles = {role for role, _ in held_by(who.user, who.today)} - {Role.EMPLOYEE}
    if training_queries.APPLIES in who.stands:
        return roles <= {Role.TRAINER}
    return not has_a_part(who)


def has_a_part(who: Standing) -> bool:
    """Whether the person has a part in the scheme beyond their own training and working somewhere."""
    roles = {role for role, _ in held_by(who.user, who.today)} - {Role.EMPLOYEE}
    return bool(roles) or training_queries.SUPPORTS in who.stands or bool(_around(who))


def supports(who: Standing) -> bool:
    """Whether applications name the person as Training Supervisor, or may: the role begins with the first enrolment."""
    return holds(who.user, Role.SUPERVISOR, who.today) or training_queries.SUPPORTS in who.stands


OFFICE = _role(Role.OFFICE)
AREAS: tuple[tuple[str, str, Callable[[Standing], bool]], ...] = (
    ("My training", "training:mine", _trains),
    ("My trainees", "training:trainees", _has_trainees),
    ("My caseload", "moderation:caseload", _role(Role.MODERATOR)),
    ("My marking", "assessments:my_marking", _role(Role.MODERATOR)),
    ("My application", "applications:mine", may_apply),
    ("Applications", "applications:desk", OFFICE),
    ("Trainees", "training:office", OFFICE),
    ("Moderation", "moderation:pool", OFFICE),
    ("My moderation", "moderation:mine", _role(Role.MODERATOR)),
    ("Applications to support", "applications:to_support", supports),
    ("Applications of my centre", "applications:of_my_centres", _role(Role.COORDINATOR)),
    ("Centre at a glance", "training:centres", _role(Role.COORDINATOR)),
    ("My centre", "scheme:my_centres", _role(Role.COORDINATOR)),
    ("Adjustments", "applications:adjustments", _role(Role.ADJUSTMENTS)),
    ("My adjustments", "applications:own_adjustments", _trains),
    ("Intakes", "scheme:intakes", OFFICE),
    ("Centres", "scheme:centres", OFFICE),
    ("People", "organisations:people", OFFICE),
    ("Scheme", "home:scheme", OFFICE),
)
# Areas whose pages begin with several addresses.
PAGES_OF = {"moderation:pool": [name for _, name in SECTIONS], "scheme:intakes": ["training:office_events"]}
PUBLIC_AREAS: tuple[tuple[str, str], ...] = (
    ("Can I apply?", "applications:eligibility"),
    ("Routes to the register", "applications:routes"),
    ("Training Centres", "applications:training_centres"),
    ("Check a diploma", "moderation:check"),
)


def front_page(today: date) -> FrontPage:
    """The intakes that take applications, and the next two that still will."""
    rows = list(scheme_queries.intakes().filter(enrolment_on__gte=today)[:6])
    open_now = tuple(row for row in rows if row.state == IntakeState.OPEN and row.cutoff_on >= today)
    coming = [row for row in rows if row not in open_now and row.cutoff_on >= today]
    shown = [*open_now, *coming[:2]]
    inductions = scheme_queries.induction_days(row.pk for row in shown)
    return FrontPage(open_now, tuple((row, row.opens_on > today) for row in coming[:2]), inductions)


def footer_links(user: User | None) -> list[Area]:
    """What stands at the foot of every page beside the statements: the check of diplomas (D1), what comes after one
    (D4), and for whoever is signed in the handbook (E1) and the help."""
    for_all = [("Check a diploma", "moderation:check"), ("After the Diploma", "moderation:next_steps")]
    return _areas([*for_all, *([("Handbook", "scheme:handbook"), ("Help", "home:help")] if user else [])], "")
