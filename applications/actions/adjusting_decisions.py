"""Decisions of the named readers about adjustments: agreed with effects, or not; gone on with; reviewed (A5, E6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from applications import access, notices, queries
from applications.actions._adjusting import (
    lock_case,
    note_case,
    readers_of,
    require_going_on,
    tell_person,
    tell_reader,
)
from applications.actions._steps import StalePart
from applications.models import AdjustmentDecision, AdjustmentRequest
from applications.states import ADJUSTMENT_MOVES, AdjustmentOutcome, AdjustmentState
from ctts.accounts.models import User
from ctts.common import vault
from ctts.common.clock import london_date
from ctts.common.months import add_months
from ctts.common.moves import change_state
from ctts.common.verdict import DoneAlready, Invalid, require

EFFECTS = ("agreed", "extra_time_percent", "rest_breaks", "arrangement")
NOTHING: dict[str, Any] = {"agreed": "", "extra_time_percent": 0, "rest_breaks": False, "arrangement": ""}
REVIEW_YEARS = 2  # further ahead it is a slip of the year
STALE = "Since you opened the page somebody decided or asked the person a question, or the person answered a question."
THE_SAME = "This is what is agreed already. Nothing was changed, and nobody was told again."


@transaction.atomic
def agree_adjustment(
    *, by: User, now: datetime, request_id: int, seen: int, values: Mapping[str, Any]
) -> AdjustmentDecision:
    """A named reader decides what is agreed: wording, effects, and the day on which it is reviewed (A5).

    `values`: agreed, extra_time_percent, rest_breaks, arrangement, review_on. `seen` is `case_version` as the page
    showed it, so that of two readers the second is told, and no question or answer is overlooked. The person is told.
    Raises NotAllowed, TooLate, Invalid without words, with a share that is none or a day that is over, DoneAlready for
    a form sent twice, StalePart when somebody decided, asked or answered in the meantime.
    """
    asked = lock_case(request_id)
    require(access.can_decide_adjustment(by, asked, london_date(now)))
    require_going_on(asked)
    words = {**values, "agreed": values["agreed"].strip(), "arrangement": values["arrangement"].strip()}
    last = _fresh(asked, by, seen, {"outcome": AdjustmentOutcome.AGREED, **words})
    if not words["agreed"]:
        raise Invalid("Write what is agreed, without the reason.", "agreed")
    if not 0 <= words["extra_time_percent"] <= 100:
        raise Invalid("Give the extra time as a whole number from 0 to 100.", "extra_time_percent")
    _require_later(words["review_on"], now)
    stands = {name: getattr(asked, name) for name in (*EFFECTS, "review_on")}
    if asked.state == AdjustmentState.AGREED and stands == words:
        raise Invalid(THE_SAME, "agreed")
    made = _decide(asked, by, now, last, outcome=AdjustmentOutcome.AGREED, **words)
    _stand(asked, "agree", by, now, words)
    note_case("agreed", asked, by, now, "reader", decision=made.number)
    tell_person(notices.ADJUSTMENT_AGREED, asked, now, made.number)
    return made


@transaction.atomic
def decline_adjustment(*, by: User, now: datetime, request_id: int, seen: int, reason: str) -> AdjustmentDecision:
    """A named reader decides that nothing is agreed, or no more; why is sealed, for the person and named readers (A5).

    The person is told that there is a decision. Raises as `agree_adjustment`, Invalid without a reason.
    """
    asked = lock_case(request_id)
    require(access.can_decide_adjustment(by, asked, london_date(now)))
    require_going_on(asked)
    last = _fresh(asked, by, seen, {"outcome": AdjustmentOutcome.DECLINED})
    if not reason.strip():
        raise Invalid("Write why, in words for the person.", "reason")
    given = {"outcome": AdjustmentOutcome.DECLINED, "sealed": vault.seal(reason.strip())}
    made = _decide(asked, by, now, last, **given)
    _stand(asked, "decline", by, now, {**NOTHING, "review_on": None})
    note_case("declined", asked, by, now, "reader", decision=made.number)
    tell_person(notices.ADJUSTMENT_DECLINED, asked, now, made.number)
    return made


@transaction.atomic
def continue_adjustment(*, by: User, now: datetime, request_id: int, seen: int, review_on: date) -> AdjustmentDecision:
    """After a review, what is agreed goes on unchanged until the next day of review; those who act on it hear nothing
    new (A5). The person is told. Raises as `agree_adjustment`.
    """
    asked = lock_case(request_id)
    today = london_date(now)
    require(access.can_decide_adjustment(by, asked, today))
    require_going_on(asked)
    last = _fresh(asked, by, seen, {"outcome": AdjustmentOutcome.CONTINUED, "review_on": review_on})
    require(access.can_continue_adjustment(by, asked, today))
    _require_later(review_on, now)
    effects = {**{name: getattr(asked, name) for name in EFFECTS}, "review_on": review_on}
    made = _decide(asked, by, now, last, outcome=AdjustmentOutcome.CONTINUED, **effects)
    _stand(asked, "go_on", by, now, effects)
    note_case("continued", asked, by, now, "reader", decision=made.number)
    tell_person(notices.ADJUSTMENT_CONTINUED, asked, now, made.number)
    return made


@transaction.atomic
def review_adjustment(*, by: None, now: datetime, request_id: int) -> bool:
    """On its day of review a case waits for the named readers until it is decided anew; they are told once (A5).

    For the calendar: called late or twice the outcome is the same. Whether it was this call. What is agreed goes on.
    Nothing of who has left the scheme is reviewed (E6).
    """
    asked = lock_case(request_id)
    if asked.state != AdjustmentState.AGREED or asked.review_on is None or asked.review_on > london_date(now):
        return False
    if not queries.adjustment_goes_on(asked):
        return False
    change_state(asked, ADJUSTMENT_MOVES, "review")
    note_case("review_due", asked, by, now, "calendar")
    for reader in readers_of(asked, now):
        tell_reader(notices.ADJUSTMENT_REVIEW, asked, reader, now, asked.review_on)
    return True


def _fresh(asked: AdjustmentRequest, by: User, seen: int, given: Mapping[str, Any]) -> int:
    """The number of the last decision, when all was seen; `given` tells a form that was sent twice."""
    last = asked.decisions.first()
    if seen == queries.case_version(asked):
        return last.number if last is not None else 0
    same = last is not None and all(getattr(last, name) == value for name, value in given.items())
    if same and last is not None and last.decided_by_id == by.pk:
        raise DoneAlready("You have saved this decision already.")
    raise StalePart(STALE)


def _require_later(review_on: date | None, now: datetime) -> None:
    today = london_date(now)
    if review_on is None or review_on <= today:
        raise Invalid("Give a day later than today on which it is looked at again.", "review_on")
    if review_on > add_months(today, 12 * REVIEW_YEARS):
        raise Invalid(f"Check the year: this is more than {REVIEW_YEARS} years ahead.", "review_on")


def _decide(asked: AdjustmentRequest, by: User, now: datetime, last: int, **columns: Any) -> AdjustmentDecision:
    return AdjustmentDecision.objects.create(request=asked, number=last + 1, decided_at=now, decided_by=by, **columns)


def _stand(asked: AdjustmentRequest, step: str, by: User, now: datetime, effects: Mapping[str, Any]) -> None:
    """Let the case show the decision; who acts on it hears when what is agreed has changed, and only then."""
    before = {name: getattr(asked, name) for name in EFFECTS}
    changed = any(effects[name] != before[name] for name in EFFECTS)
    noted: dict[str, Any] = {"agreed_at": now, "agreed_by": by} if changed else {}
    change_state(asked, ADJUSTMENT_MOVES, step, question_at=None, **effects, **noted)
