"""What the addresses of moderation are about: moderators, appointments, disagreements and boards of both places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assessments.models import StageAttempt
from ctts.accounts.models import User
from ctts.common import clock
from ctts.scheme.models import Scope
from moderation import actions, declaration
from moderation.models import Board, BoardCandidate, Interest, Moderator, Sample
from tests.cast import Cast
from tests.moderation import marks
from tests.moderation import sampling as s
from tests.moderation.world import EXTERNAL, SUPPORTING, proof
from tests.training import practice
from training.models import Appointment

from .matrix import Needs
from .records import record_at

MARKERS = {"leeds": ("mia", "max"), "bristol": ("max", "mia")}


@dataclass(frozen=True)
class About:
    """A thing, and somebody of the pool whom it is asked about."""

    pk: int
    person: User


def pool(cast: Cast) -> None:
    """All three moderators are in the pool with a declaration in date."""
    now = clock.now()
    for first in ("mia", "max", "mona"):
        person = getattr(cast, first)
        if not Moderator.objects.filter(person=person).exists():
            given = {"person": person, "scopes": list(Scope.objects.filter(code="NM")), "region": "", "capacity": 6}
            actions.enter_moderator(by=cast.olive, now=now, **given)
            actions.sign_declaration(by=person, now=now, seen=declaration.SHA256, authentication=proof(now))


def moderator(cast: Cast, place: str) -> Moderator:
    """A place in the pool."""
    pool(cast)
    return Moderator.objects.get(person=getattr(cast, MARKERS[place][0]))


def interest(cast: Cast, place: str) -> Interest:
    """An interest that a moderator declared with the other centre."""
    pool(cast)
    person, other = getattr(cast, MARKERS[place][0]), {"leeds": cast.bristol, "bristol": cast.leeds}[place]
    return actions.declare_interest(by=person, now=clock.now(), words="A friend.", organisation=other)


def appointment(cast: Cast, place: str) -> Appointment:
    """The External Moderator's appointment."""
    return record_at(cast, place).appointments.get(kind=EXTERNAL)


def choice(cast: Cast, place: str) -> About:
    """A record whose Supporting Moderator could be Mona."""
    pool(cast)
    return About(record_at(cast, place).pk, cast.mona)


def disagreement(cast: Cast, place: str) -> StageAttempt:
    """A Portfolio about which its markers differ."""
    pool(cast)
    record = record_at(cast, place)
    external, supporting = (getattr(cast, first) for first in MARKERS[place])
    if not record.appointments.filter(kind=SUPPORTING).exists():
        practice.appoint(record, supporting, SUPPORTING)
    return marks.both_differ(marks.attempt_at(record, marks.Stage.PORTFOLIO, 3), external, supporting)


def disagreement_with(cast: Cast, place: str) -> About:
    """The same, asked about Mona as adjudicator."""
    record = record_at(cast, place)
    found = StageAttempt.objects.filter(record=record, state="disagreed").first() or disagreement(cast, place)
    return About(found.pk, cast.mona)


def board(cast: Cast, place: str, **more: Any) -> Board:
    """A board with an empty list."""
    now = clock.now()
    name = f"{place} {more.get('state', 'draft')} {Board.objects.count()}"
    return Board.objects.create(name=name, held_on=now.date(), made_at=now, made_by=cast.olive, **more)


def proposed_board(cast: Cast, place: str) -> Board:
    """A board whose list was proposed: at Leeds by Olive, at Bristol by Oscar."""
    proposer = {"leeds": cast.olive, "bristol": cast.oscar}[place]
    facts = {"proposed_at": clock.now(), "proposed_by": proposer, "content_sha256": "0" * 64}
    return board(cast, place, state="proposed", **facts)


def board_candidate(cast: Cast, place: str) -> BoardCandidate:
    """A trainee on a list."""
    made = {"added_at": clock.now(), "added_by": cast.olive}
    return BoardCandidate.objects.create(board=board(cast, place), record=record_at(cast, place), **made)


def sample(cast: Cast, place: str) -> Sample:
    """A sampled DOPS with a verdict of “not agreed”, which the supervisor is to answer."""
    supervisor, moderator = {"leeds": (cast.sam, cast.mia), "bristol": (cast.sue, cast.max)}[place]
    practice.complete_dops(record_at(cast, place), supervisor)
    found = s.drawn(record_at(cast, place), moderator).samples.get(dops__isnull=False)
    s.judged(found, moderator, "not_agreed", "Item 3 was not observed.")
    return found


THINGS = {
    "sample": sample,
    "moderator": moderator,
    "interest": interest,
    "moderated record": record_at,
    "function to fill": choice,
    "moderators appointment": appointment,
    "disagreement": disagreement,
    "disagreement with a person": disagreement_with,
    "board": board,
    "proposed board": proposed_board,
    "board candidate": board_candidate,
}
OF_MODERATOR = ("moderator", "change", "pause", "bring_back", "retire")
OF_DISAGREEMENT = ("disagreement", "propose", "accept", "adjudicate", "adjudicators")
OF_BOARD = ("board", "board_add", "board_propose", "board_cancel")
OF_PROPOSED = ("board_approve", "board_send_back")


def supporting(thing: About) -> dict[str, Any]:
    """The placeholders of choosing Mona as Supporting Moderator."""
    return {"pk": thing.pk, "kind": "supporting", "person": thing.person.pk}


URLS: dict[str, Needs] = {
    **{f"moderation:{name}": Needs("moderator") for name in OF_MODERATOR},
    **{f"moderation:{name}": Needs("disagreement") for name in OF_DISAGREEMENT},
    **{f"moderation:{name}": Needs("board") for name in OF_BOARD},
    **{f"moderation:{name}": Needs("proposed board") for name in OF_PROPOSED},
    "moderation:sample": Needs("sample"),
    "moderation:samples": Needs("record"),
    "moderation:interest_end": Needs("interest"),
    "moderation:record": Needs("moderated record"),
    "moderation:pick": Needs("function to fill", lambda thing: {"pk": thing.pk, "kind": "supporting"}),
    "moderation:appoint": Needs("function to fill", supporting),
    "moderation:end": Needs("moderators appointment"),
    "moderation:appoint_adjudicator": Needs(
        "disagreement with a person", lambda thing: {"pk": thing.pk, "person": thing.person.pk}
    ),
    "moderation:board_remove": Needs("board candidate", lambda row: {"pk": row.board_id, "candidate": row.pk}),
}
