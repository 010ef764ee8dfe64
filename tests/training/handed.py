"""A device handed over for a DOPS, as tests take the steps: Tara's, in the hand of Sam or of a colleague."""

from __future__ import annotations

from typing import Any

from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from tests.cast import START
from tests.training import practice as p
from tests.training.dops import again
from tests.training.world import SECRET
from training import actions, queries
from training.models import Dops, HandOver


def equipped(person: User) -> User:
    """Somebody with the second factor that their role needs."""
    person.refresh_from_db()
    if person.second_factor_required and person.second_factor_at is None:
        give_second_factor(person=person, secret=SECRET, by=None, now=START)
        person.refresh_from_db()
    return person


def handed(dops: Dops, owner: User, now: Any = p.NOW) -> HandOver:
    """The owner hands their device to the assessor, who has set up what they need."""
    assert dops.assessor is not None
    equipped(dops.assessor)
    return fresh(actions.hand_over(by=owner, now=now, dops_id=dops.pk))


def fresh(handed: HandOver) -> HandOver:
    """A hand-over as its session finds it now."""
    found = queries.handed_over(handed.pk)
    assert found is not None
    return found


def taken(handed: HandOver, now: Any = p.NOW, authentication: AuthenticationEvent | None = None) -> HandOver:
    """The assessor proves on it who they are."""
    actions.take_over_device(by=handed, now=now, authentication=authentication or p.proof())
    return fresh(handed)


def sign(handed: HandOver, seen: str = "", now: Any = p.NOW, **changes: Any) -> Dops:
    """The assessor signs on it what is there."""
    given = {"seen": seen or queries.dops_digest(again(handed.dops)), "authentication": p.proof(), "post": "Physicist"}
    return actions.sign_handed(by=handed, now=now, **given | changes)
