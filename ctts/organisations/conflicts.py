"""What speaks against giving somebody a role, said before it is given (E4, A4).

What an app knows of a person that does not go with a role it declares in its `ties.py`. Where the scheme forbids both
at once the role is refused; where the scheme says nothing it is given upon a reason, which is audited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ctts.accounts.models import User
from ctts.common.ties import Declared
from ctts.common.verdict import Invalid
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role

BESIDE_TRAINING = {
    Role.MODERATOR: "a trainee never assesses a trainee: what they assess now stays closed to them once they train",
    Role.OFFICE: "the office sees and decides what concerns other trainees",
    Role.ADJUSTMENTS: "a named reader reads and decides what other trainees ask for",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that does not go with a role, in a sentence; `forbids`: the scheme does not allow both at once."""

    role: Role
    words: str
    forbids: bool = False


Find = Callable[[User, date], Iterable[Conflict]]
speaks_against = Declared[Find]()  # what does not go with roles: `find(person, today)` gives it for each of them


def conflicts_of(person: User, role: Role, today: date) -> list[Conflict]:
    """All that speaks against giving a person a role today."""
    return conflicts_by_role(person, today).get(role, [])


def conflicts_by_role(person: User, today: date) -> dict[Role, list[Conflict]]:
    """The same for each role with which something does not go, the forbidden ones first."""
    by_role: dict[Role, list[Conflict]] = {}
    for conflict in [conflict for find in speaks_against for conflict in find(person, today)]:
        by_role.setdefault(conflict.role, []).append(conflict)
    return dict(sorted(by_role.items(), key=lambda entry: not is_forbidden(entry[1])))


def beside_training(person: User, today: date) -> list[str]:
    """What somebody who applies or trains is as well, today or later, and does not go with it: sentences (E4)."""
    rows = Affiliation.objects.filter(person=person, role__in=BESIDE_TRAINING).exclude(ends_on__lt=today)
    roles = [Role(role) for role in rows.order_by("role").values_list("role", flat=True).distinct()]
    return [f"{role.label}: {BESIDE_TRAINING[role]}." for role in roles]


def is_forbidden(conflicts: Iterable[Conflict]) -> bool:
    """Whether the scheme does not allow the role beside what the person is."""
    return any(conflict.forbids for conflict in conflicts)


def in_words(conflicts: Iterable[Conflict]) -> str:
    """What speaks against a role, in one line."""
    return " ".join(conflict.words for conflict in conflicts)


def require_reason(person: User, role: Role, today: date, despite: str) -> list[Conflict]:
    """What speaks against a role that may be given all the same, for the reason `despite`.

    Raises Invalid where the scheme forbids it (at `role`), and where the reason is missing (at `despite`).
    """
    found = conflicts_of(person, role, today)
    if is_forbidden(found):
        raise Invalid(in_words(conflict for conflict in found if conflict.forbids), "role")
    if found and not despite.strip():
        words = "On the person's page, under “Give a role”, say why the role is given all the same."
        raise Invalid(f"{in_words(found)} {words}", "despite")
    return found
