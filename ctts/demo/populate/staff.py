"""Centres, and the people of the populated world who are no trainees: supervisors, co-ordinators, moderators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models

from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.audit.models import AuditChain, AuditEvent
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.demo.populate.chains import Chain
from ctts.demo.populate.copying import Sheets
from ctts.demo.populate.corpus import centre_name, name_of
from ctts.demo.populate.ground import Ground, Person, Wanted
from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.queries import nation_of
from ctts.organisations.states import PRIVILEGED, Kind, Nation, Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Scope
from moderation.models import Declaration, Moderator
from moderation.states import PoolState

A_CENTRE, A_SUPERVISOR, A_MODERATOR = 40, 5, 10  # trainees to each
POOL_SCOPES: type[models.Model] = Moderator.scopes.through
STAFF_ORDER: list[type[models.Model]] = [
    User,
    EmailAddress,
    Affiliation,
    Moderator,
    POOL_SCOPES,
    Declaration,
    AuditEvent,
    AuditChain,
]
DECLARED = "I keep confidential whatever I learn about trainees, patients and colleagues."


@dataclass(frozen=True, slots=True)
class Centre:
    """A training centre with the scopes (places in the ground) it is accredited for, and its people."""

    pk: int
    name: str
    nation: Nation
    scopes: tuple[int, ...]
    supervisors: tuple[Person, ...]
    coordinator: Person
    trainers: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who stands around trainees. `password` is the hash that all populated people share."""

    centres: tuple[Centre, ...]
    moderators: tuple[Person, ...]
    password: str


def address(seed: int, role: str, number: int) -> str:
    """The e-mail address of a populated person."""
    return f"{role}{number}.seed{seed}@populate.example"


def counts(wanted: Wanted) -> tuple[int, int, int]:
    """How many centres, supervisors and moderators so many trainees have: never fewer than can stand for each other."""
    centres = max(2, wanted.trainees // A_CENTRE)
    return centres, max(2 * centres, wanted.trainees // A_SUPERVISOR), max(2, wanted.trainees // A_MODERATOR)


def enter_person(
    sheets: Sheets, name: str, email: str, password: str, at: datetime, **columns: object
) -> tuple[int, Chain]:
    """An account with a proved address: its key, and the chain of its dossier."""
    pk = sheets.add(
        User,
        email=email,
        full_name=name,
        sort_name=sort_key(name),
        password=password,
        created_at=at,
        **columns,
    )
    sheets.add(EmailAddress, user_id=pk, email=email, verified=True, primary=True)
    chain = Chain(pk)
    chain.note("accounts.person.made", at, User, pk)
    return pk, chain


def grant(sheets: Sheets, office: Chain, person: int, role: Role, organisation: int | None, at: datetime) -> None:
    """A role from a day on, with its entry in the office's chain."""
    starts_on = london_date(at)
    pk = sheets.add(
        Affiliation,
        person_id=person,
        organisation_id=organisation,
        role=str(role),
        starts_on=starts_on,
        granted_at=at,
    )
    facts: dict[str, Any] = {
        "person": person,
        "role": str(role),
        "organisation": organisation,
        "starts_on": starts_on.isoformat(),
    }
    office.note("organisations.role.granted", at, Affiliation, pk, ends_on=None, **facts)


def settle(ground: Ground, password: str) -> Staff:
    """Open the centres and let their people and the moderators in, before the first trainee starts."""
    wanted, rng = ground.wanted, Random(f"{ground.wanted.seed} staff")  # noqa: S311 — invented people, no secrets
    at = datetime.combine(ground.intakes[0].opens_on, datetime.min.time(), wanted.now.tzinfo) - timedelta(days=30)
    centres, supervisors, moderators = counts(wanted)
    places = [_open_centre(ground, rng, number, at) for number in range(1, centres + 1)]
    sheets, office, chains = Sheets(STAFF_ORDER), Chain(None), list[Chain]()

    def enter(role: Role, number: int, organisation: int | None) -> Person:
        name, email = name_of(rng), address(wanted.seed, role, number)
        pk, chain = enter_person(sheets, name, email, password, at, second_factor_required=role in PRIVILEGED)
        chains.append(chain)
        grant(sheets, office, pk, role, organisation, at)
        return Person(pk, name, email)

    made = [enter(Role.SUPERVISOR, n, places[n % centres][0].pk) for n in range(supervisors)]
    held = [enter(Role.COORDINATOR, n, places[n][0].pk) for n in range(centres)]
    others = [enter(Role.TRAINER, n, places[n][0].pk) for n in range(centres)]
    pool = [enter(Role.MODERATOR, n, None) for n in range(moderators)]
    for person in pool:
        _join_pool(sheets, ground, person, at)
    _write(sheets, [*chains, office])
    found = tuple(
        Centre(place.pk, place.name, nation_of(place), scopes, tuple(made[n::centres]), held[n], (others[n],))
        for n, (place, scopes) in enumerate(places)
    )
    return Staff(found, tuple(pool), password)


def _write(sheets: Sheets, chains: Iterable[Chain]) -> None:
    for chain in chains:
        chain.write(sheets)
    sheets.send()


def _open_centre(ground: Ground, rng: Random, number: int, at: datetime) -> tuple[Organisation, tuple[int, ...]]:
    """A centre by the actions behind the pages, accredited for two scopes from before the first application."""
    seed = ground.wanted.seed
    place = organisations.open_organisation(
        by=None,
        now=at,
        code=f"P{seed}-{number}",
        name=centre_name(rng, f"{seed}-{number}"),
        kind=Kind.CENTRE,
        nation=list(Nation)[number % len(Nation)],
        site_name="Main site",
        employer_group=f"Populated Trust {seed}-{number}",
    )
    scopes = tuple((number + step) % len(ground.scopes) for step in (0, 2))
    for scope in scopes:
        wanted = Scope.objects.get(pk=ground.scopes[scope].scope_id)
        applied = scheme.apply_for_accreditation(by=None, now=at, organisation=place, scope=wanted)
        first, last = date(at.year - 1, 1, 1), date(at.year + 9, 12, 31)
        scheme.decide_accreditation(
            by=None, now=at, accreditation_id=applied.pk, accredit=True, starts_on=first, ends_on=last
        )
    return place, scopes


def _join_pool(sheets: Sheets, ground: Ground, person: Person, at: datetime) -> None:
    """A moderator of all scopes with a declaration in date (E3, E4)."""
    pk = sheets.add(
        Moderator, person_id=person.pk, state=str(PoolState.ACTIVE), capacity=2 * A_MODERATOR, entered_at=at
    )
    for scope in ground.scopes:
        sheets.add(POOL_SCOPES, moderator_id=pk, scope_id=scope.scope_id)
    signed_at = ground.wanted.now - timedelta(days=60)
    sheets.add(
        Declaration,
        moderator_id=pk,
        version="populated",
        signer_id=person.pk,
        printed_name=person.name,
        role="Moderator",
        meaning="declared",
        statement=DECLARED,
        content_sha256=sha256({"version": "populated", "words": DECLARED}),
        signed_at=signed_at,
        authenticated_at=signed_at,
        authenticated_with="code",
    )


def known_staff(ground: Ground, password: str) -> Staff:
    """The staff that an earlier call for the same seed settled."""
    seed = ground.wanted.seed
    rows = Affiliation.objects.filter(person__email__endswith=f".seed{seed}@populate.example").exclude(
        role=Role.EMPLOYEE
    )
    people: dict[tuple[str, int | None], list[Person]] = {}
    for row in rows.select_related("person").order_by("person"):
        person = Person(row.person_id, row.person.full_name, row.person.email)
        people.setdefault((row.role, row.organisation_id), []).append(person)
    scope_of = {scope.scope_id: place for place, scope in enumerate(ground.scopes)}
    found = Organisation.objects.filter(code__startswith=f"P{seed}-").prefetch_related("accreditations").order_by("pk")
    centres = [
        Centre(
            pk=place.pk,
            name=place.name,
            nation=nation_of(place),
            scopes=tuple(scope_of[row.scope_id] for row in place.accreditations.order_by("pk")),
            supervisors=tuple(people[Role.SUPERVISOR, place.pk]),
            coordinator=people[Role.COORDINATOR, place.pk][0],
            trainers=tuple(people.get((Role.TRAINER, place.pk), ())),
        )
        for place in found
    ]
    return Staff(tuple(centres), tuple(people[Role.MODERATOR, None]), password)
