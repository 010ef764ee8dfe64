"""A device is handed over for one DOPS: handed, taken over by the assessor, signed on, handed back, unlocked (T5).

The steps themselves are saved by the actions of every DOPS (`actions.dops`), with the hand-over as `by`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.verdict import require
from training import access
from training.actions._external import lock_dops
from training.actions._handing import end_hand_over, lock_hand_over
from training.actions._practice import note
from training.actions.dops import sign_dops
from training.models import Dops, HandOver
from training.states import HandOverEnd


@transaction.atomic
def hand_over(*, by: User, now: datetime, dops_id: int) -> HandOver:
    """The trainee or the supervisor hands the device in their hand to the assessor of a DOPS, for this one DOPS (T5).

    An earlier hand-over of the same DOPS ends with it. Raises NotAllowed for anybody else, TooLate while the assessor
    cannot write.
    """
    dops = lock_dops(dops_id)
    require(access.can_hand_over(by, dops, london_date(now)))
    for earlier in HandOver.objects.filter(dops=dops, ended_at__isnull=True):
        earlier.dops = dops
        end_hand_over(earlier, HandOverEnd.REPLACED, by=by, now=now)
    assessor = cast(User, dops.assessor)
    made = HandOver.objects.create(dops=dops, handed_by=by, assessor=assessor, handed_at=now)
    note("dops.handed_over", dops.record, made, by=by, now=now, dops=dops.pk, assessor=assessor.pk)
    return made


@transaction.atomic
def take_over_device(*, by: HandOver, now: datetime, authentication: AuthenticationEvent) -> HandOver:
    """The assessor has proved who they are on the device that was handed to them; for an hour it takes their words.

    Raises TooLate once the hand-over has ended.
    """
    handed = lock_hand_over(by.pk)
    require(access.can_come_handed(handed, now))
    handed.begun_at = now
    handed.save(update_fields=["begun_at"])
    proved = str(authentication.method)
    note("dops.taken_over", handed.dops.record, handed, by=handed, now=now, dops=handed.dops_id, proved=proved)
    return handed


@transaction.atomic
def sign_handed(
    *,
    by: HandOver,
    now: datetime,
    seen: str,
    authentication: AuthenticationEvent,
    post: str,
    registration: str = "",
    answer: str = "",
) -> Dops:
    """Step 5 on a device that was handed over: the assessor signs, proved in this moment; the hand-over ends (T5).

    Raises TooLate once the hand-over has ended or anything is missing, StaleText when the DOPS changed meanwhile.
    """
    handed = lock_hand_over(by.pk)
    require(access.can_write_handed(handed, now))
    given: dict[str, Any] = {"seen": seen, "post": post, "registration": registration, "authentication": authentication}
    given["answer"] = answer
    dops = sign_dops(by=handed.assessor, now=now, dops_id=handed.dops_id, **given)
    end_hand_over(handed, HandOverEnd.SIGNED, by=handed, now=now)
    return dops


@transaction.atomic
def hand_back(*, by: User | HandOver, now: datetime, hand_over_id: int, end: HandOverEnd) -> HandOver:
    """A hand-over ends unsigned: the assessor gives the device back, its owner unlocks it, or it is signed out.

    One that has ended already stays as it ended. Whoever holds the device may always do it.
    """
    handed = lock_hand_over(hand_over_id)
    if not handed.ended_as:
        end_hand_over(handed, end, by=by, now=now)
    return handed
