"""Six centres and about forty people in every role; two of everything, one supervisor who is also co-ordinator (C2)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from ctts.accounts import actions as accounts
from ctts.accounts.models import User
from ctts.demo.people import Persona
from ctts.organisations import actions as organisations
from ctts.organisations.models import Organisation
from ctts.organisations.states import PRIVILEGED, Kind, Nation, Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Scope

# code, name, site, postcode, nation, ODS code, employer group, scopes it is accredited for
CENTRES = [
    (
        "AIR",
        "Airedale Cross Hospital",
        "Main site",
        "LS1 3EX",
        Nation.ENGLAND,
        "RZA01",
        "Airedale Cross NHS Trust",
        "NM RP",
    ),
    ("SEV", "Severn Vale Infirmary", "Infirmary", "BS2 8HW", Nation.ENGLAND, "RZB02", "Severn Vale NHS Trust", "ME RE"),
    ("CLY", "Clyde Royal Hospital", "Royal", "G4 0SF", Nation.SCOTLAND, "", "NHS Clydeside", "RT NM"),
    (
        "TAF",
        "Taff Valley Hospital",
        "Physics building",
        "CF14 4XW",
        Nation.WALES,
        "RZD04",
        "Taff Valley Health Board",
        "RT RP",
    ),
    ("LAG", "Lagan City Hospital", "City", "BT9 7AB", Nation.NORTHERN_IRELAND, "", "Lagan Health Trust", "RH ME"),
    ("TYN", "Tyneside General Hospital", "General", "NE7 7DN", Nation.ENGLAND, "RZF06", "Tyneside NHS Trust", "NM RH"),
]

# first name (the address), full name, role words for the list, [(role, centre)]
STAFF: list[tuple[str, str, str, list[tuple[Role, str]]]] = [
    ("olive", "Olive Ashworth", "Scheme office", [(Role.OFFICE, "")]),
    ("oscar", "Oscar Bello", "Scheme office", [(Role.OFFICE, "")]),
    ("ada", "Ada Lindqvist", "Scheme office, reads adjustments", [(Role.OFFICE, ""), (Role.ADJUSTMENTS, "")]),
    ("abel", "Abel Nkemelu", "Adjustments reader", [(Role.ADJUSTMENTS, "")]),
    ("sam", "Sam Patel", "Training Supervisor, Airedale Cross", [(Role.SUPERVISOR, "AIR")]),
    ("sue", "Sue Whittaker", "Training Supervisor, Severn Vale", [(Role.SUPERVISOR, "SEV")]),
    (
        "sid",
        "Sid Moreau",
        "Training Supervisor and Co-ordinator, Lagan City",
        [(Role.SUPERVISOR, "LAG"), (Role.COORDINATOR, "LAG")],
    ),
    ("shona", "Shona Reid", "Training Supervisor, Clyde Royal", [(Role.SUPERVISOR, "CLY")]),
    ("sian", "Siân Morgan", "Training Supervisor, Taff Valley", [(Role.SUPERVISOR, "TAF")]),
    ("stan", "Stan Osei", "Training Supervisor, Tyneside", [(Role.SUPERVISOR, "TYN")]),
    ("sara", "Sara Holt", "Training Supervisor, Airedale Cross", [(Role.SUPERVISOR, "AIR")]),
    ("cora", "Cora Fielding", "Training Co-ordinator, Airedale Cross", [(Role.COORDINATOR, "AIR")]),
    ("carl", "Carl Nowak", "Training Co-ordinator, Severn Vale", [(Role.COORDINATOR, "SEV")]),
    ("ceri", "Ceri Hughes", "Training Co-ordinator, Taff Valley", [(Role.COORDINATOR, "TAF")]),
    ("colm", "Colm Baird", "Training Co-ordinator, Clyde Royal", [(Role.COORDINATOR, "CLY")]),
    ("cleo", "Cleo Danso", "Training Co-ordinator, Tyneside", [(Role.COORDINATOR, "TYN")]),
    ("trina", "Trina Doyle", "Trainer, Airedale Cross", [(Role.TRAINER, "AIR")]),
    ("tariq", "Tariq Aziz", "Trainer, Severn Vale", [(Role.TRAINER, "SEV")]),
    ("mia", "Mia Ferreira", "Moderator", [(Role.MODERATOR, "")]),
    ("max", "Max Holloway", "Moderator", [(Role.MODERATOR, "")]),
    ("mona", "Mona Haddad", "Moderator, works at Tyneside", [(Role.MODERATOR, ""), (Role.EMPLOYEE, "TYN")]),
    ("miles", "Miles Okafor", "Moderator, works at Clyde Royal", [(Role.MODERATOR, ""), (Role.EMPLOYEE, "CLY")]),
]
# Whom a trainee asks for a DOPS now and then: a Trainer of the centre.
COLLEAGUE_OF = {"AIR": "trina", "SEV": "tariq"}
# The world has two sides, each with moderators of its own, who stand apart from its centres: two processors make a
# side each, and neither waits for the other.
SIDES = (frozenset({"AIR", "CLY", "TYN"}), frozenset({"SEV", "TAF", "LAG"}))
MODERATORS_OF = (("mia", "max"), ("mona", "miles"))
SUPERVISED_BY_SECOND = {"tara": "sara", "tabitha": "sara"}  # trainees of a centre's second supervisor
SUPERVISOR_OF = {"AIR": "sam", "SEV": "sue", "LAG": "sid", "CLY": "shona", "TAF": "sian", "TYN": "stan"}


def supervisor_of(first: str, centre: str) -> str:
    """The first name of whoever supervises somebody at a centre."""
    return SUPERVISED_BY_SECOND.get(first, SUPERVISOR_OF[centre])


@dataclass
class Town:
    """Everything of the demo world that later steps need by name."""

    centres: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    personas: list[Persona] = field(default_factory=list)
    lists: dict[tuple[int, bool], list[int]] = field(default_factory=dict)


@cache
def seed() -> str:
    """What passwords and seeds of this world are made from; drawn once in a process, which makes one world."""
    return secrets.token_hex(16)


def totp_seed(name: str) -> str:
    """A TOTP secret (base32, 20 bytes) for a person, the same whenever it is asked for in one world."""
    return base64.b32encode(hashlib.sha256(f"{seed()}:totp:{name}".encode()).digest()[:20]).decode()


def password(name: str) -> str:
    """A password for a person, the same whenever it is asked for in one world."""
    return f"{name}-{hashlib.sha256(f'{seed()}:password:{name}'.encode()).hexdigest()[:12]}"


def settle(now: datetime) -> Town:
    """Open the centres, accredit them for ten years, and let the staff of the scheme and the centres in."""
    town = Town()
    for code, name, site, postcode, nation, ods, group, scopes in CENTRES:
        town.centres[code] = organisations.open_organisation(
            by=None,
            now=now,
            code=code,
            name=name,
            kind=Kind.CENTRE,
            nation=nation,
            site_name=site,
            postcode=postcode,
            ods_code=ods,
            employer_group=group,
        )
        for scope in scopes.split():
            _accredit(town.centres[code], scope, now)
    for first, name, words, roles in STAFF:
        enter(town, first, name, words, roles, now)
    return town


def _accredit(centre: Organisation, scope_code: str, now: datetime) -> None:
    scope = Scope.objects.get(code=scope_code)
    applied = scheme.apply_for_accreditation(by=None, now=now, organisation=centre, scope=scope)
    ends_on = date(now.year + 9, 12, 31)
    scheme.decide_accreditation(
        by=None, now=now, accreditation_id=applied.pk, accredit=True, starts_on=date(now.year, 1, 1), ends_on=ends_on
    )


def enter(town: Town, first: str, name: str, words: str, roles: list[tuple[Role, str]], now: datetime) -> User:
    """Give somebody an account with a proved address and their roles; a second factor where a role needs one."""
    secret = password(first)
    person = accounts.make_person(email=f"{first}@demo.example", full_name=name, password=secret, by=None, now=now)
    for role, code in roles:
        organisation = town.centres[code] if code else None
        organisations.grant(by=None, now=now, person=person, role=role, organisation=organisation)
    key = ""
    if any(role in PRIVILEGED for role, _ in roles):
        key = totp_seed(first)
        person = accounts.give_second_factor(person=person, secret=key, by=None, now=now)
    town.people[first] = User.objects.get(pk=person.pk)
    town.personas.append(Persona(name, words, person.email, secret, key))
    return town.people[first]
