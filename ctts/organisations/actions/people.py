"""Giving and ending roles; every change by a named person and on the audit."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ctts.accounts.actions import deactivate, invite, require_second_factor
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.templatetags.formats import day
from ctts.common.verdict import Invalid, TooLate, require
from ctts.organisations import access, queries
from ctts.organisations.access import forget_held
from ctts.organisations.actions._steps import note_despite, tell_invited, tell_not_after_all
from ctts.organisations.conflicts import Conflict, require_reason
from ctts.organisations.following import access_ends, role_begins, role_ends
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.states import PRIVILEGED, SCHEME_WIDE, Role

NEVER_WITHOUT = (Role.OFFICE, Role.ADJUSTMENTS)


@transaction.atomic
def grant(
    *,
    by: User | None,
    now: datetime,
    person: User,
    role: Role,
    organisation: Organisation | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    despite: str = "",
) -> Affiliation:
    """Give a person a role from a day (default today) to a day (default open). `by` None is the set-up of a system.

    A privileged role makes the second factor obligatory from the next request. `despite` is why it is given in spite of
    what speaks against it (E4). Raises NotAllowed for oneself or outside the office, Invalid for a role at the wrong
    kind of place, for the office's own (two give that: see `proposing`), for one that does not go with what the person
    is, and for one that is held already.
    """
    found: list[Conflict] = []
    if by is not None:
        require(access.can_give(by, person, role, london_date(now)))
        if role == Role.OFFICE and organisation is None:
            raise Invalid("Two members of the office give this role: one proposes, another confirms it.", "role")
        found = require_reason(person, role, london_date(now), despite)
    given = give(
        by=by, now=now, person=person, role=role, organisation=organisation, starts_on=starts_on, ends_on=ends_on
    )
    note_despite(found, given, by=by, now=now, despite=despite)
    return given


@transaction.atomic
def give(
    *,
    by: User | None,
    now: datetime,
    person: User,
    role: Role,
    organisation: Organisation | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Affiliation:
    """Store a role, for the actions that have asked who gives it; raises as `grant`, and Invalid for days on which it
    is held already."""
    if (organisation is None) != (role in SCHEME_WIDE):
        raise Invalid(f"“{role.label}” is held {'for the scheme' if role in SCHEME_WIDE else 'at an organisation'}.")
    first_day = starts_on or london_date(now)
    held = Affiliation.objects.filter(person=person, role=role, organisation=organisation, ends_on__gte=first_day)
    until = held.exclude(starts_on__gt=ends_on or date.max).order_by("-ends_on").first()
    if until is not None and until.ends_on is not None:
        since = f"from {day(until.starts_on)} " if until.starts_on > first_day else ""
        words = f"They hold this role {since}through {day(until.ends_on)}: choose a first day after it."
        raise Invalid(words, "starts_on")
    with taken_means(Invalid(f"{person.full_name} holds this role already.", "role")):
        affiliation = Affiliation.objects.create(
            person=person,
            organisation=organisation,
            role=role,
            starts_on=first_day,
            ends_on=ends_on,
            granted_by=by,
            granted_at=now,
        )
    if role in PRIVILEGED:
        require_second_factor(person=person, by=by, now=now)
    forget_held(person)
    record("organisations.role.granted", by=by, at=now, about=affiliation, after=_facts(affiliation))
    for follow in role_begins:
        follow(affiliation, by, now)
    return affiliation


@transaction.atomic
def invite_with_role(
    *,
    by: User,
    now: datetime,
    email: str,
    full_name: str,
    role: Role,
    organisation: Organisation | None = None,
    starts_on: date | None = None,
) -> Affiliation:
    """Invite somebody and give them a role, and mail them once: with the link that opens their account, if they have
    none yet. A role of the office itself is only proposed (`proposing.invite_to_office`).

    Raises NotAllowed outside the office, Invalid for a name, address or place that cannot be and for a role that they
    hold already, TooLate when their account is deactivated; nothing is stored then.
    """
    require(access.is_office(by, london_date(now)))
    invited = invite(
        email=email,
        full_name=full_name,
        purpose=queries.purpose_of(role, organisation),
        by=by,
        now=now,
        second_factor_required=role in PRIVILEGED,
    )
    given = grant(by=by, now=now, person=invited.person, role=role, organisation=organisation, starts_on=starts_on)
    tell_invited(invited, given, role=role, by=by, now=now, key=f"affiliation:{given.pk}")
    return given


@transaction.atomic
def end_role(*, by: User, now: datetime, affiliation_id: int, ends_on: date, seen: str | None = None) -> Affiliation:
    """End a role on a day (its last). Raises NotAllowed, or TooLate when it has ended already, or its last day is not
    the one that was `seen` (ISO, empty for none; None: not asked), Invalid for a day before the first. What rests on
    the role ends with it, as the apps declare (`following.role_ends`), and may refuse the day."""
    affiliation = _lock(affiliation_id)
    require(access.can_end_role(by, affiliation, ends_on, london_date(now)))
    if affiliation.ends_on == ends_on == london_date(now):
        raise TooLate("Today is its last day already.")
    if seen is not None and seen != (affiliation.ends_on.isoformat() if affiliation.ends_on else ""):
        stands = f"its last day is {day(affiliation.ends_on)}" if affiliation.ends_on else "it has no last day"
        raise TooLate(f"Somebody changed this role since you opened the page: {stands}.")
    if ends_on < affiliation.starts_on:
        begins = "Call the role off instead." if affiliation.starts_on > london_date(now) else ""
        raise Invalid(f"The last day is before the first. {begins}".strip(), "ends_on")
    was, affiliation.ends_on = affiliation.ends_on, ends_on
    affiliation.save(update_fields=["ends_on"])
    return _over(affiliation, "ended", was, by, now)


@transaction.atomic
def call_off_role(*, by: User, now: datetime, affiliation_id: int, told: bool = True) -> Affiliation:
    """Call off a role before its first day: it is never held, and what was to begin with it does not, as the apps
    declare (`following.role_ends`). Whoever was invited to it by mail hears of it, unless the caller tells them more
    (`told` False). Raises NotAllowed, and TooLate when it has begun or was called off."""
    affiliation = _lock(affiliation_id)
    require(access.can_call_off_role(by, affiliation, london_date(now)))
    affiliation.called_off_at = now
    affiliation.save(update_fields=["called_off_at"])
    if told:
        tell_not_after_all(affiliation, now=now)
    return _over(affiliation, "called_off", affiliation.ends_on, by, now)


@transaction.atomic
def end_access(*, by: User, now: datetime, person: User, reason: str) -> User:
    """End a person's access; nothing recorded of them changes. Raises NotAllowed for oneself, TooLate when done, and
    while fewer than two of the office would be left (decision 11) or an app says what waits for a role of theirs."""
    _lock_holders()
    require(access.can_end_access(by, person, london_date(now)))
    closed = deactivate(person=person, reason=reason, by=by, now=now)
    for follow in access_ends:
        follow(closed, by, now)
    return closed


def _lock(affiliation_id: int) -> Affiliation:
    """A role that changes, as it is now, called off or not."""
    _lock_holders()  # before the row itself, which may be one of them: of two at once the second waits
    return Affiliation.every.select_for_update(no_key=True).get(pk=affiliation_id)


def _over(affiliation: Affiliation, how: str, was: date | None, by: User, now: datetime) -> Affiliation:
    """A role whose last day is known or that never begins, with all that follows from it."""
    forget_held(affiliation.person)
    record(f"organisations.role.{how}", by=by, at=now, about=affiliation, after=_facts(affiliation))
    for follow in role_ends:
        follow(affiliation, was, by, now)
    return affiliation


def _lock_holders() -> None:
    """Two who take each other out of the office, or the last two who read adjustments, do so one after the other."""
    rows = Affiliation.objects.select_for_update(no_key=True).filter(role__in=NEVER_WITHOUT).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _facts(affiliation: Affiliation) -> dict[str, object]:
    return {
        "person": affiliation.person_id,
        "role": str(affiliation.role),
        "organisation": affiliation.organisation_id,
        "starts_on": affiliation.starts_on.isoformat(),
        "ends_on": affiliation.ends_on.isoformat() if affiliation.ends_on else None,
    }
