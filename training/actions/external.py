"""An external person assesses a DOPS by a one-time link: named, approved, sent anew, taken back; countersigned (T5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, TooLate, require
from training import access, notices
from training.actions._external import (
    Outsider,
    approve_one,
    begin_anew,
    end_one,
    hand_on_typed,
    lock_dops,
    lock_external,
    name_one,
    refuse_account,
    refuse_own_mailbox,
    say_who,
    send_link,
    tell_supervisors,
    write_to,
)
from training.actions._practice import form_for, fresh, note, step
from training.actions._steps import lock_record, proof, tell
from training.models import Dops, DopsSignature, ExternalAssessor, PlanItem, TrainingRecord
from training.models.external import OPEN_FOR
from training.queries.dops import dops_digest
from training.queries.external import last_external
from training.states import DOPS_MOVES, AssessorKind, ExternalEnd

COUNTERSIGNED_WORDS = (
    "I have read this assessment. The person named here observed the trainee at my request or with my approval, and I "
    "accept it for the training record."
)


@transaction.atomic
def ask_external(
    *,
    by: User,
    now: datetime,
    record_id: int,
    key: UUID,
    person: Outsider,
    values: Mapping[str, Any],
    authentication: AuthenticationEvent | None = None,
) -> Dops:
    """A DOPS by somebody without an account. The trainee names them, and the supervisor is asked to approve them; or
    the supervisor names them and so approves them, which they sign (`authentication`), and the link is sent (T5).

    `values` may hold procedure, place and item; the same `key` again gives the same DOPS. Raises NotAllowed for anybody
    else, Invalid for the trainee's own mailbox, for one that has an account, and for an empty field.
    """
    record = lock_record(record_id)
    own = by.pk == record.trainee_id
    may = access.can_request_dops(by, record)
    require(may if own else access.can_name_external(by, record, london_date(now)))
    known = Dops.objects.filter(key=key).first()
    if known is not None:
        return known
    refuse_own_mailbox(record, person.email)
    if not own:
        refuse_account(record, person.email, now)
    dops = _open(record, by, now, key, person, values)
    note("dops.requested", record, dops, by=by, now=now, kind=str(AssessorKind.EXTERNAL))
    named = name_one(dops, person, by=by, now=now)
    if own:
        tell_supervisors(dops, notices.DOPS_APPROVAL, now, str(dops.pk))
    else:
        approve_one(named, by=by, now=now, authentication=cast(AuthenticationEvent, authentication))
    return dops


@transaction.atomic
def name_another(
    *, by: User, now: datetime, dops_id: int, after: str, person: Outsider, authentication: AuthenticationEvent
) -> ExternalAssessor:
    """The supervisor names who shall assess, in the place of whoever was named before; a new link is sent (T5).

    `after` is the id of whom the page showed as named last. Another address begins the DOPS anew: nobody signs what
    somebody else judged. Raises NotAllowed, TooLate once it is signed or ended, StaleText when another was named since,
    Invalid.
    """
    dops = lock_dops(dops_id)
    require(access.can_name_another(by, dops, london_date(now)))
    last = last_external(dops)
    fresh(after, str(last.pk if last else ""))
    refuse_own_mailbox(dops.record, person.email)
    refuse_account(dops.record, person.email, now)
    if last is not None and last.ended_at is None:
        end_one(last, ExternalEnd.REPLACED, now)
    if last is not None and last.email.casefold() != person.email.strip().casefold():
        begin_anew(dops, by=by, now=now)
        if last.approved_at is not None and last.ended_as == ExternalEnd.REPLACED:
            write_to(last, notices.DOPS_LINK_TAKEN_BACK, now, by=by)
    made = name_one(dops, person, by=by, now=now)
    hand_on_typed(last, made)
    return approve_one(made, by=by, now=now, authentication=authentication)


@transaction.atomic
def renew_link(*, by: User, now: datetime, external_id: int) -> ExternalAssessor:
    """The supervisor sends the person approved last a new link with a new code; the one before opens nothing (T5).

    What was saved by the link before stays, and what saved itself while it was typed. Raises NotAllowed, TooLate once
    it was answered or another was named.
    """
    before = lock_external(external_id)
    require(access.can_renew_link(by, before, now))
    dops = before.dops
    last = last_external(dops)
    if last is None or last.pk != before.pk:
        raise TooLate("Somebody else was named for this DOPS since. Open it again.")
    if before.ended_at is None:
        end_one(before, ExternalEnd.REPLACED, now)
    same = {name: getattr(before, name) for name in ("name", "post", "registration", "organisation", "email")}
    approved = {"approved_at": now, "approved_by": by, "expires_at": now + OPEN_FOR}
    made = ExternalAssessor.objects.create(dops=dops, named_at=now, named_by=by, **same, **approved)
    hand_on_typed(before, made)
    say_who(dops, made)
    note("dops.link_renewed", dops.record, made, by=by, now=now, dops=dops.pk)
    send_link(made, now)
    return made


@transaction.atomic
def take_back_link(*, by: User, now: datetime, external_id: int) -> ExternalAssessor:
    """The supervisor takes a link back: it opens nothing any more, and the one who had it is told (T5).

    Raises NotAllowed, TooLate once it is over.
    """
    external = lock_external(external_id)
    require(access.can_take_back_link(by, external, now))
    end_one(external, ExternalEnd.TAKEN_BACK, now)
    note("dops.link_taken_back", external.dops.record, external, by=by, now=now, dops=external.dops_id)
    write_to(external, notices.DOPS_LINK_TAKEN_BACK, now, by=by)
    return external


@transaction.atomic
def countersign_dops(*, by: User, now: datetime, dops_id: int, seen: str, authentication: AuthenticationEvent) -> Dops:
    """The supervisor countersigns what an external person signed for the first time; the trainee is asked (T5).

    Raises NotAllowed, TooLate when nothing waits for it, StaleText when it is not what was seen.
    """
    dops = lock_dops(dops_id)
    require(access.can_countersign(by, dops, london_date(now)))
    fresh(seen, dops_digest(dops))
    columns = proof(by, now, authentication, "Training Supervisor", seen)
    external = ExternalAssessor.objects.get(dops=dops, ended_as=ExternalEnd.SIGNED)
    words = {"meaning": "countersigned", "statement": COUNTERSIGNED_WORDS}
    DopsSignature.objects.create(dops=dops, external=external, **words, **columns)
    step(dops, DOPS_MOVES, "countersign", what="dops.countersigned", by=by, now=now)
    tell(notices.DOPS_SIGNED, dops.record, dops.record.trainee, about=dops, now=now, key=str(dops.pk), dops=dops)
    return dops


def _open(
    record: TrainingRecord, by: User, now: datetime, key: UUID, person: Outsider, values: Mapping[str, Any]
) -> Dops:
    item: PlanItem | None = values.get("item")
    if item is not None and item.record_id != record.pk:
        raise Invalid("Choose a competency of this training record.", "item")
    return Dops.objects.create(
        record=record,
        form=form_for(record.scope, now),
        asked_by=by,
        asked_at=now,
        assessor_kind=AssessorKind.EXTERNAL,
        assessor_name=person.columns()["name"],
        procedure=values.get("procedure", ""),
        place=values.get("place", ""),
        item=item,
        key=key,
    )
