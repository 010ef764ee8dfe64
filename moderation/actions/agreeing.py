"""Two markers differ, or the office queried what they agreed (F5, F1): one proposes a result with reasons, the other
accepts; failing that, an adjudicator settles it. Nothing of it reaches the trainee before staff release the outcome."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any, cast

from django.db import transaction

from assessments.actions import settle
from assessments.models import Outcome, StageAttempt
from assessments.rules import viva_result
from assessments.states import Result, Stage
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.moves import move_rows
from ctts.common.verdict import Invalid, TooLate, require
from ctts.notifications.notices import Notice
from ctts.scheme.queries import numbers_of
from moderation import access, notices, queries
from moderation.actions._appointing import appoint_checked
from moderation.actions._steps import fresh, tell_one, want
from moderation.models import Adjudication, AgreedMark, Disagreement
from moderation.states import DISAGREEMENT_MOVES, DisagreementState
from training.actions import finish_appointment, lock_with_record, proof
from training.models import Appointment
from training.states import AppointmentKind

WHY = "Say what led to this result; it is kept with the outcome."
ADJUDICATED_WORDS = (
    "I have read both sheets of marks and the reasons given in them, and I settle the result of this attempt as stated."
)


@transaction.atomic
def propose_mark(
    *,
    by: User,
    now: datetime,
    attempt_id: int,
    result: Result | None,
    percent: Fraction | None,
    reasons: str,
    seen: str,
) -> AgreedMark:
    """One marker proposes the result that both shall agree, as the difference was `seen`; the other is told (F5).

    A Portfolio has a result, a Viva a per cent from which its result follows. Raises NotAllowed for anybody but the two
    markers, TooLate when it is settled or with an adjudicator, StaleText when the other proposed something meanwhile,
    Invalid without reasons or for a result that cannot be.
    """
    attempt = _lock(attempt_id)
    require(access.can_agree(by, attempt, london_date(now)))
    fresh(seen, queries.agreeing_digest(attempt))
    agreed, exact = _possible(attempt, result, percent)
    made = AgreedMark.objects.create(
        disagreement=_opened(attempt, by, now),
        reasons=want(reasons, "reasons", WHY),
        made_at=now,
        made_by=by,
        **_columns(agreed, exact),
    )
    audit("moderation.mark.proposed", by=by, at=now, about=made, within=attempt.record.trainee_id)
    _tell_markers(notices.MARK_PROPOSED, attempt, made, now, but=by)
    return made


@transaction.atomic
def accept_mark(*, by: User, now: datetime, attempt_id: int, seen: str) -> Outcome:
    """The other marker accepts the proposal that stands as it was `seen`: the result is agreed (F5).

    Raises NotAllowed for its author and anybody but the two markers, TooLate when nothing stands or it is settled,
    StaleText when another proposal stands now.
    """
    attempt = _lock(attempt_id)
    require(access.can_agree(by, attempt, london_date(now)))
    proposal = queries.standing_proposal(attempt)
    if proposal is None:
        raise TooLate("Nothing waits for your agreement.")
    require(access.can_accept(by, proposal))
    fresh(seen, queries.agreeing_digest(attempt))
    percent = queries.percent_of(proposal)
    made = AgreedMark.objects.create(
        disagreement=proposal.disagreement,
        reasons=proposal.reasons,
        made_at=now,
        made_by=by,
        accepts=proposal,
        **_columns(Result(proposal.result), percent),
    )
    _settled(proposal.disagreement, "agree", now)
    audit("moderation.mark.accepted", by=by, at=now, about=made, within=attempt.record.trainee_id)
    _tell_markers(notices.MARK_SETTLED, attempt, made, now, but=by)
    return settle(
        attempt_id=attempt.pk, result=Result(proposal.result), percent=percent, reasons=made.reasons, by=by, now=now
    )


@transaction.atomic
def appoint_adjudicator(
    *, by: User, now: datetime, attempt_id: int, person: User, seen: str, override_reason: str = ""
) -> Appointment:
    """The office appoints somebody independent to settle what the markers do not agree (F5, E4); another one when an
    appointment ended before it was settled.

    Raises as `appoint`, and TooLate while an adjudicator has it or when the markers do not disagree.
    """
    attempt = _lock(attempt_id)
    require(access.can_appoint_adjudicator(by, attempt, london_date(now)))
    kind = AppointmentKind.ADJUDICATOR
    made = appoint_checked(attempt.record, person, kind, by=by, now=now, seen=seen, override_reason=override_reason)
    found = _opened(attempt, by, now)
    rows = Disagreement.objects.filter(pk=found.pk)
    if found.state == DisagreementState.OPEN:
        move_rows(rows, DISAGREEMENT_MOVES, "appoint_adjudicator", adjudicator=made)
    else:
        rows.update(adjudicator=made)
    facts = {"appointment": made.pk, "person": person.pk}
    within = attempt.record.trainee_id
    audit("moderation.disagreement.adjudicator", by=by, at=now, about=found, within=within, after=facts)
    return made


@transaction.atomic
def adjudicate(
    *,
    by: User,
    now: datetime,
    attempt_id: int,
    result: Result | None,
    percent: Fraction | None,
    reasons: str,
    seen: str,
    authentication: AuthenticationEvent,
) -> Outcome:
    """The adjudicator settles the result with reasons and signs it, over both sheets as they were `seen`; that was what
    they were appointed for, and today is their last day (F5).

    Raises NotAllowed for anybody else, TooLate when it is settled, StaleText, and Invalid as `propose_mark`.
    """
    attempt = _lock(attempt_id)
    require(access.can_adjudicate(by, attempt, london_date(now)))
    fresh(seen, queries.agreeing_digest(attempt))
    agreed, exact = _possible(attempt, result, percent)
    why = want(reasons, "reasons", WHY)
    decided = {"result": str(agreed), "percent": None if exact is None else str(exact), "reasons": why}
    content = {**queries.sheets_content(attempt), **decided}
    found = Disagreement.objects.get(attempt=attempt, settled_at__isnull=True)
    made = Adjudication.objects.create(
        disagreement=found,
        reasons=why,
        content=content,
        meaning="adjudicated",
        statement=ADJUDICATED_WORDS,
        **_columns(agreed, exact),
        **proof(by, now, authentication, "Adjudicator", sha256(content)),
    )
    _settled(found, "adjudicate", now)
    finish_appointment(by=by, now=now, appointment_id=cast(int, found.adjudicator_id))
    audit("moderation.mark.adjudicated", by=by, at=now, about=made, within=attempt.record.trainee_id)
    _tell_markers(notices.MARK_SETTLED, attempt, made, now, but=by)
    return settle(attempt_id=attempt.pk, result=agreed, percent=exact, reasons=why, by=by, now=now)


def _lock(attempt_id: int) -> StageAttempt:
    """An attempt of a locked record, as it is now."""
    return lock_with_record(StageAttempt, attempt_id)


def _opened(attempt: StageAttempt, by: User, now: datetime) -> Disagreement:
    """The disagreement about a locked attempt, opened with the first thing that is done about it."""
    found, new = Disagreement.objects.get_or_create(attempt=attempt, settled_at=None, defaults={"opened_at": now})
    if new:
        audit("moderation.disagreement.opened", by=by, at=now, about=found, within=attempt.record.trainee_id)
    return found


def _possible(attempt: StageAttempt, result: Result | None, percent: Fraction | None) -> tuple[Result, Fraction | None]:
    """The result and per cent that fit the stage; the result of a Viva follows from its per cent (F4)."""
    if attempt.stage != Stage.VIVA:
        if result is None:
            raise Invalid("Choose a result.", "result")
        return result, None
    if percent is None or not 0 <= percent <= 100:
        raise Invalid("Give a per cent from 0 to 100.", "percent")
    if (percent * 10).denominator != 1:  # what is shown with one decimal stays on its side of the pass line
        raise Invalid("Give the per cent with at most one decimal.", "percent")
    return viva_result(percent, numbers_of(attempt.record.rules)), percent


def _columns(result: Result, percent: Fraction | None) -> dict[str, Any]:
    parts = {"numerator": percent.numerator, "denominator": percent.denominator} if percent is not None else {}
    return {"result": result, **parts}


def _settled(found: Disagreement, step: str, now: datetime) -> None:
    move_rows(Disagreement.objects.filter(pk=found.pk), DISAGREEMENT_MOVES, step, settled_at=now)


def _tell_markers(notice: Notice, attempt: StageAttempt, made: Any, now: datetime, *, but: User) -> None:
    """The markers hear of it; the mail says what waits, never a mark."""
    context = {"record": attempt.record, "attempt": attempt, "by": but}
    within, key = attempt.record.trainee_id, f"{made._meta.model_name}:{made.pk}"
    for marker in queries.markers_of([attempt])[attempt.pk]:
        if marker.pk != but.pk:
            tell_one(notice, marker, about=attempt, key=key, now=now, within=within, context=context)
