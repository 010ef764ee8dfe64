"""The way of every outcome to the trainee (F1): confirmed by one of the staff, queried, released by another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, notices, queries
from assessments.actions._told import as_seen, note, tell_office
from assessments.models import FirstYear, FirstYearReturn, Outcome, OutcomeQuery, StageAttempt
from assessments.rules import appeal_until
from assessments.states import FIRST_YEAR_MOVES, OUTCOME_MOVES, STAGE_MOVES, Result, Stage
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.moves import change_state, move_rows
from ctts.common.verdict import require
from ctts.scheme.queries import numbers_of
from training import actions as training
from training.actions import holders, lock_with_record, tell, want
from training.states import AppointmentKind, MilestoneKind

# Stage → the milestones that its pass reaches; a first year that is referred has its evidence behind it (M).
REACHED: dict[str, tuple[MilestoneKind, ...]] = {
    Stage.FIRST_YEAR: (MilestoneKind.FIRST_YEAR_EVIDENCE, MilestoneKind.FIRST_YEAR_DECISION),
    Stage.PRACTICAL: (MilestoneKind.PRACTICAL,),
    Stage.PORTFOLIO: (MilestoneKind.PORTFOLIO,),
    Stage.VIVA: (MilestoneKind.VIVA,),
}
EXTERNAL = (AppointmentKind.EXTERNAL_MODERATOR,)
# Who makes an outcome again that the office queried.
MAKERS: dict[str, tuple[AppointmentKind, ...]] = {
    Stage.FIRST_YEAR: EXTERNAL,
    Stage.PRACTICAL: EXTERNAL,
    Stage.PORTFOLIO: (*EXTERNAL, AppointmentKind.SUPPORTING_MODERATOR),
    Stage.VIVA: (*EXTERNAL, AppointmentKind.SUPPORTING_MODERATOR),
}


@transaction.atomic
def confirm_outcome(*, by: User, now: datetime, outcome_id: int, seen: str) -> Outcome:
    """One member of the office confirms an agreed outcome as it was `seen` (`queries.outcome_digest`); those who may
    release it are told (F1).

    It is made anew from its facts first (quality rule 10). Raises NotAllowed outside the office and for whoever has a
    part in the assessment, TooLate when it is not agreed, does not agree with its facts, or for a first-year pass
    whose gate is closed again, StaleText when it changed meanwhile.
    """
    outcome = _lock(outcome_id)
    require(access.can_confirm(by, outcome, london_date(now)))
    _as_it_is(outcome, seen)
    rows = Outcome.objects.filter(pk=outcome.pk)
    move_rows(rows, OUTCOME_MOVES, "confirm", confirmed_at=now, confirmed_by=by)
    _again(outcome)
    note("outcome.confirmed", outcome.record, outcome, by=by, now=now, content=outcome.content_sha256)
    tell_office(notices.CONFIRMED, outcome, now, key=f"{outcome.pk}:{now.isoformat()}")
    return outcome


@transaction.atomic
def query_outcome(*, by: User, now: datetime, outcome_id: int, seen: str, reason: str) -> OutcomeQuery:
    """A member of the office gives an outcome back before release, with a reason; the next one supersedes it (F1).

    First year and Practical go back to the External Moderator, who decides or seals anew; the result of a Portfolio or
    a Viva is the two markers' to agree, with reasons (F5). They are told. Raises NotAllowed as `confirm_outcome`,
    TooLate when it is released or superseded, StaleText, Invalid without a reason.
    """
    outcome = _lock(outcome_id)
    require(access.can_query(by, outcome, london_date(now)))
    as_seen(seen, queries.outcome_digest(outcome))
    why = want(reason, "reason", "Say what you doubt; the moderator reads it.")
    made = OutcomeQuery.objects.create(outcome=outcome, reason=why, queried_at=now, queried_by=by)
    change_state(outcome, OUTCOME_MOVES, "supersede")
    if outcome.stage == Stage.FIRST_YEAR:
        _back_to_moderator(outcome, why, by, now)
    else:
        _made_again(outcome)
    note("outcome.queried", outcome.record, outcome, by=by, now=now, words=why, state=str(outcome.state))
    for person in holders(outcome.record, now, *MAKERS[outcome.stage]):
        more = {"outcome": outcome, "reason": why}
        tell(notices.QUERIED, outcome.record, person, about=outcome, now=now, key=str(made.pk), **more)
    return made


@transaction.atomic
def release_outcome(*, by: User, now: datetime, outcome_id: int, seen: str) -> Outcome:
    """Another member of the office releases a confirmed outcome as it was `seen`; now the trainee reads it (F1).

    It is made anew from its facts first (quality rule 10). Its milestones are reached (M); a pass of the first year
    opens the second (Y). Trainee, supervisor, co-ordinator and External Moderator are told, each once. Raises
    NotAllowed as `confirm_outcome` and for whoever confirmed it, TooLate when it is not confirmed, does not agree with
    its facts, or the gate of a first-year pass is closed again, StaleText when it changed meanwhile.
    """
    outcome = _lock(outcome_id)
    require(access.can_release(by, outcome, london_date(now)))
    _as_it_is(outcome, seen)
    rows = Outcome.objects.filter(pk=outcome.pk)
    move_rows(rows, OUTCOME_MOVES, "release", released_at=now, released_by=by)
    _again(outcome)
    note(
        "outcome.released",
        outcome.record,
        outcome,
        by=by,
        now=now,
        stage=str(outcome.stage),
        attempt=outcome.attempt,
        result=str(outcome.result),
        content=outcome.content_sha256,
    )
    _what_opens(outcome, by, now)
    _tell_released(outcome, now)
    return outcome


@transaction.atomic
def end_record(*, by: User, now: datetime, outcome_id: int, seen: str) -> Outcome:
    """The office ends a record as not completed: the released outcome was the last attempt, or the re-attempt at the
    first year was not put forward in time (F6, Y).

    Raises NotAllowed outside the office and for whoever has a part in the assessment, TooLate while an attempt is
    left or when the record has ended, StaleText when the outcome changed meanwhile.
    """
    outcome, today = _lock(outcome_id), london_date(now)
    none_left = queries.none_left(outcome, today)
    require(access.can_end(by, outcome, none_left=none_left, today=today))
    as_seen(seen, queries.outcome_digest(outcome))
    training.end_not_completed(by=by, now=now, record_id=outcome.record_id)
    return outcome


# --- steps ---


def _lock(outcome_id: int) -> Outcome:
    """An outcome of a locked record, as it is now."""
    return lock_with_record(Outcome, outcome_id)


def _as_it_is(outcome: Outcome, seen: str) -> None:
    """What was seen is what is there, and it still agrees with its facts."""
    as_seen(seen, queries.outcome_digest(outcome))
    require(queries.gate_still_open(outcome))
    require(queries.stands(outcome))


def _again(outcome: Outcome) -> None:
    outcome.refresh_from_db(fields=["state", "confirmed_at", "confirmed_by", "released_at", "released_by"])


def _back_to_moderator(outcome: Outcome, why: str, by: User, now: datetime) -> None:
    """The attempt lies with the External Moderator again, and what they decide next makes another outcome (Y)."""
    rows = FirstYear.objects.select_for_update(no_key=True).filter(record=outcome.record, attempt=outcome.attempt)
    row = rows.get()
    FirstYearReturn.objects.create(first_year=row, from_office=True, reason=why, returned_at=now, returned_by=by)
    change_state(row, FIRST_YEAR_MOVES, "query")


def _made_again(outcome: Outcome) -> None:
    """The attempt at a final stage is to be sealed anew, or its result agreed by its markers (F2, F5)."""
    rows = StageAttempt.objects.filter(record=outcome.record, stage=outcome.stage, attempt=outcome.attempt)
    step = "reopen" if outcome.stage == Stage.PRACTICAL else "ask_again"
    change_state(rows.get(), STAGE_MOVES, step)


def _what_opens(outcome: Outcome, by: User, now: datetime) -> None:
    """Milestones, and the second year after a pass of the first (M, Y)."""
    passed, first_year = outcome.result == Result.PASS, outcome.stage == Stage.FIRST_YEAR
    reached = REACHED[outcome.stage] if passed else REACHED[outcome.stage][:1] if first_year else ()
    training.reach_milestones(by=by, now=now, record_id=outcome.record_id, kinds=reached)
    if passed and first_year:
        training.open_year_two(by=by, now=now, record_id=outcome.record_id)


def _tell_released(outcome: Outcome, now: datetime) -> None:
    """One mail to each: the trainee in their own words, those around them in others."""
    record, key = outcome.record, str(outcome.pk)
    until = appeal_until(now, numbers_of(record.rules))
    more = {"outcome": outcome, "appeal_until": until}
    tell(notices.RELEASED, record, record.trainee, about=outcome, now=now, key=key, **more)
    for person in queries.told_on_release(outcome, london_date(now)):
        tell(notices.RELEASED_AROUND, record, person, about=outcome, now=now, key=key, outcome=outcome)
