"""What moderators sign and declare themselves: the confidentiality declaration, and interests (E4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.verdict import NotAllowed, TooLate, require
from ctts.organisations.models import Organisation
from ctts.scheme.queries import numbers_on
from moderation import access, declaration, notices, queries
from moderation.actions._steps import fresh, lock_moderator, office_but, tell_one, want
from moderation.models import Declaration, Interest, Moderator
from moderation.states import POOL_MOVES, PoolState
from training.actions import proof

OUTSIDE = "You are not in the pool of moderators. The scheme office enters you."


@transaction.atomic
def sign_declaration(*, by: User, now: datetime, seen: str, authentication: AuthenticationEvent) -> Declaration:
    """A moderator signs the confidentiality declaration as it was `seen`; who was invited has joined the pool (E4).

    Raises NotAllowed outside the pool, StaleText when the words are another version, TooLate while the last one is in
    date or for one who has left.
    """
    moderator = _own_place(by)
    today = london_date(now)
    require(access.can_sign_declaration(moderator, today, numbers_on(today)))
    fresh(seen, declaration.SHA256)
    made = Declaration.objects.create(
        moderator=moderator,
        version=declaration.VERSION,
        meaning="declared",
        statement=declaration.SIGNED,
        **proof(by, now, authentication, "Moderator", declaration.SHA256),
    )
    facts = {"version": declaration.VERSION, "content": declaration.SHA256}
    audit("moderation.declaration.signed", by=by, at=now, about=made, after=facts)
    if moderator.state == PoolState.INVITED:
        change_state(moderator, POOL_MOVES, "join")
        before, after = {"state": str(PoolState.INVITED)}, {"state": str(moderator.state)}
        audit("moderation.pool.join", by=by, at=now, about=moderator, before=before, after=after)
    return made


@transaction.atomic
def declare_interest(
    *, by: User, now: datetime, words: str, organisation: Organisation | None = None, trainee: User | None = None
) -> Interest:
    """A moderator declares an interest with a centre or with a trainee they know; the office is told (E4).

    Raises NotAllowed outside the pool, TooLate when it is declared already or for one who has left, Invalid without
    words.
    """
    moderator = _own_place(by)
    require(access.can_declare_interest(moderator))
    said = want(words, "words", "Say in a sentence what ties you; the scheme office reads it.")
    if queries.standing_interests().filter(moderator=moderator, organisation=organisation, trainee=trainee).exists():
        raise TooLate("You have declared this interest already.")
    made = Interest.objects.create(
        moderator=moderator, organisation=organisation, trainee=trainee, words=said, declared_at=now
    )
    about = {"organisation": made.organisation_id, "trainee": made.trainee_id}
    audit("moderation.interest.declared", by=by, at=now, about=made, after=about)
    context = {"moderator": moderator, "interest": made}
    for person in office_but(now, by.pk):
        key = str(made.pk)
        tell_one(notices.INTEREST_DECLARED, person, about=made, key=key, now=now, within=None, context=context)
    return made


@transaction.atomic
def end_interest(*, by: User, now: datetime, interest_id: int, words: str) -> Interest:
    """A moderator takes an interest back, with words; both rows stay (E4).

    Raises NotAllowed for another's, TooLate when it was taken back, Invalid without words.
    """
    interest = Interest.objects.select_related("moderator").get(pk=interest_id)
    lock_moderator(pk=interest.moderator_id)
    require(access.can_end_interest(by, interest))
    said = want(words, "words", "Say why it no longer stands.")
    made = Interest.objects.create(
        moderator=interest.moderator,
        organisation_id=interest.organisation_id,
        trainee_id=interest.trainee_id,
        words=said,
        declared_at=now,
        ends=interest,
    )
    audit("moderation.interest.ended", by=by, at=now, about=made, after={"ends": interest.pk})
    return made


def _own_place(by: User) -> Moderator:
    try:
        return lock_moderator(person=by)
    except Moderator.DoesNotExist as problem:
        raise NotAllowed(OUTSIDE) from problem
