"""Supervisor Reviews (T4): written, signed by the supervisor, acknowledged or sent back, submitted to the office."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._left import make_own, reason_to_discard, set_aside
from training.actions._practice import fresh, note, step, want, want_begun
from training.actions._steps import holders, lock_record, lock_with_record, proof, refuse_identifiers, tell
from training.models import (
    Concern,
    PlanItem,
    ReviewAction,
    ReviewConcern,
    ReviewSignature,
    SupervisorReview,
    TrainingDraft,
    TrainingRecord,
)
from training.queries.reviews import REVIEW_FIELDS, new_review_key, review_digest, review_key, standing_signature
from training.queries.unraised import concern_settled, is_unraised, raised_as
from training.states import REVIEW_MOVES, AppointmentKind

REVIEW_SIGNED_WORDS = "This is a true record of our meeting, and I have agreed its actions with the trainee."
REVIEW_ACKNOWLEDGED_WORDS = "I have read this record of our meeting and agree that it took place as written."
REVIEW_SENT_BACK_WORDS = (
    "I send this record back for the reason given; the supervisor's signature under it is withdrawn."
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """An action agreed in a meeting: what, who, by when."""

    text: str
    owner: str
    due_on: date | None = None


@transaction.atomic
def write_review(
    *,
    by: User,
    now: datetime,
    record_id: int,
    key: UUID,
    values: Mapping[str, Any],
    items: Collection[PlanItem] = (),
    actions: Sequence[Agreed] = (),
) -> SupervisorReview:
    """Write down a meeting, numbered within the record; the same `key` again gives the same review (T4).

    `values` holds REVIEW_FIELDS. Raises NotAllowed for anybody but the current supervisor, TooLate when training has
    ended, Invalid for days that cannot be.
    """
    record = lock_record(record_id)
    require(access.can_write_review(by, record, london_date(now)))
    known = SupervisorReview.objects.filter(key=key).first()
    if known is not None:
        return known
    _check(record, values, items, actions, now)
    last = SupervisorReview.objects.filter(record=record).aggregate(last=Max("number"))["last"]
    given = {name: values[name] for name in REVIEW_FIELDS}
    number = (last or 0) + 1
    review = SupervisorReview.objects.create(
        record=record, number=number, written_by=by, written_at=now, key=key, **given
    )
    _fill(review, items, actions)
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=new_review_key(record.pk))
    note("review.written", record, review, by=by, now=now, number=review.number, held_on=review.held_on.isoformat())
    return review


@transaction.atomic
def change_review(
    *,
    by: User,
    now: datetime,
    review_id: int,
    values: Mapping[str, Any],
    items: Collection[PlanItem],
    actions: Sequence[Agreed],
    seen: str,
) -> SupervisorReview:
    """Change a review that is not signed, as it was `seen` (its digest); its actions become exactly these (T4).

    Raises NotAllowed, TooLate once it is signed, StaleText when it changed meanwhile, Invalid as `write_review`.
    """
    review = _lock(review_id)
    require(access.can_change_review(by, review, london_date(now)))
    fresh(seen, review_digest(review))
    _check(review.record, values, items, actions, now)
    for name in REVIEW_FIELDS:
        setattr(review, name, values[name])
    review.written_by, review.written_at = by, now
    review.save(update_fields=[*REVIEW_FIELDS, "written_by", "written_at"])
    _fill(review, items, actions)
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=review_key(review.pk))
    note("review.changed", review.record, review, by=by, now=now)
    return review


@transaction.atomic
def take_over_review(*, by: User, now: datetime, review_id: int, seen: str) -> SupervisorReview:
    """A new supervisor makes the draft that a former one left their own: they stand under it, may change and sign it
    (T4).

    Raises NotAllowed, TooLate when it is signed, discarded or their own, StaleText when it is not as it was `seen`.
    """
    review = _lock(review_id)
    require(access.can_take_over_review(by, review, london_date(now)))
    fresh(seen, review_digest(review))
    make_own(review, what="review.taken_over", by=by, now=now)
    return review


@transaction.atomic
def discard_review(*, by: User, now: datetime, review_id: int, seen: str, reason: str) -> SupervisorReview:
    """A draft that nobody will sign is discarded, with a reason; what was written stays as it is (T4).

    Raises NotAllowed, TooLate when it is signed or discarded already, StaleText when it is not as it was `seen`,
    Invalid without a reason.
    """
    review = _lock(review_id)
    require(access.can_discard_review(by, review, london_date(now)))
    why = reason_to_discard(reason)
    fresh(seen, review_digest(review))
    given = {"what": "review.discarded", "form_key": review_key(review.pk), "why": why}
    set_aside(review, REVIEW_MOVES, by=by, now=now, **given)
    return review


@transaction.atomic
def sign_review(
    *, by: User, now: datetime, review_id: int, seen: str, authentication: AuthenticationEvent
) -> SupervisorReview:
    """The supervisor signs the review as it was `seen`; the trainee is asked to acknowledge it (T4).

    Raises NotAllowed, TooLate when it is signed already, StaleText when it changed meanwhile.
    """
    review = _lock(review_id)
    require(access.can_sign_review(by, review, london_date(now)))
    fresh(seen, review_digest(review))
    _sign(review, "signed", REVIEW_SIGNED_WORDS, by, now, authentication, "Training Supervisor", seen)
    step(review, REVIEW_MOVES, "sign", what="review.signed", by=by, now=now)
    trainee = review.record.trainee
    tell(notices.REVIEW_SIGNED, review.record, trainee, about=review, now=now, key=_event(review), review=review)
    return review


@transaction.atomic
def acknowledge_review(
    *, by: User, now: datetime, review_id: int, seen: str, comment: str, authentication: AuthenticationEvent
) -> SupervisorReview:
    """The trainee acknowledges what the supervisor signed, with a comment if they like (T4).

    Raises NotAllowed, TooLate when it is no longer to be acknowledged, StaleText when it is not what was signed.
    """
    review = _lock(review_id)
    require(access.can_acknowledge_review(by, review))
    _as_signed(review, seen)
    review.trainee_comment = comment.strip()
    review.save(update_fields=["trainee_comment"])
    _sign(review, "acknowledged", REVIEW_ACKNOWLEDGED_WORDS, by, now, authentication, "Trainee", seen)
    step(review, REVIEW_MOVES, "acknowledge", what="review.acknowledged", by=by, now=now)
    for supervisor in holders(review.record, now, AppointmentKind.SUPERVISOR):
        tell(
            notices.REVIEW_ACKNOWLEDGED,
            review.record,
            supervisor,
            about=review,
            now=now,
            key=_event(review),
            review=review,
        )
    return review


@transaction.atomic
def send_back_review(
    *, by: User, now: datetime, review_id: int, seen: str, reason: str, authentication: AuthenticationEvent
) -> SupervisorReview:
    """The trainee sends a signed review back with a reason: the signature is withdrawn and stays on record (T4).

    Raises NotAllowed, TooLate, StaleText as `acknowledge_review`, Invalid without a reason.
    """
    review = _lock(review_id)
    require(access.can_send_back_review(by, review))
    why = want(reason, "reason", "Say what should be changed; your supervisor reads it.")
    signature = _as_signed(review, seen)
    ReviewSignature.objects.create(
        review=review,
        withdraws=signature,
        reason=why,
        meaning="withdrawn",
        statement=REVIEW_SENT_BACK_WORDS,
        **proof(by, now, authentication, "Trainee", seen),
    )
    step(review, REVIEW_MOVES, "send_back", what="review.sent_back", by=by, now=now, words=why)
    for supervisor in holders(review.record, now, AppointmentKind.SUPERVISOR):
        tell(
            notices.REVIEW_SENT_BACK,
            review.record,
            supervisor,
            about=review,
            now=now,
            key=f"{review.pk}:{signature.pk}",
            review=review,
            reason=why,
        )
    return review


@transaction.atomic
def submit_review(*, by: User, now: datetime, review_id: int) -> SupervisorReview:
    """The supervisor submits to the office what both have signed (T4, Y4). Raises NotAllowed or TooLate."""
    review = _lock(review_id)
    require(access.can_submit_review(by, review, london_date(now)))
    columns = {"submitted_at": now}
    step(review, REVIEW_MOVES, "submit", what="review.submitted", by=by, now=now, columns=columns)
    return review


@transaction.atomic
def close_action(*, by: User, now: datetime, action_id: int) -> ReviewAction:
    """Trainee or supervisor close an agreed action: it is done and no longer carried on (T4).

    Raises NotAllowed, TooLate when it is closed, not agreed yet, or taken out of the review meanwhile.
    """
    action = _lock_action(action_id)
    require(access.can_close_action(by, action, london_date(now)))
    action.closed_at, action.closed_by = now, by
    action.save(update_fields=["closed_at", "closed_by"])
    note("review.action_closed", action.review.record, action, by=by, now=now, review=action.review_id)
    return action


@transaction.atomic
def settle_review_concern(
    *, by: User, now: datetime, review_id: int, reference: str = "", reason: str = ""
) -> ReviewConcern:
    """The supervisor says of the patient-safety concern of a signed review that it is raised already, under another
    `reference`, or that it is none after all, with a `reason`: then nobody is asked to raise it (T8). The same again
    gives the same.

    Raises NotAllowed for anybody else, TooLate when nothing is left to be raised, Invalid for a reference under which
    nothing is raised about this trainee, without a reason, or for one that may identify a patient.
    """
    review = _lock(review_id)
    require(access.can_settle_concern(by, review, london_date(now)))
    found = _raised_already(review.record, reference) if reference.strip() else None
    why = "" if found else want(reason, "reason", "Say why it is none; whoever reads the review reads this.")
    known = concern_settled(review)
    if known is not None and (known.settled_by_id, known.concern, known.reason) == (by.pk, found, why):
        return known
    if not is_unraised(review):
        raise TooLate("Nothing is left to be raised of this review: it was raised or settled meanwhile.")
    refuse_identifiers(why, "Your reason", "reason")
    given = {"spoken_of": review.patient_safety_reference, "concern": found, "reason": why}
    made = ReviewConcern.objects.create(review=review, settled_at=now, settled_by=by, **given)
    concern = found.pk if found else None
    note("review.concern_settled", review.record, review, by=by, now=now, words=why, concern=concern)
    return made


# --- steps ---


def _raised_already(record: TrainingRecord, reference: str) -> Concern:
    found = raised_as(record, reference)
    if found is None:
        words = "No patient-safety concern about this trainee is raised under that reference. Check it, or raise it."
        raise Invalid(words, "reference")
    return found


def _lock(review_id: int) -> SupervisorReview:
    """A review of a locked record, as it is now."""
    return lock_with_record(SupervisorReview, review_id, "written_by")


def _lock_action(action_id: int) -> ReviewAction:
    """An action as it is once its record is locked: the review may have been sent back and written anew meanwhile."""
    rows = ReviewAction.objects.select_related("review").filter(pk=action_id)
    held = rows.values_list("review__record", flat=True).first()
    record = lock_record(held) if held is not None else None
    action = rows.first()
    if record is None or action is None:
        raise TooLate("This action was taken out of the review. Open the review again.")
    action.review.record = record
    return action


def _check(
    record: TrainingRecord,
    values: Mapping[str, Any],
    items: Collection[PlanItem],
    actions: Sequence[Agreed],
    now: datetime,
) -> None:
    """Days that can be, a reference where there is a patient-safety concern, competencies of this record."""
    if values["held_on"] > london_date(now):
        raise Invalid("This day has not come yet. A review is written after the meeting.", "held_on")
    for name in ("held_on", "period_starts_on"):
        want_begun(values[name], record.start_on, name)
    if values["period_ends_on"] < values["period_starts_on"]:
        raise Invalid("The period ends before it begins.", "period_ends_on")
    if values["period_starts_on"] > values["held_on"]:
        raise Invalid("The period begins after the day of the meeting. A review looks back.", "period_starts_on")
    if values["patient_safety_concern"] and not values["patient_safety_reference"].strip():
        words = "Give the reference under which it is recorded. The details stay in your incident system."
        raise Invalid(words, "patient_safety_reference")
    if any(item.record_id != record.pk for item in items):
        raise Invalid("A competency of another training record was chosen.", "items")
    if any(row.due_on and row.due_on < values["held_on"] for row in actions):
        raise Invalid("An action is due before the meeting at which it was agreed. Give a later day.")


def _fill(review: SupervisorReview, items: Collection[PlanItem], actions: Sequence[Agreed]) -> None:
    review.items.set(items)
    review.actions.all().delete()
    ReviewAction.objects.bulk_create(
        ReviewAction(review=review, text=row.text, owner=row.owner, due_on=row.due_on) for row in actions
    )


def _sign(
    review: SupervisorReview,
    meaning: str,
    statement: str,
    by: User,
    now: datetime,
    authentication: AuthenticationEvent,
    role: str,
    digest: str,
) -> None:
    columns = proof(by, now, authentication, role, digest)
    ReviewSignature.objects.create(review=review, meaning=meaning, statement=statement, **columns)


def _as_signed(review: SupervisorReview, seen: str) -> ReviewSignature:
    """The supervisor's signature that stands, over exactly what was `seen`. Raises StaleText otherwise."""
    signature = standing_signature(review, "signed")
    if signature is None:
        raise TooLate("No signature of the supervisor stands under this review.")
    fresh(seen, signature.content_sha256)
    fresh(seen, review_digest(review))
    return signature


def _event(review: SupervisorReview) -> str:
    """Names one round of signing: a review that was sent back and signed anew is told anew."""
    return f"{review.pk}:{review.signatures.count()}"
