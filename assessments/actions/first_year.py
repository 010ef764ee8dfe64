"""The End of First Year Assessment (Y): patient safety confirmed, put forward, sent back, decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.db import transaction

from assessments import access, notices, queries
from assessments.access import Attempt
from assessments.actions._steps import agree_outcome
from assessments.actions._told import as_seen, note
from assessments.models import FirstYear, FirstYearDecision, FirstYearReturn, PutForward, SafetyConfirmation
from assessments.rules import reattempt_until
from assessments.states import FIRST_YEAR_MOVES, Result, Stage
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.moves import change_state
from ctts.common.templatetags.formats import day
from ctts.common.verdict import Invalid, TooLate, require
from ctts.notifications.notices import Notice
from ctts.scheme.queries import numbers_of
from training.actions import holders, lock_record, proof, tell, want
from training.states import AppointmentKind

SUPERVISOR, MODERATOR = AppointmentKind.SUPERVISOR, AppointmentKind.EXTERNAL_MODERATOR
SAFETY_WORDS = (
    "I confirm that no patient-safety concern about this trainee is documented that is not resolved, in this system "
    "or in my employer's."
)
SAFETY_WITHDRAWN_WORDS = "I withdraw my confirmation of patient safety, for the reason given."
WANTED = "Write your reasons; the trainee reads them once the outcome is released."
DECISION_WORDS = {
    Result.PASS: (
        "I have considered what was put forward. In my judgement the trainee passes the End of First Year Assessment "
        "and may enter the second year."
    ),
    Result.REFER: (
        "I have considered what was put forward. In my judgement the trainee does not pass the End of First Year "
        "Assessment at this attempt, for the reasons given."
    ),
}


# --- the Training Supervisor ---


@transaction.atomic
def confirm_safety(
    *, by: User, now: datetime, record_id: int, seen: str, authentication: AuthenticationEvent
) -> SafetyConfirmation:
    """The Training Supervisor signs that no patient-safety concern is open (Y2; G 4.1); it opens the attempt.

    `seen` is `queries.safety_digest` of what the page showed. Raises NotAllowed for anybody but the current
    supervisor, TooLate while a patient-safety concern is open, when it is confirmed already, when no attempt is left,
    StaleText when a concern was raised or closed meanwhile.
    """
    attempt = _attempt(record_id)
    require(access.can_confirm_safety(by, attempt, london_date(now)))
    as_seen(seen, queries.safety_digest(attempt, SAFETY_WORDS))
    row, _ = FirstYear.objects.get_or_create(record=attempt.record, attempt=attempt.number, defaults={"opened_at": now})
    made = SafetyConfirmation.objects.create(
        first_year=row,
        meaning="confirmed",
        statement=SAFETY_WORDS,
        **proof(by, now, authentication, str(SUPERVISOR.label), seen),
    )
    note("safety.confirmed", attempt.record, made, by=by, now=now, attempt=attempt.number)
    return made


@transaction.atomic
def withdraw_safety(
    *, by: User, now: datetime, record_id: int, reason: str, authentication: AuthenticationEvent
) -> SafetyConfirmation:
    """The Training Supervisor takes the confirmation back with a reason, at any time before release (Y2).

    Once it was put forward the External Moderator is told at once. Raises NotAllowed for anybody but the current
    supervisor, TooLate when there is none, Invalid without a reason.
    """
    attempt = _attempt(record_id)
    require(access.can_withdraw_safety(by, attempt, london_date(now)))
    why = want(reason, "reason", "Say why; the External Moderator reads it.")
    given = cast(SafetyConfirmation, attempt.confirmation)  # the verdict asked
    made = SafetyConfirmation.objects.create(
        first_year_id=given.first_year_id,
        withdrawn=True,
        reason=why,
        meaning="withdrawn",
        statement=SAFETY_WITHDRAWN_WORDS,
        **proof(by, now, authentication, str(SUPERVISOR.label), given.content_sha256),
    )
    note("safety.withdrawn", attempt.record, made, by=by, now=now, words=why, attempt=attempt.number)
    if attempt.is_away:
        _tell(notices.SAFETY_WITHDRAWN, attempt, now, MODERATOR, key=str(made.pk), row=attempt.row, reason=why)
    return made


@transaction.atomic
def put_forward(*, by: User, now: datetime, record_id: int, seen: str) -> PutForward:
    """The Training Supervisor puts an attempt forward: the gate is frozen as it is, with what stands behind each
    number, and the External Moderator is told (Y1 to Y6).

    `seen` is the digest of `queries.put_forward_content`. Raises NotAllowed for anybody but the current supervisor,
    TooLate while a line of the gate is not met, when it lies with the moderator, without a moderator or when no
    attempt is left, StaleText when something behind the gate changed meanwhile.
    """
    attempt = _attempt(record_id)
    require(access.can_put_forward(by, attempt, london_date(now)))
    content = queries.put_forward_content(attempt)
    as_seen(seen, sha256(content))
    row = _row(attempt)
    made = PutForward.objects.create(
        first_year=row, gate=content, content_sha256=seen, put_forward_at=now, put_forward_by=by
    )
    change_state(row, FIRST_YEAR_MOVES, "put_forward")
    note("first_year.put_forward", attempt.record, row, by=by, now=now, attempt=row.attempt, content=seen)
    _tell(notices.PUT_FORWARD, attempt, now, MODERATOR, key=str(made.pk), row=row)
    return made


# --- the External Moderator ---


@transaction.atomic
def send_back(*, by: User, now: datetime, first_year_id: int, seen: str, reason: str) -> FirstYearReturn:
    """The External Moderator gives an attempt back with a reason; it uses no attempt (Y). Supervisor and trainee are
    told.

    Raises NotAllowed for anybody but the External Moderator, TooLate when it does not lie with them, StaleText when
    what the page showed changed, Invalid without a reason.
    """
    attempt = _attempt_of_row(first_year_id)
    require(access.can_decide(by, attempt, london_date(now)))
    as_seen(seen, queries.decision_digest(attempt))
    why = want(reason, "reason", "Say what is missing; the supervisor and the trainee read it.")
    row, record = _row(attempt), attempt.record
    made = FirstYearReturn.objects.create(
        first_year=row, from_office=False, reason=why, returned_at=now, returned_by=by
    )
    change_state(row, FIRST_YEAR_MOVES, "send_back")
    note("first_year.sent_back", record, row, by=by, now=now, words=why, attempt=row.attempt)
    for person in [record.trainee, *holders(record, now, SUPERVISOR)]:
        tell(notices.SENT_BACK, record, person, about=row, now=now, key=str(made.pk), row=row, reason=why)
    return made


@transaction.atomic
def decide(
    *,
    by: User,
    now: datetime,
    first_year_id: int,
    seen: str,
    result: Result,
    words: str,
    authentication: AuthenticationEvent,
    actions: str = "",
    actions_by_on: date | None = None,
) -> FirstYearDecision:
    """The External Moderator signs the decision: pass, or refer with actions and the day by which they are done (Y).

    It makes the outcome, agreed; the office confirms and releases it. A referral of the last attempt has no actions.
    `seen` is `queries.decision_digest`. Raises NotAllowed for anybody but the External Moderator, TooLate when it does
    not lie with them or, for a pass, while a patient-safety concern is open, StaleText when what the page showed
    changed, Invalid without words or with actions and a day that cannot be.
    """
    attempt = _attempt_of_row(first_year_id)
    require(access.can_decide(by, attempt, london_date(now)))
    as_seen(seen, queries.decision_digest(attempt))
    if result == Result.PASS:
        require(access.can_pass(attempt))
    row, record = _row(attempt), attempt.record
    said = {"words": want(words, "words", WANTED), **_to_do(attempt, result, actions, actions_by_on, now)}
    digest = sha256(queries.decision_content(seen, result, **said))
    made = FirstYearDecision.objects.create(
        first_year=row,
        put_forward=cast(PutForward, attempt.put_forward),  # the verdict asked
        **said,
        result=result,
        meaning=str(result),
        statement=DECISION_WORDS[result],
        **proof(by, now, authentication, str(MODERATOR.label), digest),
    )
    change_state(row, FIRST_YEAR_MOVES, "decide")
    note("first_year.decided", record, row, by=by, now=now, attempt=row.attempt, result=str(result), content=digest)
    agree_outcome(record, Stage.FIRST_YEAR, row.attempt, result, by=by, now=now, content=queries.outcome_content(made))
    return made


# --- steps ---


def _attempt(record_id: int) -> Attempt:
    """Where a locked record stands."""
    return queries.attempt_of(lock_record(record_id))


def _attempt_of_row(first_year_id: int) -> Attempt:
    """Where the locked record of an attempt stands, as long as that attempt is the open one."""
    attempt = _attempt(FirstYear.objects.values_list("record_id", flat=True).get(pk=first_year_id))
    if attempt.row is None or attempt.row.pk != first_year_id:
        raise TooLate("The outcome of this attempt is released.")
    return attempt


def _row(attempt: Attempt) -> FirstYear:
    """The row of an attempt for which something was done; verdicts that ask for it came before."""
    return FirstYear.objects.select_for_update(no_key=True).get(record=attempt.record, attempt=attempt.number)


def _tell(notice: Notice, attempt: Attempt, now: datetime, kind: AppointmentKind, *, key: str, **more: Any) -> None:
    for person in holders(attempt.record, now, kind):
        tell(notice, attempt.record, person, about=more["row"], now=now, key=key, **more)


def _to_do(attempt: Attempt, result: Result, actions: str, by_on: date | None, now: datetime) -> dict[str, Any]:
    """What a referral asks to be done by when; nothing after a pass and after the last attempt (Y, F6)."""
    if result != Result.REFER or attempt.last:
        if actions.strip() or by_on:
            words = "Nothing is left to be done after a pass or after the last attempt."
            raise Invalid(words, "actions" if actions.strip() else "actions_by_on")
        return {"actions": "", "actions_by_on": None}
    said = want(actions, "actions", "Say what is to be done before the re-attempt.")
    latest = reattempt_until(now, numbers_of(attempt.record.rules))
    if by_on is None:
        raise Invalid("Give the day by which it is done.", "actions_by_on")
    if not london_date(now) < by_on <= latest:
        raise Invalid(f"Give a day to come, at the latest {day(latest)}: the re-attempt ends then.", "actions_by_on")
    return {"actions": said, "actions_by_on": by_on}
