"""What a person meets first: duties from every app in one list, the areas of their roles, the front page's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from types import ModuleType

from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.parts import WaitingGroup, WaitingRow
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme import queries as scheme_queries
from ctts.scheme.models import Intake
from ctts.scheme.states import IntakeState

# Each app's `queries` with `duties_for(user, today)` (what this person has to do) and `others_for(user, today)` (what
# they wait for); every open duty makes one row for each of the right people, computed from states (N).
SOURCES: tuple[ModuleType, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the front page tells: the intakes that take applications now, and those to come."""

    open: tuple[Intake, ...]
    coming: tuple[Intake, ...]


def waiting_for(user: User, today: date) -> list[WaitingGroup]:
    """A person's duties in all roles, by urgency, then what they wait for (screens 1); no empty groups.


    A duty without a due day belongs to this week; the oldest comes first.
    """
    own = [row for source in SOURCES for row in source.duties_for(user, today)]
    others = [row for source in SOURCES for row in source.others_for(user, today)]
    week = today + timedelta(days=7)
    groups = [
        WaitingGroup("Overdue", _sorted(row for row in own if row.due and row.due < today), "risk"),
        WaitingGroup("This week", _sorted(row for row in own if not row.due or today <= row.due <= week), "active"),
        WaitingGroup("Later", _sorted(row for row in own if row.due and row.due > week)),
        WaitingGroup("Waiting for others", _sorted(others), "waiting"),
    ]
    return [group for group in groups if group.rows]


def _sorted(rows: Iterable[WaitingRow]) -> list[WaitingRow]:
    return sorted(rows, key=lambda row: (row.due or date.max, row.since or date.max, row.what, row.about))


def areas_of(user: User, today: date, path: str) -> list[Area]:
    """The navigation of a signed-in person: what waits, then one area for each role held."""
    found = [("Waiting for me", "home:dashboard")]
    found += [(label, name) for label, name, applies in AREAS if applies(user, today)]
    return _areas(found, path)


def public_areas(path: str) -> list[Area]:
    """The navigation of a visitor."""
    return _areas(PUBLIC_AREAS, path)


def _areas(entries: Iterable[tuple[str, str]], path: str) -> list[Area]:
    addresses = [(label, reverse(name)) for label, name in entries]
    return [Area(label, url, path == url or (url != "/" and path.startswith(url))) for label, url in addresses]


def _role(role: Role) -> Callable[[User, date], bool]:
    return lambda user, today: holds(user, role, today)


AREAS: tuple[tuple[str, str, Callable[[User, date], bool]], ...] = ()
PUBLIC_AREAS: tuple[tuple[str, str], ...] = ()


def front_page(today: date) -> FrontPage:
    """The intakes that take applications, and the next two after them."""
    rows = list(scheme_queries.intakes().filter(enrolment_on__gte=today)[:6])
    open_now = tuple(row for row in rows if row.state == IntakeState.OPEN)
    return FrontPage(open_now, tuple(row for row in rows if row not in open_now)[:2])
