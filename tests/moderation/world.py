"""The world of the tests of moderation: two trainees at two centres, and three moderators in the pool.

Mia covers nuclear medicine, Max medical engineering and nuclear medicine, Mona both, and works at Leeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from ctts.scheme.models import Scope
from moderation import actions, declaration
from moderation.models import Moderator
from tests.cast import Cast, at, make_cast, person
from tests.make import open_intake, published_framework
from tests.training import practice
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

ENTERED = at(2026, 3, 2, 10)
NOW = at(2026, 6, 10, 10)
TODAY = NOW.date()
COVERS = {"mia": ("NM",), "max": ("ME", "NM"), "mona": ("ME", "NM")}
EXTERNAL, SUPPORTING, ADJUDICATOR = (
    AppointmentKind.EXTERNAL_MODERATOR,
    AppointmentKind.SUPPORTING_MODERATOR,
    AppointmentKind.ADJUDICATOR,
)


def proof(now: datetime = NOW) -> AuthenticationEvent:
    """The signer has just proved who they are."""
    return AuthenticationEvent(at=now, method=AuthenticationMethod.PASSWORD)


def entered(cast: Cast, person: User, codes: tuple[str, ...], capacity: int = 6, now: datetime = ENTERED) -> Moderator:
    """Somebody whom the office entered into the pool."""
    scopes = list(Scope.objects.filter(code__in=codes))
    given = {"scopes": scopes, "region": "North", "capacity": capacity}
    return actions.enter_moderator(by=cast.olive, now=now, person=person, **given)


def signed(person: User, now: datetime = ENTERED) -> None:
    """A moderator signs the declaration as it is."""
    actions.sign_declaration(by=person, now=now, seen=declaration.SHA256, authentication=proof(now))


@dataclass
class World:
    """The cast, Tara's record at Leeds (Sam) and Tom's at Bristol (Sue), neither with a moderator."""

    cast: Cast
    tara: TrainingRecord
    tom: TrainingRecord


def make_world() -> World:
    """Two records two months into training, three moderators in the pool."""
    cast = make_cast()
    open_intake(2026, 4)
    for code in ("NM", "ME"):
        published_framework(code)
    for first, codes in COVERS.items():
        person = getattr(cast, first)
        entered(cast, person, codes)
        signed(person)
    records = [practice.record_of(cast, place, many=2, moderated=False) for place in ("leeds", "bristol")]
    return World(cast, *records)


def newcomer(world: World, first: str = "mel", full_name: str = "Mel Newcome") -> User:
    """One more moderator, in the pool for everything, who knows nobody."""
    made = person(first, full_name)
    organisations.grant(by=None, now=ENTERED, person=made, role=Role.MODERATOR)
    entered(world.cast, made, ("ME", "NM"))
    signed(made)
    return made


def moderator_of(person: User) -> Moderator:
    """A person's place in the pool."""
    return Moderator.objects.get(person=person)


def stands(record: TrainingRecord, person: User, kind: AppointmentKind, **days: object) -> Appointment:
    """Somebody stands around a record, as if appointed on its first day."""
    return practice.appoint(record, person, kind, **days)
