"""DOPS (T5, T11): asked for or started, approved, filled in step by step, signed, acknowledged, declined, voided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.verdict import Invalid, TooLate, require
from ctts.scheme.models import DopsForm
from ctts.scheme.queries import numbers_of
from training import access, notices
from training.actions._external import (
    approve_one,
    end_one,
    forget_typed,
    lock_dops,
    lock_external,
    open_external,
    write_to,
)
from training.actions._handing import lock_hand_over
from training.actions._practice import answered, form_for, fresh, keep_answer, note, step, want
from training.actions._steps import forget_draft, holders, lock_record, proof, tell
from training.models import Dops, DopsScore, DopsSignature, ExternalAssessor, HandOver, PlanItem, TrainingRecord
from training.queries.dops import (
    concerned_by_end,
    dops_digest,
    dops_step_key,
    items_of_step,
    missing_of,
    scores_digest,
    scores_of,
    step_digest,
)
from training.queries.dops_scanned import identifiers_in_dops, identifiers_in_words
from training.rules import day_fault, not_applicable_words, too_many_not_applicable
from training.states import DOPS_MOVES, AppointmentKind, AssessorKind, DopsState, ExternalEnd

DOPS_SIGNED_WORDS = "I observed this procedure myself on the day given; these scores and words are my own judgement."
DOPS_ACKNOWLEDGED_WORDS = "I have read this assessment and talked about it with the assessor."
DOPS_APPROVED_WORDS = "I approve this person as suitable to assess this DOPS: they are competent in the procedure."

HEADER = ("observed_on", "place", "procedure", "complexity", "setting", "item")
WORDS = ("overall", "done_well", "to_improve", "agreed_action")


@transaction.atomic
def request_dops(
    *, by: User, now: datetime, record_id: int, key: UUID, assessor: User, values: Mapping[str, Any]
) -> Dops:
    """The trainee asks the supervisor or a suitable person for a DOPS; the same `key` again gives the same one (T5).

    `values` may hold procedure, place and item. A suitable person is asked once the supervisor has approved them.
    Raises NotAllowed for anybody but the trainee, Invalid for an assessor who may not assess.
    """
    record = lock_record(record_id)
    require(access.can_request_dops(by, record))
    known = Dops.objects.filter(key=key).first()
    if known is not None:
        return known
    today = london_date(now)
    suitable = access.can_be_assessor(assessor, record, today)
    if not suitable:
        raise Invalid(suitable.reason, "assessor")
    kind = access.assessor_kind(assessor, record, today)
    if kind == AssessorKind.EXTERNAL_MODERATOR:
        raise Invalid("The External Moderator starts a DOPS of their own accord.", "assessor")
    _check_item(record, values.get("item"))
    dops = _open(record, by, now, key, assessor, kind, values)
    note("dops.requested", record, dops, by=by, now=now, assessor=assessor.pk, kind=str(kind))
    if kind == AssessorKind.COLLEAGUE:
        for supervisor in holders(record, now, AppointmentKind.SUPERVISOR):
            tell(notices.DOPS_APPROVAL, record, supervisor, about=dops, now=now, key=str(dops.pk), dops=dops)
    else:
        tell(notices.DOPS_ASKED, record, assessor, about=dops, now=now, key=str(dops.pk), dops=dops)
    return dops


@transaction.atomic
def start_dops(*, by: User, now: datetime, record_id: int, key: UUID, form: DopsForm | None = None) -> Dops:
    """The supervisor or the External Moderator starts a DOPS; the same `key` again gives the same one (T5, T11).

    `form` is the one with which it was filled in without signal; else it is the one that holds for the scope. Raises
    NotAllowed for anybody else, TooLate when training has ended.
    """
    record = lock_record(record_id)
    today = london_date(now)
    require(access.can_start_dops(by, record, today))
    require(access.can_be_assessor(by, record, today))
    known = Dops.objects.filter(key=key).first()
    if known is not None:
        return known
    kind = access.assessor_kind(by, record, today)
    dops = _open(record, by, now, key, by, kind, {}, form)
    step(dops, DOPS_MOVES, "start", what="dops.started", by=by, now=now, kind=str(kind))
    return dops


@transaction.atomic
def approve_assessor(*, by: User, now: datetime, dops_id: int, authentication: AuthenticationEvent) -> Dops:
    """The supervisor approves a suitable person for this DOPS; only then are they asked, or sent a link (T5).

    Raises NotAllowed for anybody else and for the assessor, TooLate when nothing waits for it, Invalid for an external
    person whose address has an account.
    """
    dops = _lock(dops_id)
    record = dops.record
    require(access.can_approve_assessor(by, dops, london_date(now)))
    if dops.assessor_kind == AssessorKind.EXTERNAL:
        named = cast(ExternalAssessor, open_external(dops))
        return approve_one(named, by=by, now=now, authentication=authentication).dops
    assessor = cast(User, dops.assessor)
    require(access.can_be_assessor(assessor, record, london_date(now)))
    dops.approved_at, dops.approved_by = now, by
    dops.save(update_fields=["approved_at", "approved_by"])
    digest = sha256({"dops": dops.pk, "assessor": assessor.pk, "procedure": dops.procedure})
    DopsSignature.objects.create(
        dops=dops,
        meaning="approved",
        statement=DOPS_APPROVED_WORDS,
        **proof(by, now, authentication, "Training Supervisor", digest),
    )
    note("dops.approved", record, dops, by=by, now=now, assessor=assessor.pk)
    tell(notices.DOPS_ASKED, record, assessor, about=dops, now=now, key=str(dops.pk), dops=dops)
    return dops


@transaction.atomic
def save_header(*, by: access.Doer, now: datetime, dops_id: int, values: Mapping[str, Any], seen: str) -> Dops:
    """Step 1: what was observed; saving a step begins what was asked for (T5).

    `values` holds HEADER, `seen` the digest of the step as the page showed it. Raises NotAllowed, TooLate once signed,
    StaleText, Invalid for a day that cannot be or another's competency.
    """
    dops = _writable(by, now, dops_id)
    fresh(seen, step_digest(dops, 1))
    _check_item(dops.record, values["item"])
    _check_day(dops.record, values["observed_on"], london_date(now))
    for name in HEADER:
        setattr(dops, name, values[name])
    dops.save(update_fields=list(HEADER))
    forget_draft(by, dops_step_key(dops.pk, 1))
    note("dops.step_saved", dops.record, dops, by=by, now=now, step=1)
    return dops


@transaction.atomic
def save_scores(
    *, by: access.Doer, now: datetime, dops_id: int, step_number: int, scores: Mapping[int, int | None], seen: str
) -> Dops:
    """Step 2 or 3: the scores by id of the item, None for not applicable; items left out stay unjudged (T5).

    Raises NotAllowed, TooLate once signed, StaleText, Invalid for an item of another form, a score that is none, or
    more than three not applicable in all.
    """
    dops = _writable(by, now, dops_id)
    items, known = items_of_step(dops, step_number), scores_of(dops)
    fresh(seen, scores_digest(items, known))
    numbers = numbers_of(dops.record.rules)
    own = {item.pk for item in items}
    if not set(scores) <= own:
        raise Invalid("This item does not belong to the step.")
    if any(score is not None and not 0 <= score <= numbers.dops_item_most for score in scores.values()):
        raise Invalid(f"A score is 0 to {numbers.dops_item_most}, or not applicable.")
    others = [score for item, score in known.items() if item not in own]
    if too_many_not_applicable([*others, *scores.values()], numbers):
        raise Invalid(not_applicable_words(numbers))
    DopsScore.objects.filter(dops=dops, item__in=own).delete()
    DopsScore.objects.bulk_create(DopsScore(dops=dops, item_id=item, score=score) for item, score in scores.items())
    forget_draft(by, dops_step_key(dops.pk, step_number))
    note("dops.step_saved", dops.record, dops, by=by, now=now, step=step_number)
    return dops


@transaction.atomic
def save_words(*, by: access.Doer, now: datetime, dops_id: int, values: Mapping[str, Any], seen: str) -> Dops:
    """Step 4: the overall judgement, done well, to improve, agreed action (T5).

    Raises NotAllowed, TooLate once signed, StaleText.
    """
    dops = _writable(by, now, dops_id)
    fresh(seen, step_digest(dops, 4))
    for name in WORDS:
        setattr(dops, name, values[name])
    dops.save(update_fields=list(WORDS))
    forget_draft(by, dops_step_key(dops.pk, 4))
    note("dops.step_saved", dops.record, dops, by=by, now=now, step=4)
    return dops


@transaction.atomic
def sign_dops(
    *,
    by: User,
    now: datetime,
    dops_id: int,
    seen: str,
    authentication: AuthenticationEvent,
    post: str,
    registration: str = "",
    answer: str = "",
) -> Dops:
    """Step 5: the assessor signs the DOPS as it was `seen`, with post and registration number (T5).

    Where the scan finds what may identify a patient, `answer` says why nobody can be (quality rule 17). Raises
    NotAllowed, TooLate when it is signed or anything is missing, StaleText when it changed meanwhile, Invalid.
    """
    dops = _lock(dops_id)
    require(access.can_sign_dops(by, dops, london_date(now)))
    fresh(seen, dops_digest(dops))
    missing = missing_of(dops)
    if missing:
        raise TooLate(f"This DOPS is not complete. {missing[0].words}")
    said = answered(identifiers_in_dops(dops), answer)
    dops.assessor_name, dops.assessor_post = by.full_name, want(post, "post", "Give your post.")
    dops.assessor_registration = registration.strip()
    dops.save(update_fields=["assessor_name", "assessor_post", "assessor_registration"])
    columns = proof(by, now, authentication, dops.get_assessor_kind_display(), dops_digest(dops))
    signature = DopsSignature.objects.create(dops=dops, meaning="assessed", statement=DOPS_SIGNED_WORDS, **columns)
    keep_answer(signature, said)
    step(dops, DOPS_MOVES, "sign", what="dops.signed", by=by, now=now)
    trainee = dops.record.trainee
    tell(notices.DOPS_SIGNED, dops.record, trainee, about=dops, now=now, key=str(dops.pk), dops=dops)
    return dops


@transaction.atomic
def acknowledge_dops(
    *,
    by: User,
    now: datetime,
    dops_id: int,
    seen: str,
    comment: str,
    authentication: AuthenticationEvent,
    answer: str = "",
) -> Dops:
    """The trainee acknowledges what the assessor signed, with a comment if they like; it stands in the log (T5).

    Where the scan finds in the comment what may identify a patient, `answer` says why nobody can be (quality rule 17).
    Raises NotAllowed, TooLate when it is not to be acknowledged, StaleText when it is not what was seen, Invalid.
    """
    dops = _lock(dops_id)
    require(access.can_acknowledge_dops(by, dops))
    fresh(seen, dops_digest(dops))
    said = answered(identifiers_in_words(comment), answer)
    dops.trainee_comment = comment.strip()
    dops.save(update_fields=["trainee_comment"])
    columns = proof(by, now, authentication, "Trainee", seen)
    given = {"meaning": "acknowledged", "statement": DOPS_ACKNOWLEDGED_WORDS, **columns}
    keep_answer(DopsSignature.objects.create(dops=dops, **given), said)
    step(dops, DOPS_MOVES, "acknowledge", what="dops.acknowledged", by=by, now=now)
    return dops


@transaction.atomic
def decline_dops(*, by: User, now: datetime, dops_id: int, reason: str) -> Dops:
    """The assessor, or the supervisor for a person who is not suitable, declines; the trainee reads why (T5).

    Raises NotAllowed, TooLate when it is signed or ended, Invalid without a reason.
    """
    dops = _lock(dops_id)
    require(access.can_decline_dops(by, dops, london_date(now)))
    why = want(reason, "reason", "Say why; the trainee reads it.")
    columns = {"reason": why}
    _shut_link(dops, by, now)
    step(dops, DOPS_MOVES, "decline", what="dops.declined", by=by, now=now, words=why, columns=columns)
    _tell_ended(dops, by, now)
    return dops


@transaction.atomic
def void_dops(*, by: User, now: datetime, dops_id: int, reason: str) -> Dops:
    """A DOPS is voided with a reason: it stays on record, struck, and counts no more (T5).

    Raises NotAllowed, TooLate when it has ended already, Invalid without a reason.
    """
    dops = _lock(dops_id)
    require(access.can_void_dops(by, dops, london_date(now)))
    why = want(reason, "reason", "Say why; trainee and assessor read it.")
    columns = {"reason": why}
    _shut_link(dops, by, now)
    step(dops, DOPS_MOVES, "void", what="dops.voided", by=by, now=now, words=why, columns=columns)
    _tell_ended(dops, by, now)
    return dops


# --- steps ---


def _shut_link(dops: Dops, by: User, now: datetime) -> None:
    """An external person's link opens nothing any more when their DOPS is declined or voided; they are told."""
    external = open_external(dops)
    forget_typed(dops)
    if external is None:
        return
    end_one(external, ExternalEnd.TAKEN_BACK, now)
    if external.approved_at is not None:
        write_to(external, notices.DOPS_LINK_TAKEN_BACK, now, by=by)


def _lock(dops_id: int) -> Dops:
    """A DOPS of a locked record, as it is now."""
    return lock_dops(dops_id)


def _writable(by: access.Doer, now: datetime, dops_id: int) -> Dops:
    """A locked DOPS on which its assessor may write; one that was asked for begins with the first step saved."""
    if isinstance(by, ExternalAssessor):
        external = lock_external(by.pk)
        require(access.can_write_by_link(external, now))
        dops = external.dops
    elif isinstance(by, HandOver):
        handed = lock_hand_over(by.pk)
        require(access.can_write_handed(handed, now))
        dops = handed.dops
    else:
        dops = _lock(dops_id)
        require(access.can_write_dops(by, dops, london_date(now)))
    if dops.state == DopsState.REQUESTED:
        step(dops, DOPS_MOVES, "start", what="dops.started", by=by, now=now, kind=str(dops.assessor_kind))
    return dops


def _open(
    record: TrainingRecord,
    by: User,
    now: datetime,
    key: UUID,
    assessor: User,
    kind: AssessorKind,
    values: Mapping[str, Any],
    form: DopsForm | None = None,
) -> Dops:
    return Dops.objects.create(
        record=record,
        form=form or form_for(record.scope, now),
        asked_by=by,
        asked_at=now,
        assessor=assessor,
        assessor_kind=kind,
        assessor_name=assessor.full_name,
        procedure=values.get("procedure", ""),
        place=values.get("place", ""),
        item=values.get("item"),
        key=key,
    )


def _check_item(record: TrainingRecord, item: PlanItem | None) -> None:
    if item is not None and item.record_id != record.pk:
        raise Invalid("Choose a competency of this training record.", "item")


def _check_day(record: TrainingRecord, observed_on: date | None, today: date) -> None:
    if observed_on is None:
        raise Invalid("Say on which day you observed it.", "observed_on")
    if fault := day_fault(observed_on, record.start_on, today):
        raise Invalid(fault, "observed_on")


def _tell_ended(dops: Dops, by: User, now: datetime) -> None:
    """Trainee and assessor hear that it ended, but for the one who did it."""
    for person in concerned_by_end(dops, by):
        tell(notices.DOPS_ENDED, dops.record, person, about=dops, now=now, key=str(dops.pk), dops=dops, by=by)
