"""Two accounts of one person become one: what runs moves or has to be settled first, what was recorded stays (C2).

What an app knows of a person that cannot simply end with their account it declares in its `ties.py`: what holds a
merge back until somebody settles it, and what is handed to the account that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.urls import reverse

from ctts.accounts import access as accounts_access
from ctts.accounts.actions import close_duplicate
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.letters import Addressee
from ctts.common.templatetags.formats import day
from ctts.common.ties import Declared
from ctts.common.verdict import Invalid, require
from ctts.notifications.actions import notify
from ctts.organisations import access, queries
from ctts.organisations.actions import call_off_role, end_role, enter_training, grant
from ctts.organisations.conflicts import Conflict, conflicts_by_role, in_words, is_forbidden
from ctts.organisations.models import Affiliation, SupervisorTraining
from ctts.organisations.notices import MERGED
from ctts.organisations.states import Role


@dataclass(frozen=True, slots=True)
class Tie:
    """Something that runs under an account: what it is and what to do, and the page where that is done, by name."""

    words: str
    place: str = ""
    url: str = ""


OF_THE_OFFICE = Tie(
    "This account is of the scheme office, or is to be: end or refuse that here, and propose the other account for it."
)
ONE_DAY = timedelta(days=1)
Span = tuple[date, date | None]  # from a day to a day, both included; None: open
Find = Callable[[User, date], Iterable[Tie]]
Hand = Callable[[User, User, User, datetime], Iterable[str]]
holds_back = Declared[Find]()  # `find(duplicate, today)` gives what has to be settled before a merge
hands_over = Declared[Hand]()  # `hand(duplicate, kept, by, now)` moves within the merge, and says what it moved


def ties_of(duplicate: User, today: date) -> list[Tie]:
    """All that has to be settled before this account can be merged into another."""
    roles = {held.role for held in roles_to_move(duplicate, today)}
    proposed = queries.open_proposals().filter(person=duplicate).exists()
    office = [OF_THE_OFFICE] if Role.OFFICE in roles or proposed else []
    return office + [tie for find in holds_back for tie in find(duplicate, today)]


def against_this_way(duplicate: User, kept: User) -> list[Tie]:
    """That the account which stays was never opened, while the other one is used: they would have no way in."""
    if accounts_access.has_entered(kept) or not accounts_access.has_entered(duplicate):
        return []
    words = (
        f"The account of {kept.email} was never opened, and that of {duplicate.email} is in use: merge the other way "
        "round, or wait until it is opened by its invitation."
    )
    return [Tie(words, "Merge the other way round", reverse("organisations:merge", args=[duplicate.pk, kept.pk]))]


def roles_to_move(duplicate: User, today: date) -> list[Affiliation]:
    """The roles that the account holds today or later, which the account that stays gets."""
    rows = Affiliation.objects.filter(person=duplicate).exclude(ends_on__lt=today)
    return list(rows.select_related("organisation").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Gained:
    """Days on which the account that stays gets a role of the other: those on which it does not hold it itself."""

    held: Affiliation
    starts_on: date
    ends_on: date | None

    def __str__(self) -> str:
        """The role with its days, where it does not simply go on."""
        until = f" through {day(self.ends_on)}" if self.ends_on else ""
        return f"{queries.role_in_words(self.held)} (from {day(self.starts_on)}{until})"


def roles_gained(duplicate: User, kept: User, today: date) -> list[Gained]:
    """What the account that stays gets of the other's roles, so that it holds each on all days of both (C2)."""
    theirs = [(_place_of(row), row.starts_on, row.ends_on) for row in roles_to_move(kept, today)]
    found: list[Gained] = []
    for held in roles_to_move(duplicate, today):
        spans = [(first, last) for place, first, last in theirs if place == _place_of(held)]
        new = [Gained(held, *days) for days in _uncovered(max(held.starts_on, today), held.ends_on, spans)]
        theirs += [(_place_of(held), one.starts_on, one.ends_on) for one in new]
        found += new
    return found


def _place_of(held: Affiliation) -> tuple[str, int | None]:
    return held.role, held.organisation_id


def _uncovered(first: date, last: date | None, spans: Iterable[Span]) -> Iterable[Span]:
    """The days from `first` to `last` that none of the spans covers."""
    for begins, ends in sorted(spans, key=lambda span: span[0]):
        if last is not None and begins > last:
            break
        if begins > first:
            yield first, begins - ONE_DAY
        if ends is None:
            return
        first = max(first, ends + ONE_DAY)
    if last is None or first <= last:
        yield first, last


def against_moving(duplicate: User, kept: User, today: date) -> list[Conflict]:
    """What speaks against it that the account that stays gets the roles of the other (E4)."""
    by_role = conflicts_by_role(kept, today)
    moving = dict.fromkeys(Role(held.role) for held in roles_to_move(duplicate, today))
    return [conflict for role in moving for conflict in by_role.get(role, [])]


@transaction.atomic
def merge(*, by: User, now: datetime, duplicate: User, kept: User, reason: str, despite: str = "") -> User:
    """Merge a duplicate into the account that stays: roles, courses and what the apps hand over move; it is closed.

    `despite` is why a role moves in spite of what speaks against it (E4). Raises NotAllowed outside the office and for
    an account of one's own, TooLate unless both are in use, Invalid without a reason or while something has to be
    settled first.
    """
    today = london_date(now)
    require(access.is_office(by, today))
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[duplicate.pk, kept.pk]).order_by("pk")
    locked = {row.pk: row for row in rows}  # in one order, whichever way round: of two merges the second waits
    duplicate, kept = locked[duplicate.pk], locked[kept.pk]
    require(accounts_access.can_merge(by, duplicate, kept))
    if not reason.strip():
        raise Invalid("Say how you know that both accounts are of one person.", "reason")
    if ties := [*against_this_way(duplicate, kept), *ties_of(duplicate, today)]:
        raise Invalid(" ".join(tie.words for tie in ties))
    found = against_moving(duplicate, kept, today)
    if is_forbidden(found):
        raise Invalid(in_words(conflict for conflict in found if conflict.forbids))
    if found and not despite.strip():
        raise Invalid(f"{in_words(found)} Say why the role moves all the same.", "despite")
    for hand in hands_over:
        list(hand(duplicate, kept, by, now))
    _move_roles(duplicate, kept, by, now, despite)
    for course in queries.trainings_in_force(duplicate):
        _enter_course(course, kept, by, now)
    told = told_of_merge(duplicate, kept)
    closed = close_duplicate(duplicate=duplicate, kept=kept, reason=reason.strip(), by=by, now=now)
    context = {"duplicate": closed, "kept": kept, "opened": accounts_access.has_entered(kept)}
    for place, to in enumerate(told):
        key = f"{MERGED.key}:{duplicate.pk}" + (":closed" if place else "")
        notify(MERGED, to=to, key=key, about=kept, within=kept.pk, now=now, context=context)
    return closed


def told_of_merge(duplicate: User, kept: User) -> list[User | Addressee]:
    """Who reads of a merge: the account that stays and, where somebody ever proved it, the address that is closed: if
    the two are not one person after all, its holder says so."""
    if not accounts_access.has_entered(duplicate):
        return [kept]
    return [kept, Addressee(duplicate.full_name, duplicate.email)]


def _move_roles(duplicate: User, kept: User, by: User, now: datetime, despite: str) -> None:
    """The account that stays gets what it has not of the roles; the other holds them through today, and one that has
    not begun never."""
    today = london_date(now)
    gained, moved = roles_gained(duplicate, kept, today), roles_to_move(duplicate, today)
    for one in gained:
        grant(
            by=by,
            now=now,
            person=kept,
            role=Role(one.held.role),
            organisation=one.held.organisation,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            despite=despite,
        )
    for held in moved:
        if held.starts_on > today:
            call_off_role(by=by, now=now, affiliation_id=held.pk, told=False)
        elif held.ends_on != today:
            end_role(by=by, now=now, affiliation_id=held.pk, ends_on=today)


def _enter_course(course: SupervisorTraining, kept: User, by: User, now: datetime) -> None:
    """A course done under the duplicate's name is entered for the account that stays, unless the same day is."""
    if not queries.trainings_in_force(kept).filter(attended_on=course.attended_on).exists():
        enter_training(
            by=by,
            now=now,
            person=kept,
            key=uuid4(),
            attended_on=course.attended_on,
            valid_until_on=course.valid_until_on,
        )
