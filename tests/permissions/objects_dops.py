"""DOPS in every state that a page needs, one of each at Leeds and at Bristol, for the matrix of permissions."""

from __future__ import annotations

from tests.cast import Cast
from tests.training import dops as d
from tests.training import handed as h
from tests.training import outside as o
from tests.training import practice as p
from training.models import (
    Dops,
    ExternalAssessor,
    HandOver,
)

from .records import one, record_at


def dops_asked(cast: Cast, place: str) -> Dops:
    """A DOPS asked of a colleague whom the supervisor has not approved."""
    return p.asked_dops(record_at(cast, place), one(cast, place, "colleague"))


def dops_begun(cast: Cast, place: str) -> Dops:
    """A DOPS that an approved colleague has begun."""
    colleague = one(cast, place, "colleague")
    dops = p.approved_dops(record_at(cast, place), colleague, one(cast, place, "supervisor"))
    return d.head(dops, colleague)


def dops_handed_over(cast: Cast, place: str) -> HandOver:
    """The trainee's device in the hand of an approved colleague."""
    return h.handed(dops_begun(cast, place), one(cast, place, "trainee"))


def dops_assessed(cast: Cast, place: str) -> Dops:
    """A DOPS that the supervisor has signed."""
    return p.signed_dops(record_at(cast, place), one(cast, place, "supervisor"))


def link_of_dops(cast: Cast, place: str) -> ExternalAssessor:
    """The open link of an external person, whom the supervisor named."""
    return o.asked(record_at(cast, place), one(cast, place, "supervisor"))


def dops_by_link(cast: Cast, place: str) -> Dops:
    """A DOPS for which an external person has a link."""
    return link_of_dops(cast, place).dops


def dops_by_link_signed(cast: Cast, place: str) -> Dops:
    """A DOPS that an external person has signed, for the supervisor to countersign."""
    return o.signed(record_at(cast, place), one(cast, place, "supervisor"))
