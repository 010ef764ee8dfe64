"""Accreditation of a centre for a scope: applied for, decided, ended (C1, C3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.moves import change_state
from ctts.common.races import taken_means
from ctts.common.templatetags.formats import day
from ctts.common.verdict import Invalid, TooLate, require
from ctts.organisations.access import holds
from ctts.organisations.models import Organisation
from ctts.organisations.states import Role
from ctts.scheme import access, notices
from ctts.scheme.actions._accrediting import (
    close_application,
    facts_of,
    locked,
    note_step,
    renew_with_draft,
    tell_coordinators,
)
from ctts.scheme.models import Accreditation, AccreditationCondition, AccreditationStep, Scope
from ctts.scheme.queries import (
    accreditation_version,
    first_day_of,
    held_before,
    is_followed,
    numbers_on,
    open_conditions_of,
    open_draft,
    told_of_end,
    told_of_grant,
    valid_days_beside,
)
from ctts.scheme.rules import accreditation_end, accreditation_valid, gap_before
from ctts.scheme.states import ACCREDITATION_MOVES

Ending = Literal["suspend", "expire", "withdraw"]


@transaction.atomic
def apply_for_accreditation(
    *, by: User | None, now: datetime, organisation: Organisation, scope: Scope, past_draft: bool = True
) -> Accreditation:
    """The co-ordinator of a centre applies for accreditation in a scope; the office may enter it too (C1, C3).

    Raises NotAllowed for anyone else, TooLate while an application for the same scope waits, Invalid while the centre
    writes one with checklist and documents that is not meant to be passed by (`past_draft`).
    """
    today = london_date(now)
    if by is not None and not holds(by, Role.OFFICE, today):
        require(access.can_apply_for(by, organisation, today))
    draft = None if past_draft else open_draft(organisation, scope)
    if draft is not None:
        raise Invalid(
            f"The centre is writing an application for this scope itself, begun on {day(draft.begun_at)}: it brings "
            "its checklist and documents. Ask them to send it, or tick below that this one is entered all the same.",
            "scope",
        )
    taken = TooLate(f"{organisation} has applied for {scope} already; that application waits for its decision.")
    with taken_means(taken):
        accreditation = Accreditation.objects.create(organisation=organisation, scope=scope)
    note_step(accreditation, by=by, now=now)
    record("scheme.accreditation.applied", by=by, at=now, about=accreditation, after=facts_of(accreditation))
    return accreditation


DAYS_PUT_RIGHT = "Days put right:"
DECIDED_MEANWHILE = "It was decided, or changed, since you opened the page. Yours was not taken."


@transaction.atomic
def decide_accreditation(
    *,
    by: User | None,
    now: datetime,
    accreditation_id: int,
    accredit: bool,
    starts_on: date | None = None,
    ends_on: date | None = None,
    conditions: Sequence[tuple[str, date]] = (),
    with_conditions: bool = False,
    with_gap: bool = False,
    reason: str = "",
    seen: str = "",
) -> Accreditation:
    """Accredit (with `conditions`, each with its day, beside those not met yet) or decline; five years by default (C1).

    The Training Co-ordinators are mailed, in the set-up of a system (`by` None) nobody is; what the centre writes for
    the scope itself renews what is granted. `seen` is the state that the page showed. Raises NotAllowed outside the
    office and for one's own centre, Invalid for dates out of order or overlapping, a renewal with a gap that is not
    meant (`with_gap`), conditions that it would drop, and a refusal without a reason, TooLate when it is decided or
    somebody changed it since.
    """
    accreditation, today = locked(accreditation_id), london_date(now)
    require(access.can_decide_accreditation(by, accreditation, today))
    _require_seen(accreditation, seen)
    before = facts_of(accreditation)
    _want_reason(reason, by is not None and not accredit)
    if accredit:
        _give_days(accreditation, starts_on, ends_on, today, asked=by is not None and not with_gap)
        _require_to_come(ends_on, by, today)
        _set_conditions(accreditation, conditions, with_conditions, by, now)
    step = _step(accreditation, accredit)
    with taken_means(Invalid("The centre is accredited for this scope in these years already.", "starts_on")):
        columns = {name: getattr(accreditation, name) for name in ("starts_on", "ends_on", "conditions")}
        change_state(accreditation, ACCREDITATION_MOVES, step, **columns)
    close_application(accreditation)
    noted = note_step(accreditation, by=by, now=now, words=reason)
    _record(step, accreditation, by, now, before)
    _follow(noted, by, now, accredit=accredit)
    return accreditation


def _follow(noted: AccreditationStep, by: User | None, now: datetime, *, accredit: bool) -> None:
    """What the centre writes for the scope renews what is granted; its Training Co-ordinators are mailed, and the apps
    hear of what is granted (C3)."""
    draft_from = renew_with_draft(noted.accreditation, by=by, now=now) if accredit else None
    if by is not None:
        tell_coordinators(notices.DECIDED, noted, now, draft_from)
    for tell in told_of_grant if accredit else ():
        tell(noted.accreditation, by, now)


@transaction.atomic
def correct_accreditation_days(
    *,
    by: User,
    now: datetime,
    accreditation_id: int,
    starts_on: date | None,
    ends_on: date | None,
    reason: str,
    seen: str = "",
) -> Accreditation:
    """Put the days of a plain accreditation right: it stays what it is, and the Training Co-ordinators read why (C1).

    A day that is not given stays. Raises NotAllowed outside the office and for one's own centre, TooLate for one that
    is not plainly accredited or was changed since the page (`seen`), Invalid without a reason, for the same days, days
    out of order or overlapping, and for days that would end it today: that is what suspending and withdrawing are for.
    """
    accreditation, today = locked(accreditation_id), london_date(now)
    require(access.can_correct_days(by, accreditation, today))
    _require_seen(accreditation, seen)
    _want_reason(reason, True)
    before, was = _days_of(accreditation), _is_valid(accreditation, today)
    _give_days(
        accreditation, starts_on or accreditation.starts_on, ends_on or accreditation.ends_on, today, asked=False
    )
    if (after := _days_of(accreditation)) == before:
        raise Invalid("These are the days it has. Give the right ones.", "ends_on")
    if was and not _is_valid(accreditation, today):
        raise Invalid("Today would be outside these days. To end it now, suspend or withdraw it.", "ends_on")
    with taken_means(Invalid("The centre is accredited for this scope in these years already.", "starts_on")):
        accreditation.save(update_fields=["starts_on", "ends_on"])
    noted = note_step(accreditation, by=by, now=now, words=f"{DAYS_PUT_RIGHT} {_said(accreditation)}. {reason}")
    record("scheme.accreditation.days", by=by, at=now, about=accreditation, before=before, after=after)
    _follow(noted, by, now, accredit=True)
    return accreditation


def _days_of(accreditation: Accreditation) -> dict[str, object]:
    return {"starts_on": str(accreditation.starts_on), "ends_on": str(accreditation.ends_on)}


def _said(accreditation: Accreditation) -> str:
    """The days of one that is granted, in words."""
    return " through ".join(in_words(on) for on in (accreditation.starts_on, accreditation.ends_on) if on)


def _is_valid(accreditation: Accreditation, today: date) -> bool:
    return accreditation_valid(accreditation.state, accreditation.starts_on, accreditation.ends_on, today)


@transaction.atomic
def end_accreditation(
    *, by: User | None, now: datetime, accreditation_id: int, how: Ending, reason: str = "", seen: str = ""
) -> Accreditation:
    """Suspend, withdraw, or (the calendar, after its last day) expire; trainees already enrolled keep training (C1).

    The Training Co-ordinators are mailed, but for an expiry where another accreditation follows on; of a suspension or
    withdrawal whoever's application it stops, too. `seen` is the state that the page showed. Raises NotAllowed
    outside the office and for one's own centre, Invalid where the office gives no reason, TooLate from a state in which
    that means nothing, and when somebody decided or changed it since.
    """
    accreditation = locked(accreditation_id)
    require(access.can_decide_accreditation(by, accreditation, london_date(now)))
    _require_seen(accreditation, seen)
    before = facts_of(accreditation)
    if how == "expire" and (accreditation.ends_on is None or accreditation.ends_on >= london_date(now)):
        raise TooLate("It is valid through its last day.")
    _want_reason(reason, by is not None and how != "expire")
    followed = how == "expire" and is_followed(accreditation)
    change_state(accreditation, ACCREDITATION_MOVES, how)
    close_application(accreditation)
    noted = note_step(accreditation, by=by, now=now, words=reason)
    _record(how, accreditation, by, now, before)
    if not followed:
        tell_coordinators(notices.EXPIRED if how == "expire" else notices.ENDED, noted, now)
    if how != "expire":
        for tell in told_of_end:
            tell(accreditation, by, now)
    return accreditation


def _record(step: str, accreditation: Accreditation, by: User | None, now: datetime, before: dict[str, object]) -> None:
    after = facts_of(accreditation)
    record(f"scheme.accreditation.{step}", by=by, at=now, about=accreditation, before=before, after=after)


def _step(accreditation: Accreditation, accredit: bool) -> str:
    return ("accredit_with_conditions" if accreditation.conditions else "accredit") if accredit else "decline"


def _require_seen(accreditation: Accreditation, seen: str) -> None:
    if seen and seen != accreditation_version(accreditation):
        raise TooLate(f"{DECIDED_MEANWHILE} It is: {accreditation.get_state_display()}.")


def _require_no_gap(accreditation: Accreditation, first: date | None, today: date, *, asked: bool) -> None:
    """Of a renewal: that it goes on where what is held ends, or that the gap is wanted (C3)."""
    if not asked or first is None or accreditation.starts_on is not None or not held_before(accreditation, today):
        return
    gap = gap_before(first, valid_days_beside(accreditation), today)
    if gap is not None:
        without = f"{in_words(gap[0])} through {in_words(gap[1])}"
        raise Invalid(
            f"This leaves a gap: from {without} nobody can apply there for {accreditation.scope}, and the centre is on "
            "no public list for it. Give the day after the last one, or tick below that they are left out.",
            "starts_on",
        )


def _give_days(
    accreditation: Accreditation, first: date | None, last: date | None, today: date, *, asked: bool
) -> None:
    """From when to when, both days included; without a gap and five years where no day is given (C1). `asked`: a gap
    has to be meant."""
    _require_no_gap(accreditation, first, today, asked=asked)
    accreditation.starts_on = first = first or first_day_of(accreditation, today)
    accreditation.ends_on = last or accreditation_end(first, numbers_on(today))
    if accreditation.ends_on < first:
        raise Invalid("The last day is before the first.", "ends_on")


def _require_to_come(ends_on: date | None, by: User | None, today: date) -> None:
    """Whoever decides grants days to come; the set-up of a system also brings in what is over."""
    if by is not None and ends_on is not None and ends_on < today:
        raise Invalid("This last day is over. Give one to come.", "ends_on")


def _require_before(unmet: Iterable[AccreditationCondition], last: date | None) -> None:
    """A condition that stands is to be met before the accreditation ends (C3)."""
    after = next((row for row in unmet if last is not None and row.due_on > last), None)
    if after is not None:
        words = f"Condition {after.number} is to be met by {day(after.due_on)}, which is after this day."
        raise Invalid(f"{words} Give a later day, or mark the condition met first.", "ends_on")


def _set_conditions(
    accreditation: Accreditation,
    named: Sequence[tuple[str, date]],
    with_conditions: bool,
    by: User | None,
    now: datetime,
) -> None:
    """Add the conditions that are named to those not met yet, with the numbers that follow (C3)."""
    unmet, today = open_conditions_of(accreditation), london_date(now)
    if unmet and not (named or with_conditions):
        numbers = ", ".join(str(row.number) for row in unmet)
        raise Invalid(f"Not met yet: condition {numbers}. Mark it met first, or accredit with conditions.", "decision")
    if with_conditions and not (named or unmet):
        raise Invalid("Name the conditions.", "condition_1")
    for place, (_, due_on) in enumerate(named, start=1):
        if due_on < today:
            raise Invalid("This day is over. Give one that can be kept.", f"due_{place}")
        if accreditation.ends_on is not None and due_on > accreditation.ends_on:
            raise Invalid(f"The accreditation ends on {day(accreditation.ends_on)}. Give a day before.", f"due_{place}")
    _require_before(unmet, accreditation.ends_on)
    last = accreditation.numbered_conditions.count()
    added = [
        AccreditationCondition(
            accreditation=accreditation, number=number, text=text, due_on=due_on, set_at=now, set_by=by
        )
        for number, (text, due_on) in enumerate(named, start=last + 1)
    ]
    AccreditationCondition.objects.bulk_create(added)
    accreditation.conditions = "\n".join(f"{row.number}. {row.text} (by {day(row.due_on)})" for row in [*unmet, *added])


def _want_reason(reason: str, wanted: bool) -> None:
    if wanted and not reason.strip():
        raise Invalid("Say why; the Training Co-ordinators read it.", "reason")
