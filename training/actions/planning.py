"""The training plan, tailored by trainee and Training Supervisor and signed by both, version by version (T1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from training import access, notices, queries
from training.actions._steps import facts_of, holders, lock_item, lock_record, proof, role_of, tell
from training.models import PlanAgreement, PlanItem, TrainingRecord
from training.queries import PlanStanding
from training.states import AppointmentKind, PlanState

STATEMENT = "I agree this version of the training plan: how, where, with whom and by when each competency is reached."
COLUMNS = queries.PLAN_COLUMNS


class PlanRowChanged(TooLate):
    """What the plan says of a competency is not what its page showed any more; both texts can be shown."""


@transaction.atomic
def tailor_item(*, by: User, now: datetime, item_id: int, seen: str, values: Mapping[str, Any]) -> PlanItem:
    """Change how, where, with whom and by when one competency is reached (T1); `seen` is the digest of the row shown.

    Raises NotAllowed for others, PlanRowChanged when somebody changed it since, Invalid for a day outside the training.
    """
    item = lock_item(item_id)
    require(access.can_tailor(by, item.record, london_date(now)))
    if seen != queries.item_digest(item):
        raise PlanRowChanged("Somebody changed this row since you opened it.")
    if not item.record.start_on <= values["by_on"] <= item.record.expected_end_on:
        raise Invalid("This day lies outside the training.", "by_on")
    before = {name: getattr(item, name) for name in COLUMNS}
    for name in COLUMNS:
        setattr(item, name, values[name])
    item.planned_at = now
    item.save(update_fields=[*COLUMNS, "planned_at"])
    words = {"was": facts_of(before), "is": facts_of({name: values[name] for name in COLUMNS})}
    audit("training.plan.tailored", by=by, at=now, about=item, within=item.record.trainee_id, words=words)
    return item


@transaction.atomic
def move_in_plan(*, by: User, now: datetime, item_id: int, seen: str, up: bool) -> PlanItem:
    """Move a competency one place up or down among those of its group (T1); `seen` is the digest of the order shown.

    The order is part of the plan, so another one waits for both signatures. A press that was carried out already does
    nothing more. Raises NotAllowed for others, TooLate when the order is another one since, or at the end of the group.
    """
    item = lock_item(item_id)
    require(access.can_tailor(by, item.record, london_date(now)))
    rows = queries.group_of(item)
    was = next(place for place, row in enumerate(rows) if row.pk == item.pk)
    place = was - 1 if up else was + 1
    if seen != queries.order_digest(rows):
        if seen == queries.order_digest(_swapped(rows, was, was + 1 if up else was - 1)):
            return item
        raise TooLate("Somebody moved a competency of this group since you opened the plan. Look at the order again.")
    if not 0 <= place < len(rows):
        raise TooLate(f"It is the {'first' if up else 'last'} of its group already.")
    one, other = rows[was], rows[place]
    one.position, other.position = other.position, one.position
    one.planned_at = other.planned_at = now
    PlanItem.objects.bulk_update([one, other], ["position", "planned_at"])
    before, after = {"place": was + 1}, {"place": place + 1}
    audit("training.plan.moved", by=by, at=now, about=item, within=item.record.trainee_id, before=before, after=after)
    return one


def _swapped(rows: Sequence[PlanItem], was: int, place: int) -> Sequence[PlanItem]:
    """The order in which two of these have changed places; nothing where one of the places is none."""
    if not 0 <= place < len(rows):
        return []
    found = list(rows)
    found[was], found[place] = found[place], found[was]
    return found


@transaction.atomic
def agree_plan(
    *, by: User, now: datetime, record_id: int, seen: str, authentication: AuthenticationEvent
) -> PlanAgreement:
    """Trainee or supervisor signs the plan as it is; signed by both it is agreed, and the version kept (T1).

    `seen` is the digest of what the page showed. Raises NotAllowed for others, TooLate when the plan changed since or
    is signed by this person already, Invalid while a competency has no plan.
    """
    record = lock_record(record_id)
    require(access.can_tailor(by, record, london_date(now)))
    standing = queries.plan_standing(record)
    if seen != standing.digest:
        raise TooLate("The plan changed since you opened it. Read it again before you sign it.")
    if standing.has_signed(by.pk):
        raise DoneAlready("You have signed this version already.")
    if any(not row[name] for row in standing.content["items"] for name in COLUMNS):
        raise Invalid("Every competency needs how, where, with whom and by when before the plan is signed.")
    role = role_of(by, record, now)
    made = PlanAgreement.objects.create(
        record=record,
        version=standing.version,
        content=standing.content,
        meaning="agreed",
        statement=STATEMENT,
        **proof(by, now, authentication, role, standing.digest),
    )
    facts = {"version": made.version, "content": standing.digest}
    audit("training.plan.signed", by=by, at=now, about=made, within=record.trainee_id, after=facts)
    _tell_other(record, standing, made, by, now)
    return made


def _tell_other(record: TrainingRecord, standing: PlanStanding, made: PlanAgreement, by: User, now: datetime) -> None:
    """Whoever has not signed yet hears that the plan waits for them."""
    if standing.state == PlanState.PROPOSED:
        return
    others = [record.trainee, *holders(record, now, AppointmentKind.SUPERVISOR)]
    for person in others:
        if person.pk != by.pk:
            key = f"plan{made.pk}"
            told = {"by": by, "version": made.version}
            tell(notices.PLAN_SIGNED, record, person, about=made, now=now, key=key, **told)
