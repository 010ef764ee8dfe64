"""Competencies: started, rated, submitted, returned, signed one by one or together, a signature withdrawn (T2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, TooLate, both, require
from training import access, notices, queries
from training.actions._steps import holders, lock_item, lock_record, move_item, proof, role_of, strike, tell
from training.models import (
    EvidenceSeen,
    ItemReturn,
    ItemSubmission,
    PlanItem,
    SignOff,
    SignOffConfirmation,
    SupervisorRating,
)
from training.queries import SignRow
from training.states import AppointmentKind

STATEMENT = "I have seen the evidence for this competency, and in my judgement the trainee meets it."


class ChangedSinceSeen(TooLate):
    """The evidence of a competency is not what the signer saw any more; both can be shown. `item_id` says which,
    `undone` what did not happen."""

    def __init__(self, item_id: int, undone: str = "signed") -> None:
        super().__init__(f"The evidence changed since you opened it. Nothing was {undone}; look at it again.")
        self.item_id = item_id


@dataclass(frozen=True, slots=True)
class Signing:
    """What one press signed, and what it did not, with the reason."""

    signed: Sequence[SignOff]
    refused: Sequence[tuple[PlanItem, str]]


@transaction.atomic
def start_item(*, by: User, now: datetime, item_id: int) -> PlanItem:
    """The trainee begins a competency (T2). Raises NotAllowed for others, TooLate when it is begun already."""
    item = lock_item(item_id)
    require(access.can_start(by, item))
    move_item(item, "start", by=by, now=now)
    return item


@transaction.atomic
def rate_item(*, by: User, now: datetime, item_id: int, rating: int | None) -> PlanItem:
    """Keep the trainee's own rating, 0 to 4 or none (screens 4). Raises NotAllowed for others, TooLate once signed,
    Invalid for another number."""
    item = lock_item(item_id)
    require(access.can_work_on(by, item))
    _on_the_scale(rating)
    before = {"rating": item.own_rating}
    item.own_rating = rating
    item.save(update_fields=["own_rating"])
    facts = {"rating": rating}
    what = "training.competency.rated"
    audit(what, by=by, at=now, about=item, within=item.record.trainee_id, before=before, after=facts)
    return item


@transaction.atomic
def rate_as_supervisor(*, by: User, now: datetime, item_id: int, rating: int | None) -> PlanItem:
    """The supervisor says how far the trainee is with a competency, 0 to 4, or takes it back; it decides nothing
    (screens 4). What stands already is not said again.

    Raises NotAllowed for anyone but the current Training Supervisor, TooLate when the training has ended, Invalid for
    another number.
    """
    item = lock_item(item_id)
    require(access.can_rate(by, item, london_date(now)))
    _on_the_scale(rating)
    _rate(item, rating, by, now)
    return item


def _on_the_scale(rating: int | None) -> None:
    if rating is not None and not 0 <= rating <= 4:
        raise Invalid("A rating is 0 to 4.", "rating")


def _rate(item: PlanItem, rating: int | None, by: User, now: datetime) -> None:
    """One row more where the rating is another than the one that stands."""
    last = item.supervisor_ratings.first()
    stands = last.rating if last else None
    if rating == stands:
        return
    SupervisorRating.objects.create(item=item, rating=rating, rated_at=now, rated_by=by)
    what, before, after = "training.competency.supervisor_rated", {"rating": stands}, {"rating": rating}
    audit(what, by=by, at=now, about=item, within=item.record.trainee_id, before=before, after=after)


@transaction.atomic
def submit_item(
    *, by: User, now: datetime, item_id: int, seen: str, note: str = "", answers: Sequence[str] = ()
) -> ItemSubmission:
    """The trainee submits a competency for signature, with a note; the supervisor is told (T2). Of a returned one
    `answers` says what they did about each point of the feedback, in its order (screens 17).

    `seen` is the digest of competency and evidence as the page showed them. Raises NotAllowed for others, TooLate
    without shared evidence, when it is submitted already, or when the evidence changed since the page was opened.
    """
    item = lock_item(item_id)
    require(access.can_submit(by, item))
    if seen != queries.shown_digest(item):
        raise TooLate("The evidence changed since you opened this page. Look at it again, then submit.")
    returned = queries.asked_of(item)
    given = {"returned": returned, "answers": [answer.strip() for answer in answers] if returned else []}
    made = ItemSubmission.objects.create(item=item, note=note.strip(), **given, submitted_at=now, submitted_by=by)
    taken_up = queries.taken_up(made, queries.judged_evidence([item])[item.pk])
    move_item(item, "submit", by=by, now=now, seen=seen)
    for supervisor in holders(item.record, now, AppointmentKind.SUPERVISOR):
        key = f"submission{made.pk}"
        told = {"item": item, "note": made.note, "taken_up": taken_up}
        tell(notices.SUBMITTED, item.record, supervisor, about=made, now=now, key=key, **told)
    return made


@transaction.atomic
def note_seen(*, by: User, now: datetime, item_id: int, evidence_id: int) -> EvidenceSeen:
    """Note that a signer opened a piece of evidence as it is now; what they opened before counts once (T2).

    Raises NotAllowed for anyone but the current Training Supervisor, TooLate when it is not evidence for this
    competency any more.
    """
    item = lock_item(item_id)
    require(access.can_open_evidence(by, item, london_date(now)))
    evidence = access.evidence_for(item).filter(pk=evidence_id).first()
    if evidence is None:
        raise TooLate("This evidence is no longer shared for the competency. Reload the page.")
    seen = {"item": item, "evidence": evidence, "seen_by": by, "content_sha256": evidence.content_sha256}
    # the record is locked: nobody else notes the same in between
    return EvidenceSeen.objects.filter(**seen).first() or EvidenceSeen.objects.create(**seen, seen_at=now)


@transaction.atomic
def return_item(
    *, by: User, now: datetime, item_id: int, seen: str, reason: str, rating: int | None = None
) -> ItemReturn:
    """The supervisor gives a submitted competency back with feedback, which the trainee reads (T2); with a `rating`
    they rate it, too.

    Raises NotAllowed for anyone but the current Training Supervisor, TooLate when it is not submitted or its evidence
    changed since the page was opened, Invalid without feedback.
    """
    item = lock_item(item_id)
    require(access.can_return(by, item, london_date(now)))
    if not reason.strip():
        raise Invalid("Say what is missing; the trainee reads it.", "reason")
    if seen != queries.shown_digest(item):
        raise ChangedSinceSeen(item.pk, "returned")
    shared = {str(one.pk): one.content_sha256 for one in queries.judged_evidence([item])[item.pk]}
    given = {"reason": reason.strip(), "evidence": shared}
    made = ItemReturn.objects.create(item=item, **given, returned_at=now, returned_by=by)
    move_item(item, "send_back", by=by, now=now)
    if rating is not None:
        rate_as_supervisor(by=by, now=now, item_id=item.pk, rating=rating)
    trainee, key = item.record.trainee, f"return{made.pk}"
    tell(notices.RETURNED, item.record, trainee, about=made, now=now, key=key, item=item, by=by, reason=made.reason)
    return made


@transaction.atomic
def sign_item(
    *,
    by: User,
    now: datetime,
    item_id: int,
    seen: str,
    comment: str = "",
    rating: int | None = None,
    authentication: AuthenticationEvent,
) -> SignOff:
    """The supervisor signs one competency on the evidence they opened (T2; G 4.1; quality rule 8); with a `rating`
    they rate it, too.

    `seen` is the digest of what the page showed. Raises NotAllowed for anyone but the current Training Supervisor,
    ChangedSinceSeen when the evidence is not what they saw, TooLate when it is held back or signed already.
    """
    item = lock_item(item_id)
    require(access.can_sign(by, item, london_date(now)))
    [row] = queries.sign_rows(by, [item])
    made = _sign(row, seen, by=by, now=now, comment=comment, authentication=authentication)
    if rating is not None:
        rate_as_supervisor(by=by, now=now, item_id=item.pk, rating=rating)
    _tell_signed([made], by, now, comment)
    return made


@transaction.atomic
def sign_items(
    *,
    by: User,
    now: datetime,
    record_id: int,
    seen: Mapping[int, str],
    comment: str = "",
    notes: Mapping[int, str] | None = None,
    authentication: AuthenticationEvent,
) -> Signing:
    """The supervisor signs several competencies of one trainee in one press; each gets its own signature (T2).

    `seen` maps the id of each chosen competency to the digest the page showed for it, `notes` to what is said about it
    in the place of `comment` (screens 8). What is held back or changed is left out with its reason. Raises NotAllowed
    for anyone but the current Training Supervisor, Invalid when nothing is chosen or something of another trainee,
    TooLate when the training has ended.
    """
    record = lock_record(record_id)
    require(both(access.is_supervisor(by, record, london_date(now)), access.is_running(record)))
    items = list(PlanItem.objects.filter(record=record, pk__in=seen).select_related("item").order_by("position"))
    if not items:
        raise Invalid("Choose at least one competency.")
    if len(items) < len(seen):
        raise Invalid("One of these is not a competency of this trainee. Reload the page.")
    signed, refused = [], []
    for row in queries.sign_rows(by, items):
        row.item.record = record
        try:
            said = (notes or {}).get(row.item.pk) or comment
            made = _sign(row, seen[row.item.pk], by=by, now=now, comment=said, authentication=authentication)
        except TooLate as reason:
            refused.append((row.item, str(reason)))
        else:
            signed.append(made)
    if signed:
        _tell_signed(signed, by, now, comment)
    return Signing(signed, refused)


def _sign(
    row: SignRow, seen: str, *, by: User, now: datetime, comment: str, authentication: AuthenticationEvent
) -> SignOff:
    """One signature over exactly what was shown; looked at once more under the lock."""
    if any(piece.changed for piece in row.evidence) or (row.digest != seen and not row.hold):
        raise ChangedSinceSeen(row.item.pk)
    if row.hold:
        raise TooLate(row.hold)
    made = SignOff.objects.create(
        item=row.item,
        content=row.content,
        comment=comment.strip(),
        meaning="signed",
        statement=STATEMENT,
        **proof(by, now, authentication, str(AppointmentKind.SUPERVISOR.label), row.digest),
    )
    move_item(row.item, "sign", by=by, now=now, sign_off=made.pk, content=row.digest)
    return made


def _tell_signed(made: Sequence[SignOff], by: User, now: datetime, comment: str) -> None:
    """One message for all that one press signed: the comment, and beside each competency the note it has instead."""
    record, first, comment = made[0].item.record, made[0], comment.strip()
    key = f"sign_off{first.pk}"
    rows = [(row.item.item, row.comment if row.comment != comment else "") for row in made]
    told = {"rows": rows, "by": by, "comment": comment, "is_noted": any(note for _, note in rows)}
    tell(notices.SIGNED, record, record.trainee, about=first, now=now, key=key, **told)


@transaction.atomic
def confirm_sign_off(*, by: User, now: datetime, sign_off_id: int, seen: str) -> SignOffConfirmation:
    """Evidence changed after it was signed: the supervisor looked at it and says that the signature still holds (T2).

    `seen` is the digest of the competency with its evidence as the page showed it; of exactly that it is said, once.
    Raises NotAllowed for anyone but the current Training Supervisor, TooLate when the signature was withdrawn, nothing
    differs or nothing is shared, ChangedSinceSeen when the evidence is not what they saw.
    """
    item = lock_item(SignOff.objects.values_list("item_id", flat=True).get(pk=sign_off_id))
    sign_off = SignOff.objects.get(pk=sign_off_id)
    sign_off.item = item
    require(access.can_confirm_sign_off(by, sign_off, london_date(now)))
    digest, evidence = queries.shown_digest(item), queries.evidence_of(item)
    if seen != digest:
        raise ChangedSinceSeen(item.pk)
    if sign_off.content["evidence"] == evidence:
        raise TooLate("Nothing differs from what was signed.")
    said = {"sign_off": sign_off, "content_sha256": digest}
    known = SignOffConfirmation.objects.filter(**said).first()
    if known is not None:
        return known
    made = SignOffConfirmation.objects.create(**said, evidence=evidence, confirmed_at=now, confirmed_by=by)
    facts = {"sign_off": sign_off.pk, "content": digest}
    what, within = "training.competency.still_holds", item.record.trainee_id
    audit(what, by=by, at=now, about=item, within=within, after=facts, role=role_of(by, item.record, now))
    return made


@transaction.atomic
def withdraw_sign_off(
    *, by: User, now: datetime, sign_off_id: int, reason: str, authentication: AuthenticationEvent
) -> SignOff:
    """The supervisor withdraws a signature with a reason; it stays, struck, and can be given anew (T2).

    Raises NotAllowed for anyone but the current Training Supervisor, TooLate when it was withdrawn already, Invalid
    without a reason.
    """
    item = lock_item(SignOff.objects.values_list("item_id", flat=True).get(pk=sign_off_id))
    sign_off = SignOff.objects.get(pk=sign_off_id)
    sign_off.item = item
    require(access.can_withdraw_sign_off(by, sign_off, london_date(now)))
    if not reason.strip():
        raise Invalid("Say why; the reason stays beside the struck signature.", "reason")
    role = role_of(by, item.record, now)
    made = strike(sign_off, by=by, now=now, reason=reason.strip(), authentication=authentication, role=role)
    told = {"item": item, "by": by, "reason": made.reason}
    trainee, key = item.record.trainee, f"withdrawal{made.pk}"
    tell(notices.SIGN_OFF_WITHDRAWN, item.record, trainee, about=made, now=now, key=key, **told)
    return made
