"""Changes of circumstances (E5): the trainee asks, sends or withdraws; the supervisor supports it or does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import TooLate, require
from ctts.documents.proving import ProvenFile
from training import access, notices
from training.actions._changes import check_change, fill, lock_change, tell_not_needed, tell_of_change, tell_office
from training.actions._practice import fresh, note, step, want
from training.actions._steps import holders, lock_record
from training.models import ChangeAnswer, ChangeRequest, TrainingDraft
from training.queries.changes import (
    CHANGE_FIELDS,
    change_digest,
    change_edit_key,
    change_key,
    effect_of,
    hears_of_withdrawal,
    written_digest,
)
from training.states import CHANGE_MOVES, CHANGES_TRAINING, AppointmentKind, ChangeKind, ChangeState

OPEN_ALREADY = "You have asked for this already, and it is not decided. Withdraw that request, or change it."


@transaction.atomic
def write_change(
    *,
    by: User,
    now: datetime,
    record_id: int,
    kind: ChangeKind,
    key: UUID,
    values: Mapping[str, Any],
    upload: ProvenFile | None = None,
) -> ChangeRequest:
    """Write down what is asked for; nobody else reads it until it is sent. The same `key` again: the same one (E5).

    `values` are those that the kind asks for, and the reason. Raises NotAllowed for anybody but the trainee, TooLate
    when training has ended or one of the kind is open, Invalid beside its field for what cannot be asked for.
    """
    record = lock_record(record_id)
    require(access.can_ask_for_change(by, record))
    known = ChangeRequest.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    change = ChangeRequest(record=record, kind=kind, key=key, written_at=now)
    fill(change, values, upload, by, now)
    with taken_means(TooLate(OPEN_ALREADY)):
        change.save(force_insert=True)
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=change_key(record.pk, kind))
    note("change.written", record, change, by=by, now=now, kind=str(kind))
    return change


@transaction.atomic
def rewrite_change(
    *,
    by: User,
    now: datetime,
    change_id: int,
    seen: str,
    values: Mapping[str, Any],
    upload: ProvenFile | None = None,
) -> ChangeRequest:
    """Change a request that is not sent, as it was `seen`; without an `upload` its file stays (E5).

    Raises NotAllowed, TooLate once it is sent, StaleText when it changed meanwhile, Invalid as `write_change`.
    """
    change = lock_change(change_id)
    require(access.can_write_change(by, change))
    fresh(seen, written_digest(change))
    fill(change, values, upload, by, now)
    change.written_at = now
    change.save(update_fields=[*CHANGE_FIELDS, "document", "written_at"])
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=change_edit_key(change.pk))
    note("change.rewritten", change.record, change, by=by, now=now)
    return change


@transaction.atomic
def send_change(*, by: User, now: datetime, change_id: int, seen: str) -> ChangeRequest:
    """Send a request with the effect that was `seen`: to the supervisor where training changes, else to the office.

    Where no supervisor is appointed it goes to the office at once (E5). Raises NotAllowed, TooLate when it was sent,
    StaleText when it or its effect is not what was shown, Invalid for what can no longer be asked for.
    """
    change = lock_change(change_id)
    require(access.can_write_change(by, change))
    today = london_date(now)
    check_change(change, today)
    fresh(seen, change_digest(change, effect_of(change, today)))
    supervisors = holders(change.record, now, AppointmentKind.SUPERVISOR) if change.kind in CHANGES_TRAINING else []
    name = "ask_support" if supervisors else "ask_decision"
    step(change, CHANGE_MOVES, name, what="change.sent", by=by, now=now, columns={"sent_at": now})
    for person in supervisors:
        tell_of_change(notices.CHANGE_ASKED, change, person, now)
    if not supervisors:
        tell_office(change, now)
    return change


@transaction.atomic
def withdraw_change(*, by: User, now: datetime, change_id: int) -> ChangeRequest:
    """The trainee withdraws a request until it is decided; one that was not sent is put away (E5).

    A supervisor for whose word it waited is told; once it lay with the office, so are the supervisor who spoke to it
    and the office. Raises NotAllowed for anybody else, TooLate once it is decided or withdrawn.
    """
    change = lock_change(change_id)
    require(access.can_withdraw_change(by, change))
    waited, told = change.state == ChangeState.AWAITING_SUPPORT, hears_of_withdrawal(change, london_date(now))
    step(change, CHANGE_MOVES, "withdraw", what="change.withdrawn", by=by, now=now)
    if waited:
        tell_not_needed(change, by, now)
    for person in told:
        tell_of_change(notices.CHANGE_WITHDRAWN, change, person, now)
    return change


@transaction.atomic
def answer_change(*, by: User, now: datetime, change_id: int, seen: str, supports: bool, words: str) -> ChangeRequest:
    """The supervisor supports a request or does not; either way it goes to the office, with these words (E5).

    Raises NotAllowed for anybody but the current supervisor, TooLate when it no longer waits for them, StaleText when
    its effect is not what was shown, Invalid when it is not supported without words.
    """
    change = lock_change(change_id)
    today = london_date(now)
    require(access.can_answer_change(by, change, today))
    fresh(seen, change_digest(change, effect_of(change, today)))
    said = words.strip() if supports else want(words, "words", "Say why you do not support it; the trainee reads it.")
    ChangeAnswer.objects.create(change=change, supports=supports, words=said, answered_at=now, answered_by=by)
    step(change, CHANGE_MOVES, "support", what="change.answered", by=by, now=now, words=said, supports=supports)
    tell_of_change(notices.CHANGE_ANSWERED, change, change.record.trainee, now)
    tell_office(change, now)
    return change
