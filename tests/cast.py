"""The named cast: two of everything, at two centres, so that every refusal is tested with something that could leak.

Leeds trains in nuclear medicine, Bristol in medical engineering. Everybody is made by the actions that pages call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from allauth.account.models import EmailAddress

from ctts.accounts.models import User
from ctts.organisations import actions as organisations
from ctts.organisations.models import Organisation
from ctts.organisations.states import Kind, Nation, Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Scope

START = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough sentence"


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """An instant in UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@dataclass
class Cast:
    """Everybody, by first name; the first letter says the role where it can."""

    leeds: Organisation
    bristol: Organisation
    olive: User  # scheme office
    oscar: User  # scheme office
    ada: User  # reads adjustments
    sam: User  # Training Supervisor at Leeds
    sue: User  # Training Supervisor at Bristol
    sid: User  # Training Supervisor and Training Co-ordinator at Leeds
    cora: User  # Training Co-ordinator at Leeds
    carl: User  # Training Co-ordinator at Bristol
    trina: User  # trainer at Leeds
    mia: User  # moderator
    max: User  # moderator
    mona: User  # moderator who works at Leeds
    ann: User  # applicant, employed at Leeds
    abe: User  # applicant, employed at Bristol
    tara: User  # employed at Leeds
    tom: User  # employed at Bristol
    nobody: User  # has an account and no role


PEOPLE = {
    "olive": "Olive Ong",
    "oscar": "Oscar Obi",
    "ada": "Ada Adair",
    "sam": "Sam Patel",
    "sue": "Sue Lindqvist",
    "sid": "Sid Marsh",
    "cora": "Cora Whitfield",
    "carl": "Carl Nowak",
    "trina": "Trina Doyle",
    "mia": "Mia Ferreira",
    "max": "Max Holloway",
    "mona": "Mona Haddad",
    "ann": "Ann Archer",
    "abe": "Abe Lawal",
    "tara": "Tara Quinn",
    "tom": "Tom Eriksen",
    "nobody": "Nora Body",
}


def person(first: str, full_name: str) -> User:
    """Somebody with an account, a confirmed address and the common password."""
    made = User.objects.enter(email=f"{first}@example.org", full_name=full_name, now=START, password=PASSWORD)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def centre(code: str, name: str, nation: Nation, ods_code: str) -> Organisation:
    """A training centre with one site."""
    return organisations.open_organisation(
        by=None,
        now=START,
        code=code,
        name=name,
        kind=Kind.CENTRE,
        nation=nation,
        site_name="Main site",
        ods_code=ods_code,
        employer_group=f"{name} Trust",
    )


def make_cast() -> Cast:
    """The whole cast with roles since 8 January 2024 and both centres accredited from 1 January 2024 for five years."""
    leeds = centre("LDS", "Leeds Teaching Hospital", Nation.ENGLAND, "RR8")
    bristol = centre("BRS", "Bristol Infirmary", Nation.ENGLAND, "RA7")
    cast = Cast(leeds=leeds, bristol=bristol, **{first: person(first, name) for first, name in PEOPLE.items()})
    for first, role, place in ROLES:
        organisation = getattr(cast, place) if place else None
        organisations.grant(by=None, now=START, person=getattr(cast, first), role=role, organisation=organisation)
    accredit(leeds, "NM")
    accredit(bristol, "ME")
    return cast


ROLES = [
    ("olive", Role.OFFICE, ""),
    ("oscar", Role.OFFICE, ""),
    ("ada", Role.ADJUSTMENTS, ""),
    ("sam", Role.SUPERVISOR, "leeds"),
    ("sue", Role.SUPERVISOR, "bristol"),
    ("sid", Role.SUPERVISOR, "leeds"),
    ("sid", Role.COORDINATOR, "leeds"),
    ("cora", Role.COORDINATOR, "leeds"),
    ("carl", Role.COORDINATOR, "bristol"),
    ("trina", Role.TRAINER, "leeds"),
    ("mia", Role.MODERATOR, ""),
    ("max", Role.MODERATOR, ""),
    ("mona", Role.MODERATOR, ""),
    ("mona", Role.EMPLOYEE, "leeds"),
    ("ann", Role.EMPLOYEE, "leeds"),
    ("abe", Role.EMPLOYEE, "bristol"),
    ("tara", Role.EMPLOYEE, "leeds"),
    ("tom", Role.EMPLOYEE, "bristol"),
]


def accredit(organisation: Organisation, scope_code: str) -> None:
    """Accredit a centre for a scope from 1 January 2024 for five years."""
    scope = Scope.objects.get(code=scope_code)
    applied = scheme.apply_for_accreditation(by=None, now=START, organisation=organisation, scope=scope)
    scheme.decide_accreditation(
        by=None, now=START, accreditation_id=applied.pk, accredit=True, starts_on=date(2024, 1, 1)
    )
