"""One populated trainee: who they are, who stands around them, how far they are; and what every step of them needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from django.db import models

from ctts.common.clock import london_date
from ctts.demo.populate.chains import Chain
from ctts.demo.populate.copying import Sheets
from ctts.demo.populate.corpus import name_of
from ctts.demo.populate.ground import Competency, Ground, IntakeFacts, Person, ScopeFacts
from ctts.demo.populate.staff import Centre, Staff, address
from training.models import Dops, SignOff
from training.rules import expected_end
from training.states import AssessorKind

YEAR = 365
PACE = (0.7, 1.15)  # how much quicker or slower than the plan somebody is signed off
UNMODERATED, PAUSED = 0.05, 0.02
PAUSE = timedelta(days=29)


@dataclass
class Item:
    """One competency of the trainee's list: its key, the key of its words, the state it reaches, its evidence (key →
    digest), and the day on which it came into that state."""

    pk: int
    words: int
    of: Competency
    reaches: str = "not_started"
    evidence: dict[str, str] = field(default_factory=dict)
    on: date | None = None


# What was signed locally: the key of the row, the digest of what was signed, and the day.
Local = tuple[int, str, date]


@dataclass
class Course:
    """A trainee's two years as they stand today; everything of it comes from `rng`, which knows seed and number.

    The keys are those of the rows, filled in as they are made. `worked` are the competencies that were begun, in the
    order in which they were; `met` are the days of signed reviews;
    `reviewed`, `observed` and `reflected` those of what counts for the first year. `local` are the signatures and DOPS
    that can be sampled, `by_moderator` the External Moderator's own DOPS.
    """

    number: int
    rng: Random
    sheets: Sheets
    ground: Ground
    staff: Staff
    intake: IntakeFacts
    scope: ScopeFacts
    centre: Centre
    name: str
    email: str
    supervisor: Person
    colleague: Person
    moderator: Person | None
    pace: float
    pause: tuple[date, date] | None
    chain: Chain = field(init=False)
    office: Chain = field(init=False)
    person: int = 0
    application: int = 0
    list_id: int = 0
    record: int = 0
    items: list[Item] = field(default_factory=list)
    worked: list[Item] = field(default_factory=list)
    met_on: date | None = None
    met: list[date] = field(default_factory=list)
    reviewed: list[date] = field(default_factory=list)
    observed: list[tuple[AssessorKind, date]] = field(default_factory=list)
    local: dict[type[models.Model], list[Local]] = field(default_factory=lambda: {SignOff: [], Dops: []})
    by_moderator: list[tuple[int, date]] = field(default_factory=list)
    reflected: list[date] = field(default_factory=list)
    study_words: int = 0
    passed: bool = False

    @property
    def start_on(self) -> date:
        """The first day of training."""
        return self.intake.enrolment_on

    @property
    def pauses(self) -> list[tuple[date, date]]:
        """The interruptions."""
        return [self.pause] if self.pause else []

    @cached_property
    def end_on(self) -> date:
        """The last day of training."""
        return expected_end(self.start_on, self.pauses, self.intake.numbers)

    @cached_property
    def yesterday(self) -> date:
        """The last day on which anything happened."""
        return self.ground.wanted.today - timedelta(days=1)

    @cached_property
    def days(self) -> int:
        """For how many days the training has gone on."""
        return max((min(self.yesterday, self.end_on) - self.start_on).days, 1)

    @property
    def moderated_on(self) -> date:
        """The day from which the External Moderator is appointed."""
        return self.start_on + timedelta(days=7)

    @property
    def trainee(self) -> Person:
        """The trainee as one who signs."""
        return Person(self.person, self.name, self.email)

    def day(self, share: float) -> date:
        """The day on which so much of the training so far had gone by."""
        return self.start_on + timedelta(days=int(self.days * share))

    def not_after(self, day: date) -> date:
        """The day itself, or yesterday when it has not come yet."""
        return min(day, self.yesterday)

    def key(self) -> UUID:
        """An idempotency key."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def log(
        self,
        action: str,
        on: datetime,
        about: type[models.Model],
        pk: int,
        by: Person | None = None,
        role: str = "",
        before: dict[str, Any] | None = None,
        **after: Any,
    ) -> None:
        """An entry in the trainee's dossier."""
        self.chain.note(action, on, about, pk, by=by.pk if by else None, role=role, before=before, **after)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day; hours from 8 to 20 keep the London day the same."""
    return datetime.combine(day, time(hour, minute), UTC)


def signed(by: Person, role: str, meaning: str, statement: str, digest: str, on: datetime) -> dict[str, Any]:
    """The columns of a signature (quality rule 8); the signer proved who they are a minute before."""
    return {
        "signer_id": by.pk,
        "printed_name": by.name,
        "role": role,
        "meaning": meaning,
        "statement": statement,
        "content_sha256": digest,
        "signed_at": on,
        "authenticated_at": on - timedelta(minutes=1),
        "authenticated_with": "code",
    }


def course(number: int, ground: Ground, staff: Staff, sheets: Sheets, office: Chain) -> Course:
    """The course of trainee `number` (from 0), the same whenever it is asked for with the same seed."""
    rng = Random(f"{ground.wanted.seed} trainee {number}")  # noqa: S311 — an invented person, no secret
    centre = staff.centres[number % len(staff.centres)]
    turn = number // len(staff.centres)
    mates = centre.supervisors
    intake = ground.intakes[number // 3 % len(ground.intakes)]
    moderator = None if rng.random() < UNMODERATED else staff.moderators[number % len(staff.moderators)]
    made = Course(
        number=number,
        rng=rng,
        sheets=sheets,
        ground=ground,
        staff=staff,
        intake=intake,
        scope=ground.scopes[centre.scopes[turn % len(centre.scopes)]],
        centre=centre,
        name=name_of(rng),
        email=address(ground.wanted.seed, "trainee", number),
        supervisor=mates[turn % len(mates)],
        colleague=mates[(turn + 1) % len(mates)],
        moderator=moderator,
        pace=rng.uniform(*PACE),
        pause=_pause(rng, intake.enrolment_on, london_date(ground.wanted.now)),
    )
    made.office = office
    return made


def _pause(rng: Random, start_on: date, today: date) -> tuple[date, date] | None:
    """A few have interrupted their training for thirty days in the past."""
    first = start_on + timedelta(days=rng.randrange(60, 200))
    last = first + PAUSE
    return (first, last) if rng.random() < PAUSED and last < today else None
