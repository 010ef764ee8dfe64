"""The Practical (F2): the External Moderator seals the computed sum; that makes the attempt and its outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from assessments import access
from assessments.actions._final import agree, begin_attempt, fresh, note
from assessments.models import PracticalSeal
from assessments.queries.practical import practical_sum
from assessments.states import Stage
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.verdict import TooLate, require
from training.actions import lock_record, proof

PRACTICAL_SEALED_WORDS = (
    "I have checked this sum against the DOPS log and my final DOPS, and I seal the Practical as it is shown here."
)
CHANGED = "The sum has changed since you opened this page: a DOPS was added, acknowledged or voided."


@transaction.atomic
def seal_practical(
    *, by: User, now: datetime, record_id: int, seen: str, authentication: AuthenticationEvent
) -> PracticalSeal:
    """The External Moderator seals the Practical as it was `seen` (the digest of the sum): pass, or fail (F2).

    It makes the attempt, the signature over exactly what was shown, and the outcome, with the shortfalls as reasons of
    a fail. Raises NotAllowed for anybody else, TooLate before the first year is released, when it is sealed already or
    not yet computable, StaleText when the sum changed meanwhile.
    """
    record = lock_record(record_id)
    require(access.can_seal_practical(by, record, london_date(now)))
    found = practical_sum(record)
    fresh(seen, found.digest, CHANGED)
    if found.result is None or found.final is None:
        raise TooLate(f"It is not yet computable. {' '.join(found.missing)}")
    attempt = begin_attempt(record, Stage.PRACTICAL, by=by, now=now)
    seal = PracticalSeal.objects.create(
        attempt=attempt,
        final_dops_id=found.final.dops,
        content=found.content,
        meaning="sealed",
        statement=PRACTICAL_SEALED_WORDS,
        **proof(by, now, authentication, "External Moderator", found.digest),
    )
    note("practical.sealed", attempt, by=by, now=now, about=seal, content=found.digest)
    given: dict[str, Any] = {"content": found.content, "percent": found.score, "reasons": "\n".join(found.shortfalls)}
    agree(attempt, found.result, by=by, now=now, **given)
    return seal
