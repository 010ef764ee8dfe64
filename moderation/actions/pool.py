"""The office keeps the pool of moderators: enters, changes, pauses, takes back, lets go (E3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.races import taken_means
from ctts.common.verdict import Invalid, NotAllowed, TooLate, require
from ctts.organisations.access import holds, is_office
from ctts.organisations.actions import invite_with_role
from ctts.organisations.states import Role
from ctts.scheme.models import Scope
from moderation import access, notices, queries
from moderation.actions._steps import fresh, lock_moderator, tell_one, want
from moderation.models import Moderator
from moderation.states import POOL_MOVES


@transaction.atomic
def enter_moderator(
    *, by: User, now: datetime, person: User, scopes: Collection[Scope], region: str, capacity: int
) -> Moderator:
    """Enter somebody who holds the role of moderator into the pool; they are asked to sign and join (E3, E4).

    Raises NotAllowed outside the office or for oneself, Invalid without the role, scopes or room for a trainee,
    TooLate for somebody who is in the pool already.
    """
    require(is_office(by, london_date(now)))
    if not holds(person, Role.MODERATOR, london_date(now)):
        raise Invalid("This person does not hold the role of moderator.", "person")
    made = _enter(by, now, person, scopes, region, capacity)
    tell_one(notices.ENTERED, person, about=made, key=str(made.pk), now=now, within=None, context={})
    return made


@transaction.atomic
def invite_moderator(
    *, by: User, now: datetime, email: str, full_name: str, scopes: Collection[Scope], region: str, capacity: int
) -> Moderator:
    """Invite somebody new as moderator and enter them into the pool at once; one mail invites them (E3).

    Raises NotAllowed, Invalid and TooLate as `enter_moderator` and `organisations.actions.invite_with_role`.
    """
    given = invite_with_role(by=by, now=now, email=email, full_name=full_name, role=Role.MODERATOR)
    return _enter(by, now, given.person, scopes, region, capacity)


def _enter(by: User, now: datetime, person: User, scopes: Collection[Scope], region: str, capacity: int) -> Moderator:
    if by.pk == person.pk:
        raise NotAllowed("A colleague enters you into the pool.")
    _possible(scopes, capacity)
    with taken_means(TooLate(f"{person.full_name} is in the pool already.")):
        made = Moderator.objects.create(
            person=person, region=region.strip(), capacity=capacity, entered_at=now, entered_by=by
        )
    made.scopes.set(scopes)
    audit("moderation.pool.entered", by=by, at=now, about=made, after=_facts(made, scopes))
    return made


@transaction.atomic
def change_moderator(
    *,
    by: User,
    now: datetime,
    moderator_id: int,
    scopes: Collection[Scope],
    region: str,
    capacity: int,
    seen: str,
) -> Moderator:
    """Change scopes, region and capacity as they were `seen` (E3); standing appointments stay as they are.

    Raises NotAllowed outside the office or for oneself, TooLate for one who has left, StaleText when somebody else
    changed them meanwhile, Invalid without a scope or room.
    """
    moderator = lock_moderator(pk=moderator_id)
    require(access.can_change_moderator(by, moderator, london_date(now)))
    fresh(seen, queries.moderator_version(moderator))
    _possible(scopes, capacity)
    before = _facts(moderator, moderator.scopes.order_by("pk"))
    moderator.region, moderator.capacity = region.strip(), capacity
    moderator.save(update_fields=["region", "capacity"])
    moderator.scopes.set(scopes)
    audit("moderation.pool.changed", by=by, at=now, about=moderator, before=before, after=_facts(moderator, scopes))
    return moderator


@transaction.atomic
def pause_moderator(*, by: User, now: datetime, moderator_id: int, reason: str) -> Moderator:
    """A moderator takes no new trainees for a while; those they have stay (E3). They are told.

    Raises NotAllowed outside the office or for oneself, TooLate from another state, Invalid without a reason.
    """
    return _step(by, now, moderator_id, "pause", reason)


@transaction.atomic
def bring_back_moderator(*, by: User, now: datetime, moderator_id: int, reason: str) -> Moderator:
    """A moderator takes trainees again (E3). Raises as `pause_moderator`."""
    return _step(by, now, moderator_id, "return", reason)


@transaction.atomic
def retire_moderator(*, by: User, now: datetime, moderator_id: int, reason: str) -> Moderator:
    """A moderator leaves the pool for good; nothing of theirs is taken away (E3).

    Raises as `pause_moderator`, TooLate too while trainees have them.
    """
    return _step(by, now, moderator_id, "retire", reason)


def _step(by: User, now: datetime, moderator_id: int, step: str, reason: str) -> Moderator:
    moderator = lock_moderator(pk=moderator_id)
    require(access.can_step(by, moderator, step, london_date(now)))
    words = want(reason, "reason", "Say why; the moderator and your colleagues read it.")
    before = {"state": str(moderator.state)}
    change_state(moderator, POOL_MOVES, step)
    entry = audit(
        f"moderation.pool.{step}",
        by=by,
        at=now,
        about=moderator,
        before=before,
        after={"state": str(moderator.state)},
        words={"reason": words},
    )
    context = {"moderator": moderator, "step": step, "reason": words}
    key = f"{moderator.pk}:{entry.number}"
    tell_one(notices.POOL_CHANGED, moderator.person, about=moderator, key=key, now=now, within=None, context=context)
    return moderator


def _possible(scopes: Collection[Scope], capacity: int) -> None:
    if not scopes:
        raise Invalid("Choose at least one scope of practice.", "scopes")
    if capacity < 1:
        raise Invalid("A moderator takes at least one trainee; pause one who takes none.", "capacity")


def _facts(moderator: Moderator, scopes: Collection[Scope]) -> dict[str, object]:
    return {
        "person": moderator.person_id,
        "scopes": sorted(scope.code for scope in scopes),
        "capacity": moderator.capacity,
    }
