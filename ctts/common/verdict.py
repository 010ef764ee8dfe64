"""Answers to "may this person do this now?": yes, or no with the sentence the person reads.

`NotAllowed` becomes a 403 page, `TooLate` a 409, `Invalid` an error beside its field (`ctts.common.refusals`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ctts.common.brought import Brought


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer. Truthy when allowed; `reason` is empty then, else a sentence for the reader.

    `role` says of a no that a role is what the person lacks, which somebody can give them. `standing` says of a late
    one that it was so before as well: nobody was quicker, and its page speaks of no change.
    """

    kind: Literal["yes", "no", "late"]
    reason: str = ""
    role: bool = False
    standing: bool = False

    def __bool__(self) -> bool:
        return self.kind == "yes"


YES = Verdict("yes")


def no(reason: str) -> Verdict:
    """This person's role may not do it, whatever the state; leads to 403."""
    return Verdict("no", reason)


def no_role(reason: str) -> Verdict:
    """The person holds none of the roles that may do it; leads to 403, which says who gives roles."""
    return Verdict("no", reason, role=True)


def late(reason: str) -> Verdict:
    """The person may do such things, but not in the present state; leads to 409."""
    return Verdict("late", reason)


def as_it_stands(verdict: Verdict) -> Verdict:
    """The same verdict, of which a refusal is no lost race."""
    return verdict if verdict else replace(verdict, standing=True)


class Refused(Exception):  # noqa: N818 — reads as the sentence it is
    """An action was refused; `str()` is the sentence the person reads.

    `brought`: what the form that was refused brought, in its own words; its page shows that.
    """

    brought = Brought()


class NotAllowed(Refused):
    """The person may never do this to that thing (403); with `role`, unless they are given one."""

    def __init__(self, message: str, *, role: bool = False) -> None:
        super().__init__(message)
        self.role = role


class NoLonger(NotAllowed):
    """The person could do this until lately, with a form they still had open: the reason says since when not (403)."""


class TooLate(Refused):
    """The thing is no longer in the state that the person saw, or a race was lost (409).

    `place`: the address where to look again, where it is not the page that sent the form. `standing`: as of `Verdict`.
    """

    place = ""
    standing = False


class DoneAlready(TooLate):
    """The same person sent the same form before, and it was carried out then: known by its key or by its row (409)."""


class Invalid(Refused):
    """What was given cannot be accepted; `field` names the form field, empty for the whole form (422)."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def require(verdict: Verdict) -> None:
    """Pass on a yes; raise NotAllowed or TooLate with the verdict's reason."""
    if verdict.kind == "no":
        raise NotAllowed(verdict.reason, role=verdict.role)
    if verdict.kind == "late":
        problem = TooLate(verdict.reason)
        problem.standing = verdict.standing
        raise problem


def both(first: Verdict, second: Verdict) -> Verdict:
    """The first refusal of two, or yes."""
    return first if not first else second
